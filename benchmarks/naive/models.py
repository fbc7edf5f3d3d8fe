"""The repair orders as pydantic models, and GraphQL inputs derived from them."""

from datetime import datetime

import strawberry
from pydantic import BaseModel
from strawberry.experimental import pydantic as derived


class Vehicle(BaseModel):
    """The vehicle."""

    year: int | None = None
    make: str | None = None
    model: str | None = None
    color: str | None = None


class Customer(BaseModel):
    """The customer."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone_number: str | None = None


class Insurance(BaseModel):
    """The insurance."""

    name: str | None = None


class RepairTeamMember(BaseModel):
    """A specialist."""

    id: str
    first_name: str | None = None
    last_name: str | None = None
    title: str | None = None


class RepairOrder(BaseModel):
    """A repair order."""

    repair_number: str
    scheduled_arrival: datetime | None = None
    scheduled_complete: datetime | None = None
    scheduled_delivery: datetime | None = None
    rental_car: bool | None = None
    total_estimated_hours: float | None = None
    status: str | None = None
    vehicle: Vehicle | None = None
    customer: Customer | None = None
    insurance: Insurance | None = None
    repair_team: list[RepairTeamMember] | None = None


class ShopRepairOrders(BaseModel):
    """One shop and its repair orders."""

    shop_id: int
    repair_orders: list[RepairOrder]


class Batch(BaseModel):
    """What is saved together."""

    shops: list[ShopRepairOrders]


@derived.input(model=Vehicle, all_fields=True)
class VehicleInput:
    """The vehicle."""


@derived.input(model=Customer, all_fields=True)
class CustomerInput:
    """The customer."""


@derived.input(model=Insurance, all_fields=True)
class InsuranceInput:
    """The insurance."""


@derived.input(model=RepairTeamMember, all_fields=True)
class RepairTeamMemberInput:
    """A specialist."""


@derived.input(model=RepairOrder, all_fields=True)
class RepairOrderInput:
    """A repair order."""


@derived.input(model=ShopRepairOrders, all_fields=True)
class ShopRepairOrdersInput:
    """One shop and its repair orders."""


@derived.input(model=Batch, all_fields=True)
class UpsertRepairOrdersInput:
    """What is saved together."""


@strawberry.type
class SavedRepairOrder:
    """A repair order that was saved."""

    path: list[str]
    shop_id: int
    repair_number: str
    action: str


@strawberry.type
class UpsertRepairOrdersSuccess:
    """All repair orders were saved."""

    saved_count: int
    saved: list[SavedRepairOrder]


@strawberry.type
class GatewayError:
    """Nothing was saved."""

    code: str
    message: str


def saved(batch: Batch) -> UpsertRepairOrdersSuccess:
    """What the sender of a batch is told."""
    rows = [
        SavedRepairOrder(
            path=["input", "shops", str(index), "repairOrders", str(position)],
            shop_id=shop.shop_id,
            repair_number=order.repair_number,
            action="CREATED",
        )
        for index, shop in enumerate(batch.shops)
        for position, order in enumerate(shop.repair_orders)
    ]
    return UpsertRepairOrdersSuccess(saved_count=len(rows), saved=rows)
