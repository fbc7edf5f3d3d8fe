"""Repair orders once they are named or saved: their keys, their places, their documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple, overload

from gateway.contract.enums import SavedAction
from gateway.contract.values import REPAIR_NUMBER, SHOP_ID

Place = tuple[str | int, ...]
"""Where something stands in a batch: list indexes and field names, as AutoSpot spells them.

() is the batch itself, as a list.
"""


class _Nowhere(tuple[()]):
    """An empty place that can be told from ()."""

    __slots__ = ()


NOWHERE: Final[Place] = _Nowhere()
"""The place of what is tied to no part of a batch. It equals (), so tell them apart by `is`."""


class OrderKey(NamedTuple):
    """The number of a repair order and its shop."""

    shop_id: int
    repair_number: str

    @property
    def can_exist(self) -> bool:
        """Whether a repair order can have this key at all."""
        return (
            SHOP_ID.readable(self.shop_id) is not None
            and REPAIR_NUMBER.readable(self.repair_number) is not None
        )


class StoredOrder(NamedTuple):
    """A repair order as it is kept.

    `document` is the JSON of its fields without the number, and holds no nulls. `version` counts
    from 1. The times are in UTC.
    """

    key: OrderKey
    document: str
    version: int
    created_at: datetime
    updated_at: datetime


class SavedOrder(NamedTuple):
    """One repair order that was saved.

    `action` and `order` are None where a remote AutoSpot does not tell.
    """

    place: Place
    key: OrderKey
    action: SavedAction | None
    order: StoredOrder | None


@dataclass(frozen=True)
class Saved:
    """A batch that was saved: one entry for each repair order, in the order of the input."""

    orders: Sequence[SavedOrder]


class LazyOrders(Sequence[SavedOrder]):
    """Saved repair orders that are counted at once, and made when somebody looks at them."""

    def __init__(self, count: int, make: Callable[[], list[SavedOrder]]) -> None:
        """Know how many there are, and how they are made."""
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> SavedOrder: ...
    @overload
    def __getitem__(self, index: slice) -> list[SavedOrder]: ...
    def __getitem__(self, index: int | slice) -> SavedOrder | list[SavedOrder]:
        return self._orders[index]

    @cached_property
    def _orders(self) -> list[SavedOrder]:
        return self._make()
