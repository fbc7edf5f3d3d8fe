"""A store of its own for each test, on each engine."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from gateway.store import Store, open_store
from tests.postgres import PostgresServer
from tests.store.batches import SHOP


@pytest.fixture
def anyio_backend() -> str:
    """
    The event loop that the gateway runs on.
    """
    return "asyncio"


@pytest.fixture
async def store(url: str) -> AsyncGenerator[Store]:
    """
    An open store in that database, with one shop.
    """
    async with open_store(url) as opened:
        await opened.add_shops([SHOP])
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """
    An SQLite file that does not exist yet, for what is about SQLite alone.
    """
    return tmp_path / "gateway.db"


@pytest.fixture
def sqlite_url(path: Path) -> str:
    """
    The URL of that file.
    """
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Generator[str]:
    """
    The URL of a PostgreSQL database that has the tables, for what is about PostgreSQL alone.
    """
    name = postgres.new_database(template="made")
    yield postgres.url(name)
    postgres.drop(name)
