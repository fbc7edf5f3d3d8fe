"""The gateway's command on a store that does not wait for the disk, as nobody should run it."""

import sys
from typing import Any

from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.cli import main
from gateway.store import sqlite

_configure = sqlite.__dict__["_configure"]


def _configure_carelessly(
    patience: Any, connection: DBAPIConnection, entry: ConnectionPoolEntry
) -> None:
    """Set a connection up as ever, but for the one thing."""
    _configure(patience, connection, entry)
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


if __name__ == "__main__":
    sqlite.__dict__["_configure"] = _configure_carelessly
    sys.exit(main(sys.argv[1:]))
