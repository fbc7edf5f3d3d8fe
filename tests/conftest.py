"""What the tests share: one gateway on a real SQLite file, and a shop of its own for each test."""

import asyncio
import itertools
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from gateway.auth import digest, new_key
from gateway.store import ApiKey, open_store
from tests.client import Client
from tests.server import running

_SHOPS = range(1_000, 3_000)
_unused_shops = itertools.count(_SHOPS.start)


def database_with(path: Path, shop_ids: range) -> tuple[str, str]:
    """Make a database with these shops; returns its URL and a key for all of them."""
    url, api_key = f"sqlite:///{path}", new_key()

    async def fill() -> None:
        async with open_store(url) as store:
            await store.add_shops(shop_ids)
            await store.add_key(
                ApiKey(
                    digest(api_key),
                    "tests",
                    can_write=True,
                    shop_ids=None,
                    created_at=datetime.now(UTC),
                )
            )

    asyncio.run(fill())
    return url, api_key


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """
    The database of the shared gateway: its URL, and a key for all of its shops.
    """
    return database_with(tmp_path_factory.mktemp("gateway") / "gateway.db", _SHOPS)


@pytest.fixture(scope="session")
def embedded(database: tuple[str, str]) -> Generator[Client]:
    """
    A caller of the shared gateway that keeps the repair orders, with a key for all shops.
    """
    url, api_key = database
    with running(database_url=url) as address, httpx.Client(timeout=30) as http:
        yield Client(address, api_key, http)


@pytest.fixture(scope="session")
def proxied(embedded: Client) -> Generator[Client]:
    """
    The same caller, of a gateway in front of the one that keeps the repair orders.
    """
    with running(upstream_url=embedded.url) as address, httpx.Client(timeout=30) as http:
        yield Client(address, embedded.api_key, http, reader=embedded)


@pytest.fixture(scope="session", params=["embedded", "proxied"])
def gateway(request: pytest.FixtureRequest) -> Client:
    """
    A caller of a gateway, in each of the two modes.
    """
    return request.getfixturevalue(request.param)


@pytest.fixture
def shop() -> int:
    """
    A shop that no other test uses.
    """
    return next(_unused_shops)
