"""Whether the repair orders of a batch may be saved: AutoSpot's rules about what exists."""

from collections.abc import Iterator

from gateway.contract import (
    Batch,
    DuplicateOf,
    DuplicateRepairOrder,
    ItemProblem,
    OrderKey,
    RepairOrderNotFound,
    ShopNotFound,
    Verb,
)
from gateway.store import Stored


def problems_with(batch: Batch, verb: Verb, stored: Stored) -> list[ItemProblem]:
    """Name every shop and every repair order that is in the way of saving a batch."""
    problems: list[ItemProblem] = list(_unknown_shops(batch, stored))
    if verb is Verb.CREATE and stored.orders:
        problems += _duplicates(batch, stored)
    elif verb is Verb.UPDATE:
        problems += _unknown_orders(batch, stored)
    return problems


def _unknown_shops(batch: Batch, stored: Stored) -> Iterator[ShopNotFound]:
    for index, entry in enumerate(batch.entries):
        if entry.shop_id is not None and entry.shop_id not in stored.shop_ids:
            yield ShopNotFound(
                place=(index, "shop_id"),
                shop_id=entry.shop_id,
                repair_numbers=list(entry.numbers.values()),
            )


def _duplicates(batch: Batch, stored: Stored) -> Iterator[DuplicateRepairOrder]:
    seen: set[OrderKey] = set()
    for place, key in batch.keys():
        # A number that the request repeats is already named as a duplicate of its first place.
        if key in stored.orders and key not in seen:
            seen.add(key)
            yield DuplicateRepairOrder(
                place=(*place, "repair_number"),
                shop_id=key.shop_id,
                repair_number=key.repair_number,
                duplicate_of=DuplicateOf.STORED,
            )


def _unknown_orders(batch: Batch, stored: Stored) -> Iterator[RepairOrderNotFound]:
    for place, key in batch.keys():
        if key.shop_id in stored.shop_ids and key not in stored.orders:
            yield RepairOrderNotFound(
                place=(*place, "repair_number"),
                shop_id=key.shop_id,
                repair_number=key.repair_number,
            )
