"""The clients, and the gateways that they call."""

import asyncio
import sqlite3
from collections.abc import Generator
from contextlib import nullcontext
from datetime import UTC, datetime

import httpx
import pytest

from gateway.auth import digest, new_key
from gateway.store import ApiKey, open_store
from tests.client import Client
from tests.clients.programs import NAMES, CallerAt, Program, running_program
from tests.clients.upstream import MOODS, autospot
from tests.conftest import Kept, filled
from tests.server import running


@pytest.fixture(scope="session", params=NAMES)
def program(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Program]:
    """
    Each of the clients.
    """
    with running_program(request.param, tmp_path_factory.mktemp(request.param)) as program:
        yield program


@pytest.fixture(scope="session")
def upstream() -> Generator[Client]:
    """
    A caller of a gateway in front of an AutoSpot that answers as the API key says.
    """
    with (
        autospot(MOODS.__getitem__) as remote,
        running(upstream_url=remote.url) as url,
        httpx.Client(timeout=30) as http,
    ):
        yield Client(url, None, http)


@pytest.fixture(scope="session")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Generator[Client]:
    """
    A caller of a gateway that cannot reach the repair orders of its database any more.
    """
    file = tmp_path_factory.mktemp("broken") / "gateway.db"
    url, api_key = filled(f"sqlite:///{file}", range(1, 2))
    with running(database_url=url) as address, httpx.Client(timeout=30) as http:
        with sqlite3.connect(file) as connection:
            connection.execute("ALTER TABLE repair_order RENAME TO gone")
        connection.close()
        yield Client(address, api_key, http)


@pytest.fixture(scope="session")
def read_only_key(kept: Kept, engine: str, database: tuple[str, str]) -> str:
    """
    A key of the shared gateway that may only read.
    """

    async def add() -> str:
        api_key = new_key()
        async with open_store(database[0]) as store:
            now = datetime.now(UTC)
            key = ApiKey(
                digest(api_key), api_key[-8:], can_write=False, shop_ids=None, created_at=now
            )
            assert await store.add_key(key)
        return api_key

    return kept.open(f"reader on {engine}", lambda: nullcontext(asyncio.run(add())))


@pytest.fixture
def caller_at(request: pytest.FixtureRequest) -> CallerAt:
    """
    Finds the caller of a gateway by the gateway's name, with its own key or another.
    """

    def caller(place: str, key: str | None) -> Client:
        gateway: Client = request.getfixturevalue(place)
        match key:
            case None:
                return gateway
            case "none":
                return gateway.with_key(None)
            case "read-only":
                return gateway.with_key(request.getfixturevalue("read_only_key"))
            case _:
                return gateway.with_key(key)

    return caller
