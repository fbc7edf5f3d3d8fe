"""Behind PgBouncer in transaction mode, which gives each transaction any connection it has."""

import asyncio
import shutil
import subprocess
from collections.abc import Generator

import pytest

from gateway.store import PoolLimits, database_revision, open_store, schema
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
pool_mode = transaction
default_pool_size = 2
"""


@pytest.fixture(scope="module")
def bouncer(postgres: PostgresServer) -> Generator[int]:
    """
    The port of a PgBouncer that shares two connections among all.
    """
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("PgBouncer is missing: install it, on Debian with apt-get install pgbouncer.")
    port = free_port()
    file = postgres.folder / "pgbouncer.ini"
    file.write_text(
        CONFIGURATION.format(folder=postgres.folder, server_port=postgres.port, port=port)
    )
    with subprocess.Popen(
        [program, file], stderr=subprocess.PIPE, text=True, **as_nobody()
    ) as process:
        assert process.stderr
        assert any("process up" in line for line in process.stderr)
        yield port
        process.kill()


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
