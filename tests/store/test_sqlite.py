"""Many callers at once: tasks, threads and processes on one SQLite file."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection

from gateway.contract import InternalServerError, RateLimited
from gateway.store import Store, open_store
from gateway.store import sqlite as sqlite_store
from gateway.store.orders import BatchWrite
from gateway.store.sql_store import SqlStore
from gateway.store.sqlite import open_sqlite
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
from tests.store.other_process import finish, start

pytestmark = pytest.mark.anyio


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

    said = finish(start("write", url, "a", "100"), start("write", url, "b", "100"))

    assert said == ["", ""]
    assert len(await stored_of(store, orders(100, prefix="a") + orders(100, prefix="b"))) == 200
    assert await stored_of(store, [order()]) == [order()._replace(version=201)]


async def test_reading_does_not_wait_for_writing(path: Path) -> None:
    """
    While rows are being written, what was committed before is read.
    """
    is_written, may_commit = Event(), Event()

    def change(connection: Connection) -> None:
        BatchWrite(wanted([order()]), creating([order()]))(connection)
        is_written.set()
        assert may_commit.wait(SECONDS)

    async with open_sqlite(path, max_waiting=1) as database:
        store = SqlStore(database)
        await store.add_shops([SHOP])
        writing = asyncio.create_task(database.write(change))
        assert await asyncio.to_thread(is_written.wait, SECONDS)

        assert await stored_of(store, [order()]) == []
        may_commit.set()
        await writing
        assert await stored_of(store, [order()]) == [order()]


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
    async with open_store(url, max_waiting=2) as store:
        await store.add_shops([SHOP])
        first = asyncio.create_task(store.write(wanted([]), paused))
        assert await asyncio.to_thread(paused.has_started.wait, SECONDS)
        waiting = [asyncio.create_task(create(store, [one])) for one in orders(2)]
        await asyncio.sleep(0)

        with pytest.raises(RateLimited) as caught:
            await create(store, [order()])

        assert caught.value.retry_after_seconds == 1
        paused.may_go_on.set()
        await asyncio.gather(first, *waiting)
        assert await stored_of(store, [*orders(2), order()]) == orders(2)


async def test_a_caller_who_goes_away_takes_nothing_back(store: Store) -> None:
    """
    A batch is written when it was asked for, also when nobody waits for the answer.
    """
    paused = Paused(creating([order()]))
    begun = asyncio.create_task(store.write(wanted([order()]), paused))
    assert await asyncio.to_thread(paused.has_started.wait, SECONDS)
    waiting = asyncio.create_task(create(store, orders(1)))
    await asyncio.sleep(0)

    begun.cancel()
    waiting.cancel()
    await asyncio.wait([begun, waiting])
    paused.may_go_on.set()
    await create(store, orders(1, prefix="next"))

    assert begun.cancelled()
    assert waiting.cancelled()
    assert len(await stored_of(store, [order(), *orders(1)])) == 2


async def test_closing_finishes_what_waits(url: str) -> None:
    """
    Batches that wait when the store is closed are written, and later ones are refused.
    """
    paused = Paused(creating([]))
    async with open_store(url) as store:
        await store.add_shops([SHOP])
        first = asyncio.create_task(store.write(wanted([]), paused))
        assert await asyncio.to_thread(paused.has_started.wait, SECONDS)
        waiting = [asyncio.create_task(create(store, [one])) for one in orders(20)]
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(paused.may_go_on.set)

    await asyncio.gather(first, *waiting)
    with pytest.raises(InternalServerError):
        await create(store, [order()])
    async with open_store(url) as again:
        assert await stored_of(again, [*orders(20), order()]) == orders(20)


async def test_a_store_closes_when_its_user_fails(url: str, path: Path) -> None:
    """
    The file is let go of, and the log merged into it, whatever happens.
    """
    with pytest.raises(LookupError):
        async with open_store(url):
            raise LookupError

    assert not path.with_name("gateway.db-wal").exists()


async def test_the_wait_for_another_process_has_an_end(
    url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    While another process keeps the file locked nothing is saved; afterwards all is well.
    """
    monkeypatch.setattr(sqlite_store, "BUSY_SECONDS", 0.05)
    async with open_store(url) as store:
        await store.add_shops([SHOP])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(InternalServerError):
                await create(store, [order()])
            assert await stored_of(store, [order()]) == []

        await create(store, [order()])
        assert await stored_of(store, [order()]) == [order()]


async def test_connections_are_durable_and_checked(path: Path) -> None:
    """
    A commit is on the disk before it is answered, and foreign keys are kept.
    """

    def settings(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    async with open_sqlite(path, max_waiting=1) as database:
        full = 2
        assert await database.read(settings) == ["wal", full, 1]
        assert await database.write(settings) == ["wal", full, 1]


async def test_a_read_that_fails_saves_nothing(store: Store, path: Path) -> None:
    """
    What a database reports while it is read is an Internal Server Error too.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("DROP TABLE repair_order")

    with pytest.raises(InternalServerError):
        await stored_of(store, [order()])
