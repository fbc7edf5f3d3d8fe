"""What PostgreSQL and its driver report, in the gateway's own words."""

import ssl
from collections.abc import Generator
from contextlib import contextmanager

from asyncpg import InterfaceError, InvalidCachedStatementError, PostgresError
from asyncpg.exceptions import PostgresLogMessage, TargetServerAttributeNotMatched
from sqlalchemy.exc import DBAPIError, EmulatedDBAPIException, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from gateway.contract import InternalServerError, OutcomeUnknown, RateLimited
from gateway.store.database import Overtaken
from gateway.store.port import StoreError
from gateway.store.postgres_url import FORM

FAILURES = (SQLAlchemyError, OSError, Overtaken, TargetServerAttributeNotMatched)
"""What comes out of a transaction that fails.

A failure of the network is an OSError; so is a time that is over.
"""


@contextmanager
def nothing_saved() -> Generator[None]:
    """Raise what fails here as InternalServerError, or RateLimited when no connection is free."""
    try:
        yield
    except NoConnectionFree as error:
        raise RateLimited(retry_after_seconds=1) from error
    except FAILURES as error:
        raise InternalServerError from error


@contextmanager
def committing() -> Generator[None]:
    """Raise what leaves a commit in doubt as OutcomeUnknown, and anything else as it is."""
    try:
        yield
    except (DBAPIError, OSError) as error:
        if _is_refused(driver_error(error)):
            raise
        raise OutcomeUnknown from error


@contextmanager
def opening() -> Generator[None]:
    """Raise what keeps a database from being used as StoreError."""
    try:
        yield
    except (SQLAlchemyError, PostgresError, InterfaceError, OSError, ValueError) as error:
        # Not chained: what the driver says may hold a password.
        raise StoreError(f"The database {_why(driver_error(error))}.") from None


def driver_error(error: BaseException) -> BaseException:
    """The driver's own exception behind one of SQLAlchemy."""
    origin = error.orig if isinstance(error, DBAPIError) and error.orig else error
    is_translated = isinstance(origin, EmulatedDBAPIException)
    return origin.__cause__ if is_translated and origin.__cause__ else origin


def severity_of(message: PostgresError | PostgresLogMessage) -> str | None:
    """How severe it is what the server says; a pooler sends only the word that it may translate."""
    return message.severity_en or message.severity


def is_lost(error: BaseException) -> bool:
    """Whether a connection on which the driver failed is of no use any more."""
    if isinstance(error, PostgresError):
        return not _goes_on(error)
    return isinstance(error, OSError)


def is_passing(error: BaseException) -> bool:
    """Whether what failed has most likely a better fate when it is tried again at once.

    It tells of failures before a commit, and of commits that were refused.
    """
    if isinstance(error, PostgresError):
        is_in_the_way = error.sqlstate in _IN_THE_WAY
        return is_in_the_way or isinstance(error, InvalidCachedStatementError) or is_lost(error)
    if isinstance(error, InterfaceError):
        # One that is a ValueError, too, is about what was sent.
        return not isinstance(error, ValueError)
    # While a standby is promoted there is no primary for a moment.
    return isinstance(error, (Overtaken, ConnectionError, TargetServerAttributeNotMatched))


def _is_refused(error: BaseException) -> bool:
    """Whether a COMMIT had no effect: the server refused it, or the driver never sent it."""
    if isinstance(error, PostgresError):
        return _goes_on(error) and error.sqlstate != _COMPLETION_UNKNOWN
    return isinstance(error, InterfaceError)


def _goes_on(error: PostgresError) -> bool:
    """Whether the server keeps the connection. What is only an ERROR has undone a transaction."""
    is_of_connections = (error.sqlstate or "").startswith(_CONNECTIONS)
    return severity_of(error) == "ERROR" and not is_of_connections


def _why(error: BaseException) -> str:
    if isinstance(error, PostgresError):
        state = error.sqlstate or ""
        reasons = (_UNUSABLE.get(state[:length]) for length in (5, 3, 2))
        return next(filter(None, reasons), f"cannot be used: PostgreSQL reports error {state}")
    for kind, reason in _UNREACHABLE.items():
        if isinstance(error, kind):
            return reason
    if isinstance(error, OSError):
        reason = error.strerror or "the connection broke"
        return f"cannot be reached ({reason}): start it, or correct its URL"
    return f"cannot be used: the driver reports {type(error).__name__}"


_COMPLETION_UNKNOWN = "40003"
_CONNECTIONS = ("08", "57P")
_IN_THE_WAY = frozenset({"40001", "40P01"})
_UNUSABLE = {
    "08": "cannot be reached: start it, or correct its URL",
    "25006": "is read-only: name its primary, or add target_session_attrs=read-write to the URL",
    "28": "refuses the user or the password of its URL",
    "3D000": "does not exist: create it first",
    "42501": "may not be changed by this user: grant it the right to create and change tables",
    "42704": "does not know an option of its URL",
    "53": "has no connection, memory or disk left",
    "57P": "is starting or stopping: wait for it",
}
_UNREACHABLE: dict[type[BaseException], str] = {
    ssl.SSLError: "cannot be reached with TLS: check sslmode, sslrootcert and its certificate",
    TargetServerAttributeNotMatched: "has no host of the kind that target_session_attrs asks for",
    TimeoutError: "did not answer in time: see that it runs, and that it is reached from here",
    ValueError: f"URL cannot be read: give {FORM}, with hosts and options as libpq writes them",
}
