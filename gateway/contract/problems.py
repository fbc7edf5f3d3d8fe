"""What is wrong with the shape of a batch: every problem, each with its place and its reason."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, cast

from pydantic_core import ErrorDetails

from gateway.contract.enums import DuplicateOf, InvalidInputReason
from gateway.contract.errors import DuplicateRepairOrder, InvalidInput
from gateway.contract.orders import OrderKey, Place
from gateway.contract.repair_order import Fields
from gateway.contract.shape import fields_of
from gateway.contract.values import REPAIR_NUMBER, SHOP_ID, Kind

_REASONS = {
    "missing": InvalidInputReason.REQUIRED,
    "extra_forbidden": InvalidInputReason.UNKNOWN_FIELD,
    "too_short": InvalidInputReason.EMPTY_LIST,
    "too_long": InvalidInputReason.TOO_LONG,
    "list_type": InvalidInputReason.WRONG_TYPE,
    "model_type": InvalidInputReason.WRONG_TYPE,
}


InInput = tuple[int, int]
"""The index of an entry of a batch, and of one of its repair orders; -1 stands for the whole."""


class ShopEntry(NamedTuple):
    """What can be read of one entry of a batch: its shop, its numbers by their index, its size."""

    shop_id: int | None
    numbers: Mapping[int, str]
    size: int


def has_more_orders(shops: object, most: int) -> bool:
    """Whether a batch holds more repair orders than these.

    An entry counts as one repair order at least, so that nobody can send entries without end.
    """
    sizes = (max(1, len(orders_of(entry))) for entry in _as_list(shops))
    return any(total > most for total in accumulate(sizes))


def entries_in(shops: object) -> list[ShopEntry]:
    """Read the shop and the numbers of each entry, as far as they can be read."""
    return [_entry(entry) for entry in _as_list(shops)]


def orders_of(entry: object) -> list[object]:
    """The repair orders of an entry, as far as it has any."""
    return _as_list(_as_object(entry).get("repair_orders"))


def order_in_input(place: Place) -> InInput:
    """The index of a place's entry and of its order; what is about a whole comes first."""
    match place:
        case (int(entry), _, int(order), *_):
            return entry, order
        case (int(entry), *_):
            return entry, -1
        case _:
            return -1, -1


def shape_problem(
    details: ErrorDetails, model: type[Fields], entries: Sequence[ShopEntry]
) -> InvalidInput:
    """Name a problem that pydantic found in a list of this model."""
    place = details["loc"]
    reason = _reason(details)
    shop_id, repair_number = _named(place, entries)
    return InvalidInput(
        message=f"{reason.description} {_expected(details, model)}",
        place=place,
        shop_id=shop_id,
        repair_number=repair_number,
        reason=reason,
    )


def duplicate_problems(
    keys: Iterable[tuple[Place, OrderKey]], most: int
) -> tuple[list[DuplicateRepairOrder], list[Place]]:
    """Name every repair order whose number its shop already has earlier in the same request.

    Of more than so many there are only the places.
    """
    first_places: dict[OrderKey, Place] = {}
    found = [
        ((*place, "repair_number"), key, (*first, "repair_number"))
        for place, key in keys
        if (first := first_places.setdefault(key, place)) is not place
    ]
    named = [
        DuplicateRepairOrder(
            message="Repair Order Number is Duplicated: "
            "it stands earlier in the same request for the same shop.",
            place=place,
            shop_id=key.shop_id,
            repair_number=key.repair_number,
            duplicate_of=DuplicateOf.SAME_REQUEST,
            first_place=first,
        )
        for place, key, first in found[:most]
    ]
    return named, [place for place, _, _ in found[most:]]


def _entry(entry: object) -> ShopEntry:
    orders = orders_of(entry)
    numbers = {
        index: number
        for index, order in enumerate(orders)
        if (number := REPAIR_NUMBER.readable(_as_object(order).get("repair_number"))) is not None
    }
    return ShopEntry(SHOP_ID.readable(_as_object(entry).get("shop_id")), numbers, len(orders))


def _as_list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _as_object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _reason(details: ErrorDetails) -> InvalidInputReason:
    reason = _REASONS.get(details["type"]) or InvalidInputReason(details["type"])
    is_null = reason is InvalidInputReason.WRONG_TYPE and details["input"] is None
    return InvalidInputReason.NULL_NOT_ALLOWED if is_null else reason


def _named(place: Place, entries: Sequence[ShopEntry]) -> tuple[int | None, str | None]:
    match place:
        case (int(entry), "repair_orders", int(order), *_):
            return entries[entry].shop_id, entries[entry].numbers.get(order)
        case (int(entry), *_):
            return entries[entry].shop_id, None
        case _:
            return None, None


def _expected(details: ErrorDetails, model: type[Fields]) -> str:
    """The sentence that says what is accepted at a place."""
    if details["type"] == "extra_forbidden":
        fields = fields_of(_parent(details["loc"], model))
        return f"Expected one of {', '.join(fields)}."
    if details["type"] == "too_long":
        return f"Expected at most {details.get('ctx', {})['max_length']} entries."
    return f"Expected {_accepted(details['loc'], model)}."


def _parent(place: Place, model: type[Fields]) -> type[Fields]:
    """The model of the object that holds the field at a place."""
    for name in place[:-1]:
        if isinstance(name, str):
            model = cast("type[Fields]", fields_of(model)[name].of)
    return model


def _accepted(place: Place, model: type[Fields]) -> str:
    if not place:
        return "a list of shops with their repair orders"
    name = place[-1]
    if isinstance(name, int):
        return "an object"
    shape = fields_of(_parent(place, model))[name]
    if shape.is_list:
        return "a list of objects"
    return shape.of.accepts if isinstance(shape.of, Kind) else "an object"
