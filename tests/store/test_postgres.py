"""What holds for PostgreSQL: many who write at the same time, and how long they wait."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Engine, event

from gateway.contract import InternalServerError, RateLimited, Saved
from gateway.store import Decision, PoolLimits, Store, Stored, open_store
from gateway.store.postgres import ATTEMPTS
from tests.metrics import told
from tests.store.batches import (
    SHOP,
    Paused,
    create,
    creating,
    order,
    orders,
    raising,
    stored_of,
    wanted,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def url(postgres_url: str) -> str:
    """
    The database of the store.
    """
    return postgres_url


class Deciding:
    """Creates those of its orders that are not stored; remembers what it saw, and when."""

    def __init__(self, count: int) -> None:
        """Be about so many orders."""
        self.orders = orders(count)
        self.seen: list[set[str]] = []

    def __call__(self, stored: Stored) -> Decision:
        """Decide."""
        self.seen.append({key.repair_number for key in stored.orders})
        new = [one for one in self.orders if one.key not in stored.orders]
        return Decision(new, [], Saved([]))


async def test_orders_that_another_creates_meanwhile_are_all_found(store: Store, url: str) -> None:
    """
    A decision that was overtaken is made again, and sees every order that is stored by now.
    """
    deciding = Deciding(5)
    paused = Paused(deciding)
    writing = await paused.asked_of(store, deciding.orders)
    async with open_store(url) as other:
        await create(other, [order("1"), order("3")])
    paused.may_go_on.set()
    await writing

    assert deciding.seen == [set(), {"1", "3"}]
    assert len(await stored_of(store, deciding.orders)) == 5


@pytest.mark.parametrize(("end", "seen"), [("COMMIT", {"2"}), ("ROLLBACK", set[str]())])
async def test_orders_that_another_is_creating_are_waited_for(
    store: Store, url: str, end: str, seen: set[str]
) -> None:
    """
    Whether an order exists that an open transaction creates is known when that one ends.
    """
    deciding = Deciding(3)
    paused = Paused(deciding)
    other = await asyncpg.connect(url)
    await other.execute("BEGIN")
    await other.execute("INSERT INTO repair_order VALUES (33, '2', '{}', 1, now(), now())")
    writing = await paused.asked_of(store, deciding.orders)
    paused.may_go_on.set()
    while not await other.fetchval("SELECT bool_or(NOT granted) FROM pg_locks"):
        pass
    await other.execute(end)
    await writing
    await other.close()

    assert deciding.seen[1:] == ([seen] if seen else [])
    assert deciding.seen[0] == set()
    assert len(await stored_of(store, deciding.orders)) == 3


async def test_a_decision_that_is_always_overtaken_ends(store: Store) -> None:
    """
    Nobody waits for ever: a batch that cannot be written is given up, with nothing saved.
    """
    deciding = Deciding(1)
    deciding.orders *= 2

    with pytest.raises(InternalServerError):
        await store.write(wanted(deciding.orders), deciding)

    assert len(deciding.seen) == ATTEMPTS
    assert await stored_of(store, orders(1)) == []


async def test_the_wait_for_a_row_has_an_end(url: str) -> None:
    """
    Who keeps a row locked does not keep callers waiting for ever, nor connections.
    """
    async with open_store(url, pool=PoolLimits(size=1, statement=1)) as store:
        await store.add_shops([SHOP])
        await create(store, [order()])
        other = await asyncpg.connect(url)
        await other.execute("BEGIN")
        await other.execute("SELECT FROM repair_order FOR UPDATE")

        with pytest.raises(InternalServerError):
            await store.write(wanted([order()]), raising)

        await other.close()
        await store.write(wanted([order()]), raising)


async def test_the_wait_for_a_connection_has_an_end(url: str) -> None:
    """
    When no connection is free in time the caller is told to come again.
    """
    paused = Paused(creating([]))
    async with open_store(url, pool=PoolLimits(size=1, wait=1)) as store:
        writing = await paused.asked_of(store)

        told_to_come_again = await asyncio.gather(
            create(store, [order()]), store.shops(), return_exceptions=True
        )

        now = told()
        assert now[("autospot_gateway_database_connections_in_use",)] == 1
        assert now[("autospot_gateway_database_connections_max",)] == 1
        assert [repr(one) for one in told_to_come_again] == [
            repr(RateLimited(retry_after_seconds=1))
        ] * 2
        paused.may_go_on.set()
        await writing


async def test_a_batch_that_has_to_wait_keeps_no_other_waiting(url: str) -> None:
    """
    While a transaction waits for a row, others begin beside it, as long as there are connections.
    """
    paused = Paused(creating([]))
    async with open_store(url, pool=PoolLimits(size=2)) as store:
        await store.add_shops([SHOP])
        await create(store, [order()])
        other = await asyncpg.connect(url)
        await other.execute("BEGIN")
        await other.execute("SELECT FROM repair_order FOR UPDATE")
        waiting = asyncio.create_task(store.write(wanted([order()]), raising))
        beside = await paused.asked_of(store)
        last = asyncio.create_task(create(store, [order("last")]))
        asyncio.get_running_loop().call_later(0.1, paused.may_go_on.set)

        await asyncio.gather(beside, last)

        assert not waiting.done()
        await other.close()
        await waiting


@contextmanager
def counted() -> Generator[list[str]]:
    """The statements that are sent."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("count", [1, 1_000])
async def test_a_batch_is_a_fixed_number_of_statements(store: Store, count: int) -> None:
    """
    However many orders there are, a batch is as many statements as one of a single order.
    """
    with counted() as creating_it:
        await create(store, orders(count))
    with counted() as changing_it:
        await store.write(wanted(orders(count)), raising)

    assert len(creating_it) == 3
    assert len(changing_it) == 3
