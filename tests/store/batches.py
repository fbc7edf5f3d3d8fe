"""Batches as the backing module would ask a store to write them."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from threading import Event

from gateway.contract import OrderKey, Saved, StoredOrder
from gateway.store import Decide, Decision, Store, Stored, Wanted

SHOP = 33
NOW = datetime(2020, 3, 11, 9, 30, 0, 123_456, tzinfo=UTC)
SECONDS = 10
"""How long a test waits for another thread before it fails."""


def order(number: str = "606471", *, shop_id: int = SHOP, document: str = "{}") -> StoredOrder:
    """A repair order at its first version."""
    return StoredOrder(OrderKey(shop_id, number), document, 1, NOW, NOW)


def orders(count: int, *, prefix: str = "") -> list[StoredOrder]:
    """Repair orders with numbers of their own."""
    return [order(f"{prefix}{number}") for number in range(count)]


def wanted(stored: Iterable[StoredOrder]) -> Wanted:
    """The rows of repair orders, and of their shops."""
    keys = {one.key for one in stored}
    return Wanted({key.shop_id for key in keys}, keys)


def creating(created: Sequence[StoredOrder], *, updated: Sequence[StoredOrder] = ()) -> Decide:
    """Decide for these orders, whatever is stored."""
    return lambda _: Decision(created, updated, Saved([]))


def raising(stored: Stored) -> Decision:
    """Decide to increase the version of every order that was read."""
    changed = [one._replace(version=one.version + 1) for one in stored.orders.values()]
    return Decision([], changed, Saved([]))


async def create(store: Store, created: Sequence[StoredOrder]) -> None:
    """Write new orders."""
    await store.write(wanted(created), creating(created))


async def stored_of(store: Store, asked: Sequence[StoredOrder]) -> list[StoredOrder]:
    """Those of the orders that are stored, as they are stored, in the order asked."""
    found = (await store.read(wanted(asked))).orders
    return [found[one.key] for one in asked if one.key in found]


class Paused:
    """A decision that waits in the middle of its transaction until it is let go."""

    def __init__(self, decide: Decide) -> None:
        """Wait, then decide."""
        self.has_started = Event()
        self.may_go_on = Event()
        self._decide = decide

    async def asked_of(
        self, store: Store, about: Iterable[StoredOrder] = ()
    ) -> "asyncio.Task[Saved]":
        """Have a store ask it; returns once it waits, with what is being written."""
        writing = asyncio.create_task(store.write(wanted(about), self))
        assert await asyncio.to_thread(self.has_started.wait, SECONDS)
        return writing

    def __call__(self, stored: Stored) -> Decision:
        """Wait, then decide."""
        self.has_started.set()
        assert self.may_go_on.wait(SECONDS)
        return self._decide(stored)
