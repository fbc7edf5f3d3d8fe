"""What is asked of a database engine: to run statements in transactions."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")


class Database(Protocol):
    """Transactions of one database."""

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on what is committed; it sees one state of the database throughout.

        Raises InternalServerError.
        """
        ...

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change that no other writer meets, and return its result once it is durable.

        It is carried out even when the caller is cancelled. What the change raises is raised here,
        and nothing is written.
        Raises RateLimited, InternalServerError, and OutcomeUnknown when the commit is in doubt.
        """
        ...
