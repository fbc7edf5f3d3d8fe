"""A database that nobody waits for any longer once it is given up."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import Connection

from gateway.contract import InternalServerError, OutcomeUnknown, RequestError
from gateway.store.database import Database

T = TypeVar("T")


class Abandonable:
    """Has a database carry out what is asked of it. Implements Database."""

    def __init__(self, database: Database) -> None:
        """Wait for a database as long as that takes, until it is given up."""
        self.rows = database.rows
        self.side_by_side = database.side_by_side
        self.wait = database.wait
        self._database = database
        self._waits: set[asyncio.Timeout] = set()
        self._is_given_up = False

    async def read(self, query: Callable[[Connection], T]) -> T:
        async with self._or(InternalServerError):
            return await self._database.read(query)

    async def write(self, change: Callable[[Connection], T]) -> T:
        async with self._or(OutcomeUnknown):
            return await self._database.write(change)

    def give_up(self) -> None:
        self._is_given_up = True
        for wait in self._waits:
            wait.reschedule(0)
        self._database.give_up()

    @asynccontextmanager
    async def _or(self, failure: type[RequestError]) -> AsyncGenerator[None]:
        """Raise a failure when the database is given up meanwhile; nothing is begun after that."""
        if self._is_given_up:
            raise InternalServerError
        wait = asyncio.timeout(None)
        self._waits.add(wait)
        try:
            async with wait:
                yield
        except TimeoutError as error:
            raise failure from error
        finally:
            self._waits.discard(wait)
