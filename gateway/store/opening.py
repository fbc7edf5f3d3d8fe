"""From a database URL to the store that it names."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from gateway.store.port import Store, StoreError
from gateway.store.sql_store import SqlStore
from gateway.store.sqlite import open_sqlite

_SQLITE_FORM = "sqlite:///file for a file in this folder, or sqlite:////folder/file"


@asynccontextmanager
async def open_store(url: str, *, max_waiting: int = 1000) -> AsyncGenerator[Store]:
    """Open the store that a database URL names; an empty database is set up first.

    At most `max_waiting` batches wait to be written. Those that wait at the end are still written.
    Raises StoreError when the database cannot be used.
    """
    async with open_sqlite(_sqlite_path(url), max_waiting=max_waiting) as database:
        yield SqlStore(database)


def _sqlite_path(text: str) -> Path:
    url = _parsed(text)
    if url.drivername != "sqlite":
        raise StoreError(f"Only SQLite databases can be used: give {_SQLITE_FORM}.")
    if url.database in {None, "", ":memory:"} or url.host or url.query:
        raise StoreError(f"The database URL must name a file and nothing else: {_SQLITE_FORM}.")
    return Path(str(url.database)).absolute()


def _parsed(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        # Not chained: the URL may hold a password.
        raise StoreError(f"The database URL cannot be read: give {_SQLITE_FORM}.") from None
