"""What is asked of a database engine: to run statements in transactions."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from gateway.store.rows import Rows

T = TypeVar("T")


class Overtaken(Exception):
    """Raised by a change when another writer was faster; the database carries it out again."""


class Database(Protocol):
    """Transactions of one database."""

    @property
    def rows(self) -> Rows:
        """The statements of this engine."""
        ...

    @property
    def side_by_side(self) -> int:
        """How many changes are carried out at the same time."""
        ...

    @property
    def wait(self) -> float | None:
        """How long a change waits for others at most, in seconds; None when it is patient."""
        ...

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on what is committed; it sees one state of the database throughout.

        Raises InternalServerError, and RateLimited when no connection is free in time.
        """
        ...

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change, and return its result once it is durable.

        It is carried out even when the caller is cancelled, and again from its beginning when
        another writer was in its way. What it raises is raised here, and nothing is written.
        Raises InternalServerError, RateLimited when no connection is free in time, and
        OutcomeUnknown when the commit is in doubt.
        """
        ...

    def give_up(self) -> None:
        """Be waited for no longer: what has not come to an end by now may be left undone."""
        ...
