"""Behind PgBouncer in transaction mode, which gives each transaction any connection it has."""

import asyncio
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from gateway.store import PoolLimits, StoreError, database_revision, open_store, schema
from tests.postgres import PostgresServer, as_nobody, free_port, through
from tests.store.batches import SHOP, create, order, orders, raising, stored_of, wanted

pytestmark = pytest.mark.anyio

UNPREPARED = PoolLimits(is_preparing=False)
CONFIGURATION = """
[databases]
* = host={folder} port={server_port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
{more}
"""
TRANSACTIONS = "pool_mode = transaction\ndefault_pool_size = 2"


@contextmanager
def running_bouncer(postgres: PostgresServer, more: str) -> Generator[int]:
    """Run PgBouncer in front of a server; gives its port."""
    program = find_program()
    port = free_port()
    file = postgres.folder / f"pgbouncer-{port}.ini"
    file.write_text(
        CONFIGURATION.format(
            folder=postgres.folder, server_port=postgres.port, port=port, more=more
        )
    )
    with subprocess.Popen(
        [program, file], stderr=subprocess.PIPE, text=True, **as_nobody()
    ) as process:
        try:
            assert process.stderr
            assert any("process up" in line for line in process.stderr)
            yield port
        finally:
            process.kill()


def find_program() -> str:
    """PgBouncer, where it is installed."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("PgBouncer is missing: install it, on Debian with apt-get install pgbouncer.")
    return program


def follows_statements() -> bool:
    """Whether PgBouncer can follow prepared statements."""
    said = subprocess.run([find_program(), "--version"], capture_output=True, text=True, check=True)
    return tuple(map(int, said.stdout.split()[1].split("."))) >= (1, 21)


@pytest.fixture(scope="module")
def bouncer(postgres: PostgresServer) -> Generator[int]:
    """
    The port of a PgBouncer that shares two connections among all, and loses their statements.
    """
    losing = "\nmax_prepared_statements = 0" if follows_statements() else ""
    with running_bouncer(postgres, TRANSACTIONS + losing) as port:
        yield port


async def test_a_database_is_set_up_and_used(postgres: PostgresServer, bouncer: int) -> None:
    """
    Migrations, writing and reading need nothing that outlives a transaction.
    """
    url = through(postgres.url(postgres.new_database()), bouncer)

    async with open_store(url, pool=UNPREPARED) as store:
        await store.add_shops([SHOP])
        await create(store, orders(1_000))
        await store.write(wanted(orders(1_000)), raising)
        stored = await stored_of(store, orders(1_000))

    assert {one.version for one in stored} == {2}
    assert (await database_revision(url, pool=UNPREPARED)).current == schema.newest_revision()


async def test_many_share_two_connections(postgres_url: str, bouncer: int) -> None:
    """
    Of many callers at once none is lost, and none sees the statements of another.
    """
    async with open_store(through(postgres_url, bouncer), pool=UNPREPARED) as store:
        await store.add_shops([SHOP])
        await create(store, [order()])

        await asyncio.gather(
            *(store.write(wanted([order()]), raising) for _ in range(50)),
            *(create(store, [one]) for one in orders(50)),
            *(stored_of(store, [order()]) for _ in range(50)),
        )

        assert await stored_of(store, [order()]) == [order()._replace(version=51)]
        assert await stored_of(store, orders(50)) == orders(50)


async def test_a_pooler_that_loses_statements_is_refused(postgres_url: str, bouncer: int) -> None:
    """
    What would fail while callers wait is refused at start, with the setting that helps.
    """
    url = through(postgres_url, bouncer)

    with pytest.raises(StoreError) as caught:
        async with open_store(url):
            pass

    assert str(caught.value) == (
        "The database is behind a pooler that loses prepared statements, such as PgBouncer "
        "before 1.21 in transaction mode: set GATEWAY_DATABASE_PREPARE to false."
    )


async def test_a_pooler_that_takes_turns_is_refused(
    postgres: PostgresServer, postgres_url: str
) -> None:
    """
    Two connections that are handed out in turns do not look as if two callers had one each.
    """
    more = f"{TRANSACTIONS}\nserver_round_robin = 1\nmin_pool_size = 2"
    if follows_statements():
        more += "\nmax_prepared_statements = 0"
    with running_bouncer(postgres, more) as port:
        url = through(postgres_url, port)
        async with open_store(url, pool=UNPREPARED) as store:
            await asyncio.gather(*(store.shops() for _ in range(10)))

            with pytest.raises(StoreError, match="GATEWAY_DATABASE_PREPARE"):
                async with open_store(url):
                    pass


@pytest.mark.parametrize("mode", ["session", "transaction"])
async def test_a_pooler_that_keeps_statements_is_used(
    postgres: PostgresServer, postgres_url: str, mode: str
) -> None:
    """
    A pooler may stand in the middle when each caller has a connection, or it follows statements.
    """
    more = f"pool_mode = {mode}"
    if mode == "transaction":
        if not follows_statements():
            pytest.skip("This PgBouncer is too old to follow prepared statements.")
        more = f"{TRANSACTIONS}\nmax_prepared_statements = 100"
    with running_bouncer(postgres, more) as port:
        async with open_store(through(postgres_url, port)) as store:
            await store.add_shops([SHOP])
            await asyncio.gather(*(create(store, [one]) for one in orders(50)))

            assert await stored_of(store, orders(50)) == orders(50)
