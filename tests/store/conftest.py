"""A store of its own for each test, in a real SQLite file."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from gateway.store import Store, open_store
from tests.store.batches import SHOP


@pytest.fixture
def anyio_backend() -> str:
    """
    The event loop that the gateway runs on.
    """
    return "asyncio"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """
    A database file that does not exist yet.
    """
    return tmp_path / "gateway.db"


@pytest.fixture
def url(path: Path) -> str:
    """
    The URL of that file.
    """
    return f"sqlite:///{path}"


@pytest.fixture
async def store(url: str) -> AsyncGenerator[Store]:
    """
    An open store in that file, with one shop.
    """
    async with open_store(url) as opened:
        await opened.add_shops([SHOP])
        yield opened
