"""An SQLite file on a disk that is full, or fails: nothing is half written."""

import asyncio
import resource
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gateway.contract import InternalServerError, OutcomeUnknown, StoredOrder
from gateway.store.sql_store import SqlStore
from gateway.store.sqlite import SqliteDatabase, open_sqlite
from tests.metrics import grown, told
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


@pytest.fixture
async def database(path: Path) -> AsyncGenerator[SqliteDatabase]:
    """
    A database with one shop.
    """
    async with open_sqlite(path) as opened:
        await SqlStore(opened).add_shops([SHOP])
        yield opened


async def limit_pages(database: SqliteDatabase, pages: int) -> None:
    """Let the database grow to so many pages: SQLite reports a full disk then."""

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await database.write(limit)


@contextmanager
def limited_files(size: int) -> Generator[None]:
    """Let no file grow beyond a size: the system reports an error then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("count", [1_000, 10_000])
async def test_a_full_disk_saves_nothing(database: SqliteDatabase, count: int) -> None:
    """
    A batch that does not fit leaves no row; once there is room it is saved.
    """
    store = SqlStore(database)
    await create(store, [order()])
    await limit_pages(database, 20)

    with pytest.raises(InternalServerError):
        await create(store, orders(count))

    assert await stored_of(store, [order(), *orders(count)]) == [order()]
    await limit_pages(database, 1_000_000)
    await create(store, orders(count))
    assert len(await stored_of(store, orders(count))) == count


async def test_a_disk_that_fails_in_a_commit_leaves_it_in_doubt(
    database: SqliteDatabase, path: Path
) -> None:
    """
    When the end of a commit cannot be written nobody is told that nothing was saved.
    """
    store = SqlStore(database)
    written = path.with_name("gateway.db-wal").stat().st_size

    with limited_files(written + 1_000), pytest.raises(OutcomeUnknown) as caught:
        await create(store, orders(100))

    assert not caught.value.retryable
    assert await stored_of(store, orders(100)) == []
    await create(store, orders(100))
    assert await stored_of(store, orders(100)) == orders(100)


async def outcomes_of_a_group(store: SqlStore, batches: list[list[StoredOrder]]) -> list[type]:
    """What becomes of batches that share a transaction."""
    before = told()
    paused = Paused(creating([]))
    first = asyncio.create_task(store.write(wanted([]), paused))
    assert await asyncio.to_thread(paused.has_started.wait, SECONDS)
    writing = [asyncio.create_task(create(store, batch)) for batch in batches]
    await asyncio.sleep(0)
    paused.may_go_on.set()
    await first
    outcomes = await asyncio.gather(*writing, return_exceptions=True)
    assert grown(before, told())[("autospot_gateway_store_transaction_batches_count",)] == 2
    return [type(outcome) for outcome in outcomes]


async def test_a_shared_commit_in_doubt_is_in_doubt_for_all(
    database: SqliteDatabase, path: Path
) -> None:
    """
    Batches whose commit could not be written to its end are told so, each of them.
    """
    store = SqlStore(database)
    batches = [orders(50, prefix=f"{number}-") for number in range(3)]
    written = path.with_name("gateway.db-wal").stat().st_size

    with limited_files(written + 1_000):
        outcomes = await outcomes_of_a_group(store, batches)

    assert outcomes == [OutcomeUnknown] * 3
    assert [await stored_of(store, batch) for batch in batches] == [[], [], []]


async def test_a_shared_commit_that_does_not_fit_saves_nothing(database: SqliteDatabase) -> None:
    """
    Batches that do not fit, together or alone, are told that nothing was saved.
    """
    store = SqlStore(database)
    batches = [orders(300, prefix=f"{number}-") for number in range(3)]
    await limit_pages(database, 12)

    outcomes = await outcomes_of_a_group(store, batches)

    assert outcomes == [InternalServerError] * 3
    assert [await stored_of(store, batch) for batch in batches] == [[], [], []]


async def test_a_commit_that_is_refused_saves_nothing(database: SqliteDatabase) -> None:
    """
    What the database refuses at the end of a transaction is not in doubt.
    """

    def change(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql("INSERT INTO repair_order VALUES (99, '1', '{}', 1, '', '')")

    with pytest.raises(InternalServerError):
        await database.write(change)

    assert await stored_of(SqlStore(database), [order("1", shop_id=99)]) == []
