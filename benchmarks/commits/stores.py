"""Stores that share commits, and stores that have a transaction for each request."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.batches.orders import SHOP
from gateway.backing import LocalAutoSpot
from gateway.contract import Saved
from gateway.store import Decide, PoolLimits, Wanted
from gateway.store.database import Database
from gateway.store.orders import BatchWrite
from gateway.store.postgres import open_postgres
from gateway.store.sql_store import SqlStore
from gateway.store.sqlite import open_sqlite
from tests.postgres import PostgresServer

_PATIENT = PoolLimits(wait=60, statement=60)


class OneByOne(SqlStore):
    """A store that writes each batch in a transaction of its own."""

    async def write(self, wanted: Wanted, decide: Decide) -> Saved:
        """Write a batch, whoever else waits."""
        return await self._database.write(BatchWrite(self._database.rows, wanted, decide))


class Pair(NamedTuple):
    """The port over both kinds of stores on one engine, each with a database of its own."""

    shared: LocalAutoSpot
    one_by_one: LocalAutoSpot


@asynccontextmanager
async def pairs(folder: Path, server: PostgresServer) -> AsyncGenerator[dict[str, Pair]]:
    """Open a pair on each engine, in a folder and on a server."""
    async with AsyncExitStack() as stack:

        async def opened(kind: type[SqlStore], engine: str) -> LocalAutoSpot:
            database: Database = await stack.enter_async_context(
                open_sqlite(folder / f"{kind.__name__}.db")
                if engine == "SQLite"
                else open_postgres(
                    server.url(server.new_database()), pool=_PATIENT, may_upgrade=False
                )
            )
            store = kind(database)
            await store.add_shops([SHOP])
            return LocalAutoSpot(store)

        yield {
            engine: Pair(await opened(SqlStore, engine), await opened(OneByOne, engine))
            for engine in ("SQLite", "PostgreSQL")
        }
