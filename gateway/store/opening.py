"""From a database URL to the store that it names."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from gateway.store.port import PoolLimits, Store, StoreError
from gateway.store.postgres import open_postgres, postgres_revision
from gateway.store.postgres_failures import opening
from gateway.store.postgres_url import FORM, SCHEMES, connect_arguments
from gateway.store.schema import Revision
from gateway.store.sql_store import SqlStore
from gateway.store.sqlite import open_sqlite, sqlite_revision

_SQLITE_FORM = "sqlite:///file for a file in this folder, or sqlite:////folder/file"
_POOL = PoolLimits()


@asynccontextmanager
async def open_store(
    url: str,
    *,
    max_waiting: int = 1000,
    pool: PoolLimits = _POOL,
    may_upgrade: bool = False,
) -> AsyncGenerator[Store]:
    """Open the store that a database URL names; an empty database is set up first.

    At most `max_waiting` batches wait to be written. Those that wait at the end are still written.
    Raises StoreError when the database cannot be used, also when it is of an older gateway and may
    not be upgraded.
    """
    database = (
        open_postgres(url, pool=pool, may_upgrade=may_upgrade)
        if _is_postgres(url)
        else open_sqlite(_sqlite_path(url), may_upgrade=may_upgrade)
    )
    async with database as opened:
        store = SqlStore(opened, max_waiting=max_waiting)
        try:
            yield store
        finally:
            await store.close()


async def database_revision(url: str, *, pool: PoolLimits = _POOL) -> Revision:
    """Find out how far the tables of a database have come, and change nothing.

    Raises StoreError when the database cannot be used.
    """
    if _is_postgres(url):
        return await postgres_revision(url, pool)
    return await sqlite_revision(_sqlite_path(url))


def require_database_url(url: str) -> None:
    """Raise StoreError unless a database URL can be read; no connection is made."""
    if _is_postgres(url):
        with opening():
            connect_arguments(url, wait=_POOL.wait)
    else:
        _sqlite_path(url)


def _is_postgres(url: str) -> bool:
    return url.partition("://")[0] in SCHEMES


def _sqlite_path(text: str) -> Path:
    url = _parsed(text)
    if url.drivername != "sqlite":
        raise StoreError(
            f"Only SQLite and PostgreSQL databases can be used: give {_SQLITE_FORM}; or {FORM}."
        )
    if url.database in {None, "", ":memory:"} or url.host or url.query:
        raise StoreError(f"The database URL must name a file and nothing else: {_SQLITE_FORM}.")
    return Path(str(url.database)).absolute()


def _parsed(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        # Not chained: the URL may hold a password.
        raise StoreError(
            f"The database URL cannot be read: give {_SQLITE_FORM}; or {FORM}."
        ) from None
