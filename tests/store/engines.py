"""The database below a store, on each engine."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.store import PoolLimits
from gateway.store.database import Database
from gateway.store.postgres import open_postgres
from gateway.store.sqlite import open_sqlite

T = TypeVar("T")


def open_database(
    url: str, pool: PoolLimits | None = None
) -> AbstractAsyncContextManager[Database]:
    """Open the database of a URL."""
    kind, _, path = url.partition(":///")
    if kind == "sqlite":
        return open_sqlite(Path(path))
    return open_postgres(url, pool=PoolLimits(), may_upgrade=False)


async def on_connection(url: str, use: Callable[[Connection], T]) -> T:
    """Use a connection to the database of a URL, in a transaction, without a store."""
    if url.startswith("sqlite"):
        engine = create_engine(url)
        with engine.begin() as connection:
            result = use(connection)
        engine.dispose()
        return result
    engine = create_async_engine("postgresql+asyncpg://", connect_args={"dsn": url})
    async with engine.begin() as connection:
        result = await connection.run_sync(use)
    await engine.dispose()
    return result
