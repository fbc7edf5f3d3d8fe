"""What a database reports, in the gateway's own words."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gateway.contract import InternalServerError, OutcomeUnknown
from gateway.store.port import StoreError


@contextmanager
def nothing_saved() -> Generator[None]:
    """Raise what fails here as InternalServerError."""
    try:
        yield
    except SQLAlchemyError as error:
        raise InternalServerError from error


@contextmanager
def committing() -> Generator[None]:
    """Raise what leaves a commit in doubt as OutcomeUnknown, and anything else as it is."""
    try:
        yield
    except DBAPIError as error:
        if sqlite_code(error) in _NOT_COMMITTED:
            raise
        raise OutcomeUnknown from error


@contextmanager
def opening(path: Path) -> Generator[None]:
    """Raise what keeps a database file from being used as StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"The folder of {path} cannot be made: {error.strerror}.") from error
    except (sqlite3.Error, SQLAlchemyError) as error:
        code = sqlite_code(error)
        what = _UNUSABLE.get(code, f"cannot be used: SQLite reports error {code}")
        raise StoreError(f"The database {path} {what}.") from error


def sqlite_code(error: Exception) -> int | None:
    """SQLite's primary code of an error, if it has one."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    code: int | None = getattr(origin, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


# A full disk stops the log before the mark that ends a transaction is in it.
_NOT_COMMITTED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CONSTRAINT})

_UNUSABLE: dict[int | None, str] = {
    sqlite3.SQLITE_BUSY: "is in use by another program: stop that program, or wait for it",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: "
    "it must be a file in a folder that exists and that may be written to",
    sqlite3.SQLITE_CORRUPT: "is damaged: restore it from a backup",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error",
    sqlite3.SQLITE_NOTADB: "is another kind of file: name an SQLite database, or a new file",
    sqlite3.SQLITE_READONLY: "is read-only: the file and its folder must be writable",
}
