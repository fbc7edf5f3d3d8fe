"""An SQLite file on a disk that is full, or fails: nothing is half written."""

import resource
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gateway.contract import InternalServerError, OutcomeUnknown
from gateway.store.sql_store import SqlStore
from gateway.store.sqlite import SqliteDatabase, open_sqlite
from tests.store.batches import SHOP, create, order, orders, stored_of

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
