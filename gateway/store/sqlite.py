"""One SQLite file: a thread that writes, and threads that read beside it."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from random import random
from time import monotonic, sleep
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, delete, event, false
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.store.failures import nothing_saved, opening, sqlite_code
from gateway.store.schema import Revision, newest_revision, revision, set_up
from gateway.store.sqlite_rows import SqliteRows
from gateway.store.tables import shop
from gateway.store.writer import Writer

T = TypeVar("T")

BUSY_SECONDS = 30.0
"""How long others in other processes are waited for."""

_TURN_SECONDS = 0.002
"""How often, on average, a writer looks whether it is its turn: SQLite itself would look ever
more rarely, and find that another writer was faster each time."""

_READERS = 4


@asynccontextmanager
async def open_sqlite(path: Path, *, may_upgrade: bool = False) -> AsyncGenerator["SqliteDatabase"]:
    """Open a database file; it is made, and set up, when it does not exist.

    Raises StoreError when it cannot be used.
    """
    patience = _Patience()
    writing = _engine(path, patience, connections=1, begin="BEGIN IMMEDIATE", busy_seconds=0)
    reading = _engine(path, patience, connections=_READERS, begin="BEGIN")
    try:
        await asyncio.to_thread(_set_up, path, writing, may_upgrade=may_upgrade)
        database = SqliteDatabase(Writer(writing), reading, patience)
        try:
            yield database
        finally:
            await asyncio.to_thread(database.close)
    finally:
        writing.dispose()
        reading.dispose()


async def sqlite_revision(path: Path) -> Revision:
    """Find out how far the tables of a database file have come; it is not made.

    Raises StoreError when it cannot be used.
    """
    return await asyncio.to_thread(_revision, path)


class SqliteDatabase:
    """Transactions of one SQLite file. Implements Database."""

    def __init__(self, writer: Writer, reading: Engine, patience: "_Patience") -> None:
        """Write by a writer, and read on connections of an engine."""
        self.rows = SqliteRows()
        self.side_by_side = 1
        self.wait: float | None = None
        self._writer = writer
        self._reading = reading
        self._patience = patience
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="store-reader")

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on what is committed; it sees one state of the database throughout."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, query)

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change that no other writer meets, and return its result once it is durable."""
        return await self._writer.write(change)

    def give_up(self) -> None:
        """Wait no longer for others in other processes."""
        self._patience.end()

    def close(self) -> None:
        """Finish what was asked for, and stop the threads."""
        self._writer.close()
        self._readers.shutdown()

    def _read(self, query: Callable[[Connection], T]) -> T:
        with nothing_saved(), self._reading.connect() as connection:
            return query(connection)


class _Patience:
    """Waits for others in other processes, until that takes too long or is to end."""

    def __init__(self) -> None:
        self._is_over = False

    def end(self) -> None:
        """Wait no longer."""
        self._is_over = True

    def carry_out(self, step: Callable[[], object]) -> None:
        """Carry out a step, and wait for others that are in its way."""
        deadline = monotonic() + BUSY_SECONDS
        while not self._is_done(step, deadline):
            sleep(2 * _TURN_SECONDS * random())  # noqa: S311  # of a game, and no secret

    def _is_done(self, step: Callable[[], object], deadline: float) -> bool:
        try:
            step()
        except (sqlite3.OperationalError, DBAPIError) as error:
            is_in_use = sqlite_code(error) == sqlite3.SQLITE_BUSY
            if not is_in_use or self._is_over or monotonic() > deadline:
                raise
            return False
        return True


def _engine(
    path: Path,
    patience: _Patience,
    *,
    connections: int,
    begin: str,
    busy_seconds: float | None = None,
) -> Engine:
    # The driver is told to leave transactions alone, so that they begin the way we say.
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={
            "timeout": BUSY_SECONDS if busy_seconds is None else busy_seconds,
            "isolation_level": None,
        },
        hide_parameters=True,
        max_overflow=0,
        pool_size=connections,
    )

    def start(connection: Connection) -> None:
        patience.carry_out(partial(connection.exec_driver_sql, begin))

    event.listen(engine, "connect", partial(_configure, patience))
    event.listen(engine, "begin", start)
    return engine


def _configure(
    patience: _Patience, connection: DBAPIConnection, entry: ConnectionPoolEntry
) -> None:
    del entry
    cursor = connection.cursor()
    # The first statement reads the file, which another may just be changing to WAL.
    patience.carry_out(partial(cursor.execute, "PRAGMA synchronous = FULL"))
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _revision(path: Path) -> Revision:
    if not path.exists():
        return Revision(None, newest_revision())
    engine = _engine(path, _Patience(), connections=1, begin="BEGIN")
    try:
        with opening(path), engine.connect() as connection:
            return revision(connection)
    finally:
        engine.dispose()


def _set_up(path: Path, engine: Engine, *, may_upgrade: bool) -> None:
    with opening(path):
        path.parent.mkdir(exist_ok=True)
        _use_wal(path)
        with engine.begin() as connection:
            set_up(connection, may_upgrade=may_upgrade)
            # Changes nothing, and fails when the file may only be read.
            connection.execute(delete(shop).where(false()))


def _use_wal(path: Path) -> None:
    """Have changes logged ahead, so that readers and the writer do not wait for each other."""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        # SQLite does not wait here for others that do the same.
        _Patience().carry_out(partial(connection.execute, "PRAGMA journal_mode = WAL"))
