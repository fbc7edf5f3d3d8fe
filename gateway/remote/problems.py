"""The problems of repair orders that a remote AutoSpot's answer names, in our own words."""

from collections.abc import Mapping

from gateway.contract import (
    NOWHERE,
    DuplicateOf,
    DuplicateRepairOrder,
    InvalidInput,
    InvalidInputReason,
    ItemProblem,
    Place,
    RepairOrderNotFound,
    ShopNotFound,
)
from gateway.remote.mentions import BatchIndex, Mentions
from gateway.remote.names import Named


def problems_of(statements: Mapping[Named, Mentions], index: BatchIndex) -> list[ItemProblem]:
    """The problem of each shop entry and repair order that the names in an answer are about."""
    problems: list[ItemProblem] = []
    if (shops := statements.get(ShopNotFound)) is not None:
        problems += [shop_not_found(at, index) for at in index.shop_places(shops) or [NOWHERE]]
    if (orders := statements.get(DuplicateRepairOrder)) is not None:
        problems += [duplicate(at, index) for at in _number_places(orders) or [NOWHERE]]
    if (orders := statements.get(RepairOrderNotFound)) is not None:
        problems += [order_not_found(at, index) for at in _number_places(orders) or [NOWHERE]]
    return problems


def shop_not_found(place: Place, index: BatchIndex) -> ShopNotFound:
    """The shop of the entry at a place does not exist."""
    return ShopNotFound(
        message=_message(ShopNotFound, place),
        place=place,
        shop_id=index.shop_at(place),
        repair_numbers=index.numbers_at(place),
    )


def duplicate(
    place: Place,
    index: BatchIndex,
    *,
    duplicate_of: DuplicateOf = DuplicateOf.STORED,
    first_place: Place | None = None,
) -> DuplicateRepairOrder:
    """The number of the order at a place is already used."""
    shop_id, repair_number = _named(place, index)
    is_repeated = duplicate_of is DuplicateOf.SAME_REQUEST
    return DuplicateRepairOrder(
        message=_REPEATED if is_repeated else _message(DuplicateRepairOrder, place),
        place=place,
        shop_id=shop_id,
        repair_number=repair_number,
        duplicate_of=duplicate_of,
        first_place=first_place,
    )


def order_not_found(place: Place, index: BatchIndex) -> RepairOrderNotFound:
    """The number of the order at a place does not exist in its shop."""
    shop_id, repair_number = _named(place, index)
    return RepairOrderNotFound(
        message=_message(RepairOrderNotFound, place),
        place=place,
        shop_id=shop_id,
        repair_number=repair_number,
    )


def invalid(place: Place, index: BatchIndex, reason: InvalidInputReason) -> InvalidInput:
    """The value at a place is refused."""
    shop_id, repair_number = _named(place, index)
    return InvalidInput(
        message=reason.description,
        place=place,
        shop_id=shop_id,
        repair_number=repair_number,
        reason=reason,
    )


def _number_places(mentions: Mentions) -> list[Place]:
    return [(*place, "repair_number") for place in mentions.orders]


def _named(place: Place, index: BatchIndex) -> tuple[int | None, str | None]:
    key = index.key_at(place)
    return index.shop_at(place), key.repair_number if key else None


def _message(problem: type[ItemProblem], place: Place) -> str:
    """What the contract says of a problem, and whether the answer says where it is."""
    return problem.message if place else f"{problem.message} {_WHERE_IS_UNKNOWN}"


_WHERE_IS_UNKNOWN = "The remote API did not say which one."
_REPEATED = f"Repair Order Number is Duplicated. {DuplicateOf.SAME_REQUEST.description}"
