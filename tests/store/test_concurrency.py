"""Many callers at once: tasks, threads and processes on one database."""

import asyncio
from threading import Event

import pytest
from sqlalchemy import Connection

from gateway.contract import InternalServerError, RateLimited
from gateway.store import PoolLimits, Store, open_store
from gateway.store.orders import BatchWrite
from gateway.store.sql_store import SqlStore
from tests.databases import run_sql
from tests.store.batches import (
    SECONDS,
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
from tests.store.engines import open_database
from tests.store.other_process import finish, start

pytestmark = pytest.mark.anyio

ONE_CONNECTION = PoolLimits(size=1)


async def test_changes_of_one_order_are_carried_out_one_after_the_other(store: Store) -> None:
    """
    Of many changes that are asked for at once none is lost.
    """
    await create(store, [order()])

    await asyncio.gather(*(store.write(wanted([order()]), raising) for _ in range(200)))

    assert await stored_of(store, [order()]) == [order()._replace(version=201)]


async def test_processes_lose_nothing_of_each_other(store: Store, url: str) -> None:
    """
    Two processes that write to one file, and to one order, at the same time both succeed.
    """
    await create(store, [order()])

    said = finish(start("write", url, "a", "50"), start("write", url, "b", "50"))

    assert said == ["", ""]
    assert len(await stored_of(store, orders(50, prefix="a") + orders(50, prefix="b"))) == 100
    assert await stored_of(store, [order()]) == [order()._replace(version=101)]


async def test_more_readers_than_connections_all_read(store: Store) -> None:
    """
    Readers wait for each other, and not for long.
    """
    await create(store, [order()])

    read = await asyncio.gather(*(stored_of(store, [order()]) for _ in range(100)))

    assert read == [[order()]] * 100


async def test_only_so_many_batches_wait(url: str) -> None:
    """
    One batch too many is told to come again, and those that wait are still written.
    """
    paused = Paused(creating([]))
    async with open_store(url, max_waiting=2, pool=ONE_CONNECTION) as store:
        await store.add_shops([SHOP])
        first = await paused.asked_of(store)
        waiting = [asyncio.create_task(create(store, [one])) for one in orders(2)]
        await asyncio.sleep(0)

        with pytest.raises(RateLimited) as caught:
            await create(store, [order()])

        assert caught.value.retry_after_seconds == 1
        paused.may_go_on.set()
        await asyncio.gather(first, *waiting)
        assert await stored_of(store, [*orders(2), order()]) == orders(2)


async def test_closing_finishes_what_waits(url: str) -> None:
    """
    Batches that wait when the store is closed are written, and later ones are refused.
    """
    paused = Paused(creating([]))
    async with open_store(url, pool=ONE_CONNECTION) as store:
        await store.add_shops([SHOP])
        first = await paused.asked_of(store)
        waiting = [asyncio.create_task(create(store, [one])) for one in orders(20)]
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(paused.may_go_on.set)

    await asyncio.gather(first, *waiting)
    with pytest.raises(InternalServerError):
        await create(store, [order()])
    with pytest.raises(InternalServerError):
        await store.add_shops([SHOP + 1])
    async with open_store(url) as again:
        assert await stored_of(again, [*orders(20), order()]) == orders(20)


async def test_reading_does_not_wait_for_writing(url: str) -> None:
    """
    While rows are being written, what was committed before is read.
    """
    is_written, may_commit = Event(), Event()

    async with open_database(url) as database:

        def wait() -> None:
            is_written.set()
            assert may_commit.wait(SECONDS)

        def change(connection: Connection) -> None:
            BatchWrite(database.rows, wanted([order()]), creating([order()]))(connection)
            database.rows.aside(wait)

        store = SqlStore(database)
        await store.add_shops([SHOP])
        writing = asyncio.create_task(database.write(change))
        assert await asyncio.to_thread(is_written.wait, SECONDS)

        assert await stored_of(store, [order()]) == []
        may_commit.set()
        await writing
        assert await stored_of(store, [order()]) == [order()]


async def test_a_caller_who_goes_away_takes_nothing_back(url: str) -> None:
    """
    A batch is written when it was asked for, also when nobody waits for the answer.
    """
    paused = Paused(creating([order()]))
    async with open_store(url, pool=ONE_CONNECTION) as store:
        await store.add_shops([SHOP])
        begun = await paused.asked_of(store, [order()])
        waiting = asyncio.create_task(create(store, orders(1)))
        await asyncio.sleep(0)

        begun.cancel()
        waiting.cancel()
        await asyncio.wait([begun, waiting])
        paused.may_go_on.set()

    assert begun.cancelled()
    assert waiting.cancelled()
    async with open_store(url) as again:
        assert len(await stored_of(again, [order(), *orders(1)])) == 2


async def test_a_read_that_fails_saves_nothing(store: Store, url: str) -> None:
    """
    What a database reports while it is read is an Internal Server Error too.
    """
    run_sql(url, "DROP TABLE repair_order")

    with pytest.raises(InternalServerError):
        await stored_of(store, [order()])
