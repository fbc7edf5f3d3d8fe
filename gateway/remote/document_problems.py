"""Reads the problems of single repair orders in one of the gateway's own problem documents."""

from enum import Enum
from typing import TypeVar

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
from gateway.remote.mentions import BatchIndex, Mentions, shop_ids_in
from gateway.remote.pointers import place_of
from gateway.remote.problems import duplicate, invalid, order_not_found, shop_not_found
from gateway.remote.vocabulary import as_list, as_object

_Entry = dict[str, object]
_Member = TypeVar("_Member", bound=Enum)


def problems_in(errors: object, index: BatchIndex) -> list[ItemProblem]:
    """The problems that a document lists, each where the batch has it; at least one."""
    problems = [
        _problem(entry, place, index)
        for error in as_list(errors) or ()
        if (entry := as_object(error)) is not None
        for place in _places(entry, index)
    ]
    return problems or [invalid(NOWHERE, index, InvalidInputReason.REFUSED_BY_REMOTE)]


def _places(entry: _Entry, index: BatchIndex) -> list[Place]:
    """Where a problem is: what it points to, unless its shop and number are elsewhere."""
    place = place_of(entry.get("pointer"), index)
    shops = shop_ids_in(entry.get("shop_id"))
    number = entry.get("repair_number", entry.get("repair_numbers"))
    if place and _is_at(place, shops, number, index):
        return [place]
    if number is None:
        return index.shop_places(Mentions(shops=shops)) or [NOWHERE]
    orders = index.orders(number, shops)
    if entry.get("code") == ShopNotFound.code:
        return index.shop_places(Mentions(orders=orders)) or [NOWHERE]
    return [(*order, "repair_number") for order in orders] or [NOWHERE]


def _is_at(place: Place, shops: set[int], number: object, index: BatchIndex) -> bool:
    key = index.key_at(place)
    is_its_shop = not shops or index.shop_at(place) in shops
    return is_its_shop and (number is None or key is None or key.repair_number == number)


def _problem(entry: _Entry, place: Place, index: BatchIndex) -> ItemProblem:
    match entry.get("code"):
        case ShopNotFound.code:
            return shop_not_found(place, index)
        case DuplicateRepairOrder.code:
            return _duplicate(entry, place, index)
        case RepairOrderNotFound.code:
            return order_not_found(place, index)
        case InvalidInput.code:
            reason = _member(InvalidInputReason, entry.get("reason"))
            return invalid(place, index, reason or InvalidInputReason.REFUSED_BY_REMOTE)
        case _:
            # A code that a later version of the gateway may have.
            return invalid(place, index, InvalidInputReason.REFUSED_BY_REMOTE)


def _duplicate(entry: _Entry, place: Place, index: BatchIndex) -> DuplicateRepairOrder:
    return duplicate(
        place,
        index,
        duplicate_of=_member(DuplicateOf, entry.get("duplicate_of")) or DuplicateOf.STORED,
        first_place=place_of(entry.get("first_pointer"), index) or None,
    )


def _member(enum: type[_Member], value: object) -> _Member | None:
    return next((member for member in enum if member.value == value), None)
