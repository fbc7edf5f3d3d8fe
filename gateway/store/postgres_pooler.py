"""What a pooler between a gateway and PostgreSQL does to prepared statements."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import Any

from asyncpg import (
    Connection,
    DuplicatePreparedStatementError,
    InvalidSQLStatementNameError,
    Record,
)

from gateway.store.postgres_hosts import connect

_ROUNDS = 5
"""A busy pooler might give each of two callers the same connection again, by chance, in one."""


async def keeps_statements(arguments: Mapping[str, Any], *, wait: float) -> bool:
    """Whether a connection finds the statements that it has prepared, and no others.

    It does on the server itself, and behind a pooler that gives each of its callers a connection
    for good, or that follows their statements.
    """
    options = {**arguments, "statement_cache_size": 0, "command_timeout": wait}
    async with _connected(options) as one:
        async with one.transaction():
            is_direct = one.get_server_pid() == await one.fetchval("SELECT pg_backend_pid()")
        if is_direct:
            return True
        async with _connected(options) as other:
            return await _are_apart(one, other)


async def _are_apart(one: "Connection[Record]", other: "Connection[Record]") -> bool:
    """Whether two connections may call statements by the same name."""
    name = f"gateway_{token_hex(8)}"
    try:
        first = await one.prepare("SELECT 1", name=name)
        second = await other.prepare("SELECT 2", name=name)
        # Not in turns: so might the pooler's own be handed out, and seem to belong to them.
        asked = [first, second, second, first, first, second] * _ROUNDS
        answers = [await statement.fetchval() for statement in asked]
    except (DuplicatePreparedStatementError, InvalidSQLStatementNameError):
        return False
    return answers == [1, 2, 2, 1, 1, 2] * _ROUNDS


@asynccontextmanager
async def _connected(options: Mapping[str, Any]) -> AsyncGenerator["Connection[Record]"]:
    connection = await connect(**options)
    try:
        yield connection
    finally:
        await connection.close()
