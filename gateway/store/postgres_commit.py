"""The end of a transaction in PostgreSQL, and whether it is durable."""

from contextlib import suppress
from typing import Any

from asyncpg import InterfaceError, PostgresLogMessage
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.contract import OutcomeUnknown
from gateway.store.postgres_failures import committing, severity_of


async def commit(connection: AsyncConnection) -> None:
    """Commit; what leaves that in doubt is raised as OutcomeUnknown, and anything else as it is.

    A server whose wait for a standby is broken off, by an operator or by a time limit of its own,
    says COMMIT all the same, with a warning: the standby may not have it, and lose it when it takes
    over.
    """
    driver: Any = (await connection.get_raw_connection()).driver_connection
    severities: list[str | None] = []

    def note(_connection: object, message: PostgresLogMessage) -> None:
        severities.append(severity_of(message))

    with suppress(InterfaceError):  # It is closed already, which the commit finds out.
        driver.add_log_listener(note)
    try:
        with committing():
            await connection.commit()
    finally:
        driver.remove_log_listener(note)
    if "WARNING" in severities:
        raise OutcomeUnknown
