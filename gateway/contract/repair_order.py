"""The fields of a repair order, as AutoSpot spells them.

Everything else is derived from here: the checks of both doors, AutoSpot's JSON, the GraphQL types,
the OpenAPI description, and what is stored.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from gateway.contract.values import (
    DateTime,
    Hours,
    ModelYear,
    RepairNumber,
    ShopId,
    SpecialistId,
    Text,
    YesOrNo,
)

MAX_TEAM = 100


class Fields(BaseModel):
    """An object of the contract. What is not a field of it is refused, so nothing gets lost."""

    model_config = ConfigDict(extra="forbid")


def optional(description: str) -> Any:  # noqa: ANN401  # as pydantic's Field, which it calls
    """Declare a field that may be left out, which is not the same as null.

    The default is a factory because a plain `= None` would reach GraphQL's schema as a default, and
    a field that was not sent would erase data.
    """
    return Field(default_factory=lambda: None, description=description)


class Vehicle(Fields):
    """The vehicle."""

    year: ModelYear | None = optional("Model year, e.g. 2000.")
    make: Text | None = optional('Make, e.g. "Chevrolet".')
    model: Text | None = optional('Model, e.g. "Silverado".')
    color: Text | None = optional('Color, e.g. "Red".')


class Customer(Fields):
    """The customer."""

    first_name: Text | None = optional("First name.")
    last_name: Text | None = optional("Last name.")
    email: Text | None = optional("E-mail address, exactly as the source wrote it.")
    phone_number: Text | None = optional("Phone number, exactly as the source wrote it.")


class Insurance(Fields):
    """The insurance."""

    name: Text | None = optional("Name of the insurance company.")


class RepairTeamMember(Fields):
    """A specialist of the repair team."""

    id: SpecialistId = Field(
        description='The specialist\'s id in the source system, e.g. "4849843".'
    )
    first_name: Text | None = optional("First name.")
    last_name: Text | None = optional("Last name.")
    title: Text | None = optional('Title, e.g. "Estimator".')


RepairTeam = Annotated[list[RepairTeamMember], Field(max_length=MAX_TEAM)]


class RepairOrder(Fields):
    """A repair order to create (or, with onDuplicate: UPDATE, to merge into an existing one)."""

    repair_number: RepairNumber = Field(
        description='The repair order number, unique within its shop, e.g. "606471". '
        "Text: leading zeros count."
    )
    scheduled_arrival: DateTime | None = optional("When the vehicle is to arrive.")
    scheduled_complete: DateTime | None = optional("When the repair is to be complete.")
    scheduled_delivery: DateTime | None = optional("When the vehicle is to be handed back.")
    rental_car: YesOrNo | None = optional("Whether the customer has a rental car.")
    total_estimated_hours: Hours | None = optional("Estimated labor hours, e.g. 48 or 12.5.")
    status: Text | None = optional('Status as the shop names it, e.g. "Active".')
    vehicle: Vehicle | None = optional("The vehicle.")
    customer: Customer | None = optional("The customer.")
    insurance: Insurance | None = optional("The insurance.")
    repair_team: RepairTeam | None = optional("The whole repair team.")


class RepairOrderPatch(RepairOrder):
    """Changes to one repair order.

    For every field: left out = unchanged; null = cleared; a value = set. The vehicle, the customer
    and the insurance are merged field by field the same way. The repair team is replaced as a
    whole: a specialist who is not sent is deleted, [] deletes all of them, null is refused.
    """

    repair_team: RepairTeam = optional(  # pyright: ignore[reportIncompatibleVariableOverride]  # stricter on purpose: null is refused
        "The whole repair team, which replaces the present one."
    )


class ShopRepairOrders(Fields):
    """One shop and repair orders to save in it."""

    shop_id: ShopId = Field(description="The shop's id, e.g. 33.")
    repair_orders: Annotated[list[RepairOrder], Field(min_length=1)] = Field(
        description="At least one."
    )


class ShopRepairOrderPatches(ShopRepairOrders):
    """One shop and changes to repair orders in it."""

    repair_orders: Annotated[list[RepairOrderPatch], Field(min_length=1)] = Field(  # pyright: ignore[reportIncompatibleVariableOverride]
        description="At least one. Two patches of the same repair order are applied in this order."
    )
