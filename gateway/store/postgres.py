"""A PostgreSQL database: a pool of connections, and transactions that run side by side."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from secrets import randbelow
from typing import Any, TypeVar
from weakref import WeakSet

import asyncpg
from sqlalchemy import Connection, event, false, text, update
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from gateway.contract import InternalServerError
from gateway.store.port import PoolLimits, StoreError
from gateway.store.postgres_commit import commit
from gateway.store.postgres_failures import (
    FAILURES,
    driver_error,
    is_lost,
    is_passing,
    nothing_saved,
    opening,
)
from gateway.store.postgres_hosts import connect
from gateway.store.postgres_pooler import keeps_statements
from gateway.store.postgres_rows import PostgresRows
from gateway.store.postgres_url import connect_arguments
from gateway.store.schema import Revision, revision, set_up
from gateway.store.tables import repair_order
from gateway.telemetry import meters

T = TypeVar("T")

ATTEMPTS = 6
"""How often a transaction is carried out at most while others are in its way."""

_CACHED_STATEMENTS = 100


@asynccontextmanager
async def open_postgres(
    url: str, *, pool: PoolLimits, may_upgrade: bool
) -> AsyncGenerator["PostgresDatabase"]:
    """Open a database; it is set up when it is empty.

    Raises StoreError when it cannot be used.
    """
    await _with_connection(url, pool, partial(_set_up, may_upgrade=may_upgrade))
    if pool.is_preparing:
        await _require_kept_statements(url, pool)
    engine = _pooled(url, pool)
    database = PostgresDatabase(engine, pool)
    try:
        yield database
    finally:
        await database.close()
        await engine.dispose()


async def postgres_revision(url: str, pool: PoolLimits) -> Revision:
    """Find out how far the tables of a database have come.

    Raises StoreError when it cannot be used.
    """
    return await _with_connection(url, pool, revision)


class PostgresDatabase:
    """Transactions of one PostgreSQL database. Implements Database."""

    def __init__(self, engine: AsyncEngine, pool: PoolLimits) -> None:
        """Use the connections of an engine, which keeps to the limits of a pool."""
        self.rows = PostgresRows()
        self.side_by_side = pool.size
        self.wait: float | None = pool.wait
        self._writing_on = engine
        self._reading_on = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._writing: set[asyncio.Task[Any]] = set()
        self._connections: WeakSet[asyncpg.Connection[Any]] = WeakSet()
        self._is_closed = False
        event.listen(engine.sync_engine, "connect", self._note)

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on what is committed; it sees one state of the database throughout."""
        return await _carried_out(partial(self._read, query))

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change, and return its result once it is durable."""
        if self._is_closed:
            raise InternalServerError
        writing = asyncio.create_task(_carried_out(partial(self._commit, change)))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        # From here on it cannot be cancelled: a caller who goes away takes nothing back.
        return await asyncio.shield(writing)

    async def close(self) -> None:
        """Finish what was asked for."""
        self._is_closed = True
        await asyncio.gather(*self._writing, return_exceptions=True)

    def give_up(self) -> None:
        """Be waited for no longer; the server undoes what was not committed."""
        self._is_closed = True
        for connection in self._connections:
            connection.terminate()
        for writing in self._writing:
            writing.cancel()

    def _note(self, connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        self._connections.add(connection.driver_connection)

    async def _read(self, query: Callable[[Connection], T]) -> T:
        async with self._reading_on.connect() as connection:
            return await connection.run_sync(query)

    async def _commit(self, change: Callable[[Connection], T]) -> T:
        """Carry out a change in a transaction, which is rolled back when anything is raised."""
        async with self._writing_on.connect() as connection:
            result = await connection.run_sync(change)
            await commit(connection)
            return result


async def _carried_out(transaction: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Carry out a transaction, and again when another was in its way or a connection broke.

    Nothing was saved then. A commit that is in doubt is not tried again.
    """
    with nothing_saved():
        for attempt in range(1, ATTEMPTS):
            try:
                return await transaction()
            except FAILURES as error:
                if not is_passing(driver_error(error)):
                    raise
            await asyncio.sleep(randbelow(2**attempt) / 100)
        return await transaction()


def _pooled(url: str, pool: PoolLimits) -> AsyncEngine:
    engine = _engine(
        {
            **connect_arguments(url, wait=pool.wait),
            "command_timeout": pool.statement,
            **_statement_arguments(is_preparing=pool.is_preparing),
        },
        pool_size=pool.size,
        max_overflow=0,
        pool_timeout=pool.wait,
    )
    meters().most_database_connections.set(pool.size)
    event.listen(engine.sync_engine, "checkout", _count_one_more)
    event.listen(engine.sync_engine, "checkin", _count_one_less)
    return engine


def _count_one_more(*_: object) -> None:
    meters().database_connections.inc()


def _count_one_less(*_: object) -> None:
    meters().database_connections.dec()


def _engine(connect_arguments: dict[str, Any], **options: object) -> AsyncEngine:
    engine = create_async_engine(
        "postgresql+asyncpg://",
        connect_args={**connect_arguments, "async_creator_fn": connect},
        hide_parameters=True,
        **options,
    )
    event.listen(engine.sync_engine, "handle_error", _let_go_of_lost)
    return engine


def _statement_arguments(*, is_preparing: bool) -> dict[str, Any]:
    """How the driver and SQLAlchemy's layer above it prepare statements.

    A statement without a name belongs to the transaction that runs it: a pooler may give the next
    one another connection.
    """
    if is_preparing:
        return {"prepared_statement_cache_size": _CACHED_STATEMENTS}
    return {
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": str,
    }


def _let_go_of_lost(context: ExceptionContext) -> None:
    """Close a connection that is lost; the others too, unless it was only slow to answer."""
    error = driver_error(context.original_exception)
    if is_lost(error):
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = not isinstance(error, TimeoutError)


async def _with_connection(url: str, pool: PoolLimits, use: Callable[[Connection], T]) -> T:
    """Use a connection in a thread of its own, because migrations hold up who waits for them.

    It has no limit for a statement: a migration takes the time that it takes.
    """

    async def run() -> T:
        engine = _engine(
            {
                **connect_arguments(url, wait=pool.wait),
                **_statement_arguments(is_preparing=False),
            },
            poolclass=NullPool,
        )
        async with engine.begin() as connection:
            return await connection.run_sync(use)

    with opening():
        return await asyncio.to_thread(asyncio.run, run())


async def _require_kept_statements(url: str, pool: PoolLimits) -> None:
    with opening():
        are_kept = await keeps_statements(connect_arguments(url, wait=pool.wait), wait=pool.wait)
    if not are_kept:
        raise StoreError(
            "The database is behind a pooler that loses prepared statements, such as PgBouncer "
            "before 1.21 in transaction mode: set GATEWAY_DATABASE_PREPARE to false."
        )


def _set_up(connection: Connection, *, may_upgrade: bool) -> None:
    # Whoever else opens the database waits here, until this transaction ends.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('autospot-gateway'))"))
    set_up(connection, may_upgrade=may_upgrade)
    # Changes nothing, and fails when the database may only be read.
    connection.execute(update(repair_order).where(false()).values(version=0))
