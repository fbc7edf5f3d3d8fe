"""What holds for one SQLite file: its log, its locks, its other users."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from gateway.contract import InternalServerError
from gateway.store import open_store
from gateway.store import sqlite as sqlite_store
from gateway.store.sqlite import open_sqlite
from tests.store.batches import SHOP, create, order, orders, stored_of

pytestmark = pytest.mark.anyio


async def test_a_store_closes_when_its_user_fails(sqlite_url: str, path: Path) -> None:
    """
    The file is let go of, and the log merged into it, whatever happens.
    """
    with pytest.raises(LookupError):
        async with open_store(sqlite_url):
            raise LookupError

    assert not path.with_name("gateway.db-wal").exists()


async def test_the_wait_for_another_process_has_an_end(
    sqlite_url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    While another process keeps the file locked nothing is saved; afterwards all is well.
    """
    monkeypatch.setattr(sqlite_store, "BUSY_SECONDS", 0.05)
    async with open_store(sqlite_url) as store:
        await store.add_shops([SHOP])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(InternalServerError):
                await create(store, [order()])
            assert await stored_of(store, [order()]) == []

        await create(store, [order()])
        assert await stored_of(store, [order()]) == [order()]


async def test_batches_wait_for_another_process_together(
    sqlite_url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    However many wait for a locked file, they wait as long as one, and not one after the other.
    """
    monkeypatch.setattr(sqlite_store, "BUSY_SECONDS", 0.05)
    begun: list[Connection] = []

    def note(connection: Connection) -> None:
        begun.append(connection)

    async with open_store(sqlite_url) as store:
        await store.add_shops([SHOP])
        event.listen(Engine, "begin", note)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = [create(store, [one]) for one in orders(4)]
            outcomes = await asyncio.gather(*writing, return_exceptions=True)
        event.remove(Engine, "begin", note)

        assert [type(outcome) for outcome in outcomes] == [InternalServerError] * 4
        # The first one found nobody to wait with.
        assert len(begun) == 2
        assert await stored_of(store, orders(4)) == []


async def test_connections_are_durable_and_checked(path: Path) -> None:
    """
    A commit is on the disk before it is answered, and foreign keys are kept.
    """

    def settings(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    async with open_sqlite(path) as database:
        full = 2
        assert await database.read(settings) == ["wal", full, 1]
        assert await database.write(settings) == ["wal", full, 1]
