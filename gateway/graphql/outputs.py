"""The output types of repair orders: what is read back."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any

import strawberry

from gateway.contract import (
    Fields,
    FieldShape,
    Kind,
    OrderKey,
    RepairOrder,
    RepairTeamMember,
    SavedAction,
    SavedOrder,
    StoredOrder,
    fields_of,
    read_document,
)
from gateway.graphql.derive import Member, described_enum_type, object_type, sentence
from gateway.graphql.paths import graphql_path
from gateway.graphql.scalars import SCALAR_TYPES, DateTime

_MEMBER_ID = (
    "The specialist's id in the source system (id in RepairTeamMemberInput). Not called id here, "
    "because client caches would then merge different people of different shops."
)


@cache
def _output_of(model: type[Fields]) -> type[Any]:
    members = [_member(shape, model) for shape in fields_of(model).values()]
    return object_type(model.__name__, sentence(model), members)


def _member(shape: FieldShape, model: type[Fields]) -> Member:
    if (model, shape.name) == (RepairTeamMember, "id"):
        return Member("id", strawberry.ID, _MEMBER_ID, graphql_name="memberId")
    return Member(shape.name, _annotation(shape), shape.description)


def _annotation(shape: FieldShape) -> Any:  # noqa: ANN401  # an annotation has no type
    annotation: Any = (
        SCALAR_TYPES[shape.of.scalar] if isinstance(shape.of, Kind) else _output_of(shape.of)
    )
    if shape.is_list:
        return list[annotation]
    return annotation if shape.is_required else annotation | None


RepairOrderType = object_type(
    "RepairOrder",
    "A repair order.",
    [
        Member("id", strawberry.ID, "Opaque and globally unique, for client caches."),
        Member("shop_id", int, "The shop's id."),
        *(_member(shape, RepairOrder) for shape in fields_of(RepairOrder).values()),
        Member("created_at", DateTime, "When it was created here, in UTC."),
        Member("updated_at", DateTime, "When it last changed here, in UTC."),
    ],
)


def repair_order_fields(order: StoredOrder) -> dict[str, object]:
    """Return the value of a RepairOrder: its fields by their Python names."""
    return {
        "repair_team": [],
        **read_document(order.document),
        **order.key._asdict(),
        "id": _global_id(order.key),
        "created_at": utc_text(order.created_at),
        "updated_at": utc_text(order.updated_at),
    }


def utc_text(time: datetime) -> str:
    """Write a time in UTC as RFC 3339, section 5.6 does."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _global_id(key: OrderKey) -> str:
    text = f"RepairOrder:{key.shop_id}:{key.repair_number}"
    return urlsafe_b64encode(text.encode()).decode()


@strawberry.type(description="The number of a repair order and its shop.")
class RepairOrderKey:
    """The number of a repair order and its shop."""

    shop_id: int = strawberry.field(description="The shop's id.")
    repair_number: str = strawberry.field(description="The number.")


@strawberry.type(description="One repair order that was saved.")
class SavedRepairOrder:
    """One repair order that was saved."""

    saved: strawberry.Private[SavedOrder]

    @strawberry.field(description="Which item of the input.")
    def path(self) -> list[str]:
        """Which item of the input."""
        return graphql_path(self.saved.place)

    @strawberry.field(description="The shop's id.")
    def shop_id(self) -> int:
        """The shop's id."""
        return self.saved.key.shop_id

    @strawberry.field(description="The number.")
    def repair_number(self) -> str:
        """The number."""
        return self.saved.key.repair_number

    @strawberry.field(
        description="What was done; null when the remote API does not say (patches in proxy mode).",
        graphql_type=described_enum_type(SavedAction) | None,
    )
    def action(self) -> SavedAction | None:
        """What was done."""
        return self.saved.action

    @strawberry.field(
        description="The repair order as it is now; null in proxy mode.",
        graphql_type=RepairOrderType | None,
    )
    def repair_order(self) -> dict[str, object] | None:
        """The repair order as it is now."""
        return repair_order_fields(self.saved.order) if self.saved.order else None


SAVED_VALUES: dict[str, Callable[[SavedOrder], object]] = {
    "path": lambda order: graphql_path(order.place),
    "shopId": attrgetter("key.shop_id"),
    "repairNumber": attrgetter("key.repair_number"),
    "action": attrgetter("action"),
    "__typename": lambda _order: "SavedRepairOrder",
}
"""Each plain value of a SavedRepairOrder, as it is answered."""
