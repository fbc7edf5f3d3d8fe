"""What the tests share: databases, one gateway on each engine, a shop of its own for each test."""

import asyncio
import itertools
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import pytest

from gateway.auth import digest, new_key
from gateway.store import ApiKey, open_store
from tests.client import Client
from tests.postgres import PostgresServer, name_of, running_postgres
from tests.server import running

T = TypeVar("T")

ENGINES = ["sqlite", "postgresql"]
PARTITIONED = "partitioned"
"""PostgreSQL with tables that are spread by shop."""
NewUrl = Callable[[], str]

_SHOPS = range(1_000, 3_000)
_unused_shops = itertools.count(_SHOPS.start)
# What is refused before the store is asked, and what only reads pages, does not depend on it.
_BEFORE_THE_STORE = ("test_bad_", "test_bodies")
# What a batch does to rows, of one shop and of several, is the same when tables are spread.
_ON_PARTITIONS = {
    "test_batches.py",
    "test_concurrency.py",
    "test_operations.py",
    "test_statements.py",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what depends on the store on both engines, and the rest on SQLite alone.

    A gateway in front of another has no store, so one engine behind it is enough.
    """
    if "engine" not in metafunc.fixturenames:
        return
    path = metafunc.definition.path
    is_about_rows = path.parent.name in {"behaviour", "store"} and not path.name.startswith(
        _BEFORE_THE_STORE
    )
    spread = [PARTITIONED] if path.name in _ON_PARTITIONS else []
    engines = [*ENGINES, *spread] if is_about_rows else ENGINES[:1]
    if "gateway" in metafunc.fixturenames:
        ways = [(engine, "embedded") for engine in engines] + [(ENGINES[0], "proxied")]
        metafunc.parametrize(("engine", "gateway"), ways, indirect=True, scope="session")
    elif is_about_rows:
        metafunc.parametrize("engine", engines, indirect=True, scope="session")


def filled(url: str, shop_ids: range) -> tuple[str, str]:
    """Put these shops into a database; returns its URL and a key for all of them."""
    api_key = new_key()

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
def engine(request: pytest.FixtureRequest) -> str:
    """
    The storage engine of a test.
    """
    return getattr(request, "param", ENGINES[0])


@pytest.fixture(scope="session")
def postgres() -> Generator[PostgresServer]:
    """
    A PostgreSQL server, with a database `made` that has the tables and nothing in them.

    Another one, `partitioned`, has them spread by shop.
    """
    with running_postgres() as server:
        server.sql("postgres", "CREATE DATABASE made TEMPLATE template0")

        async def make() -> None:
            async with open_store(server.url("made")):
                pass

        asyncio.run(make())
        server.sql("postgres", f"CREATE DATABASE {PARTITIONED} TEMPLATE made")
        server.sql(PARTITIONED, _PARTITIONING)
        yield server


_PARTITIONING = "".join(
    f"""
    ALTER TABLE {table} RENAME TO {table}_before;
    CREATE TABLE {table} (LIKE {table}_before INCLUDING ALL) PARTITION BY HASH (shop_id);
    CREATE TABLE {table}_0 PARTITION OF {table} FOR VALUES WITH (MODULUS 3, REMAINDER 0);
    CREATE TABLE {table}_1 PARTITION OF {table} FOR VALUES WITH (MODULUS 3, REMAINDER 1);
    CREATE TABLE {table}_2 PARTITION OF {table} FOR VALUES WITH (MODULUS 3, REMAINDER 2);
    """
    for table in ("shop", "repair_order")
) + (
    "DROP TABLE repair_order_before, shop_before;"
    "ALTER TABLE repair_order ADD FOREIGN KEY (shop_id) REFERENCES shop;"
)


@pytest.fixture(scope="session")
def new_url(
    request: pytest.FixtureRequest, engine: str, tmp_path_factory: pytest.TempPathFactory
) -> NewUrl:
    """
    Makes the URLs of databases of the engine, each of its own.
    """
    if engine == "sqlite":
        return lambda: f"sqlite:///{tmp_path_factory.mktemp('database') / 'gateway.db'}"
    # It runs only where it is asked for.
    server: PostgresServer = request.getfixturevalue("postgres")
    template = PARTITIONED if engine == PARTITIONED else "made"
    return lambda: server.url(server.new_database(template=template))


@pytest.fixture
def url(request: pytest.FixtureRequest, engine: str, new_url: NewUrl) -> Generator[str]:
    """
    The URL of a database of the test's own, which on PostgreSQL has the tables already.
    """
    yield from _dropped(request, engine, new_url())


@pytest.fixture(scope="session")
def new_empty_url(request: pytest.FixtureRequest, engine: str, new_url: NewUrl) -> NewUrl:
    """
    Makes the URLs of databases of the engine without any table.
    """
    if engine == "sqlite":
        return new_url
    server: PostgresServer = request.getfixturevalue("postgres")
    return lambda: server.url(server.new_database())


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, engine: str, new_empty_url: NewUrl) -> Generator[str]:
    """
    The URL of a database of the test's own without any table.
    """
    yield from _dropped(request, engine, new_empty_url())


def _dropped(request: pytest.FixtureRequest, engine: str, url: str) -> Generator[str]:
    """Drop a database after the test; an SQLite file is in a folder of pytest's."""
    server = None if engine == "sqlite" else request.getfixturevalue("postgres")
    yield url
    if server:
        server.drop(name_of(url))


class Kept:
    """What tests share: opened when one of them first asks for it, and kept to the end."""

    def __init__(self, stack: ExitStack) -> None:
        """Close with a stack."""
        self._stack = stack
        self._opened: dict[str, Any] = {}

    def open(self, name: str, make: Callable[[], AbstractContextManager[T]]) -> T:
        """What is kept under a name; it is made when there is nothing yet."""
        if name not in self._opened:
            self._opened[name] = self._stack.enter_context(make())
        return self._opened[name]


@pytest.fixture(scope="session")
def kept() -> Generator[Kept]:
    """
    What outlives the turns in which tests use one engine or the other.
    """
    with ExitStack() as stack:
        yield Kept(stack)


@contextmanager
def calling(
    database: tuple[str, str], reader: Client | None = None, **settings: object
) -> Generator[Client]:
    """Call a gateway with these settings by the key of a database."""
    with running(**settings) as address, httpx.Client(timeout=30) as http:
        yield Client(address, database[1], http, reader)


@pytest.fixture(scope="session")
def database(kept: Kept, engine: str, new_url: NewUrl) -> tuple[str, str]:
    """
    The database of the shared gateway: its URL, and a key for all of its shops.
    """
    return kept.open(f"database on {engine}", lambda: nullcontext(filled(new_url(), _SHOPS)))


@pytest.fixture(scope="session")
def embedded(kept: Kept, engine: str, database: tuple[str, str]) -> Client:
    """
    A caller of the shared gateway that keeps the repair orders, with a key for all shops.
    """
    return kept.open(f"embedded on {engine}", lambda: calling(database, database_url=database[0]))


@pytest.fixture(scope="session")
def proxied(kept: Kept, embedded: Client, database: tuple[str, str]) -> Client:
    """
    The same caller, of a gateway in front of the one that keeps the repair orders.
    """
    return kept.open("proxied", lambda: calling(database, embedded, upstream_url=embedded.url))


@pytest.fixture(scope="session")
def gateway(request: pytest.FixtureRequest, engine: str) -> Client:
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
