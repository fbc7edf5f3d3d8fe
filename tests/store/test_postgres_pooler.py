"""What is found out of a pooler, where none is installed; test_pgbouncer.py has a real one."""

from typing import Any

import asyncpg
import pytest

from gateway.store import PoolLimits, StoreError, open_store
from gateway.store.postgres_pooler import keeps_statements

pytestmark = pytest.mark.anyio

WAIT = 10


@pytest.fixture(autouse=True)
def _in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whoever answers does not have the server's process number, as a pooler does not.
    """
    monkeypatch.setattr(asyncpg.Connection, "get_server_pid", lambda _: 0)


async def test_connections_of_their_own(postgres_url: str) -> None:
    """
    Two callers who have a connection each keep their statements.
    """
    assert await keeps_statements({"dsn": postgres_url}, wait=WAIT)


async def test_a_connection_for_all(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Two callers who are given the same connection find the statements of each other.
    """
    connect = asyncpg.connect
    shared = await connect(dsn=postgres_url, statement_cache_size=0)

    async def hand_out(*arguments: Any, **options: Any) -> object:
        # What sets a database up has no limit for a statement, and is given its own.
        return shared if "command_timeout" in options else await connect(*arguments, **options)

    monkeypatch.setattr(asyncpg, "connect", hand_out)

    with pytest.raises(StoreError, match="set GATEWAY_DATABASE_PREPARE to false"):
        async with open_store(postgres_url):
            pass


async def test_without_prepared_statements(postgres_url: str) -> None:
    """
    Who does not let statements be prepared may have any pooler.
    """
    async with open_store(postgres_url, pool=PoolLimits(is_preparing=False)) as store:
        assert await store.shops() == []
