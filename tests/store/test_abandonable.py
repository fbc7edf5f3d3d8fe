"""A store that is given up: all that it is asked for is answered at once, and it closes."""

import asyncio
import sqlite3
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path

import pytest

from gateway.contract import InternalServerError, OutcomeUnknown, StoredOrder
from gateway.store import PoolLimits, Store, open_store
from tests.durability.network import network_to
from tests.postgres import PostgresServer, name_of, through
from tests.store.batches import (
    SECONDS,
    SHOP,
    Paused,
    create,
    creating,
    order,
    orders,
    stored_of,
    wanted,
)

pytestmark = pytest.mark.anyio


async def begun(store: Store, asked: StoredOrder) -> asyncio.Task[None]:
    """Have an order created, and wait until that is asked of the database."""
    writing = asyncio.create_task(create(store, [asked]))
    # First the task asks the store, and then the store's own task asks the database.
    for _ in range(2):
        await asyncio.sleep(0)
    return writing


async def outcomes_of(*asked: Awaitable[object]) -> list[type]:
    """What becomes of all that was asked."""
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    return [type(outcome) for outcome in outcomes]


async def test_what_is_being_written_is_in_doubt(url: str) -> None:
    """
    What waits behind it is not written, and what is asked for afterwards is not begun.
    """
    paused = Paused(creating([order("first")]))
    async with open_store(url, pool=PoolLimits(size=1)) as store:
        await store.add_shops([SHOP])
        first = asyncio.create_task(store.write(wanted([order("first")]), paused))
        assert await asyncio.to_thread(paused.has_started.wait, SECONDS)
        waiting = [asyncio.create_task(create(store, [one])) for one in orders(3)]
        await asyncio.sleep(0)
        store.give_up()
        late = [create(store, [order("late")]), store.shops()]

        assert await outcomes_of(first) == [OutcomeUnknown]
        assert await outcomes_of(*waiting, *late) == [InternalServerError] * 5
        paused.may_go_on.set()

    async with open_store(url) as store:
        found = await stored_of(store, [order("first"), *orders(3), order("late")])
        assert found in ([], [order("first")])


async def test_a_locked_file_is_waited_for_no_longer(sqlite_url: str, path: Path) -> None:
    """
    A store on an SQLite file that another program has locked closes all the same.
    """
    async with open_store(sqlite_url) as store:
        await store.add_shops([SHOP])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        async with open_store(sqlite_url) as store:
            other.execute("BEGIN IMMEDIATE")
            writing = await begun(store, order())
            store.give_up()

            assert await outcomes_of(writing) == [OutcomeUnknown]

    async with open_store(sqlite_url) as store:
        assert await stored_of(store, [order()]) == []


@pytest.mark.parametrize("is_asked", [True, False])
async def test_a_silent_server_is_waited_for_no_longer(
    postgres: PostgresServer,
    postgres_url: str,
    is_asked: bool,  # noqa: FBT001  # a case
) -> None:
    """
    A store whose network lets nothing pass closes all the same, with and without a batch.
    """
    async with network_to(postgres.port) as network:
        url = through(postgres.url(name_of(postgres_url)), network.port)
        async with open_store(url, pool=PoolLimits(wait=60, statement=60)) as store:
            await store.add_shops([SHOP])
            network.freeze()
            asked = [await begun(store, order())] if is_asked else []
            asyncio.get_running_loop().call_later(0.1, store.give_up)

            assert await outcomes_of(*asked) == [OutcomeUnknown] * len(asked)

    async with open_store(postgres_url) as store:
        assert await stored_of(store, [order()]) == []
