"""The tables of a database, made and brought up to date by migrations."""

from threading import Lock
from typing import NamedTuple

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from gateway.store.port import StoreError

MIGRATIONS = "gateway.store:migrations"

# Alembic keeps the migration that runs in module globals, so only one may run at a time.
_migrating = Lock()


class Revision(NamedTuple):
    """How far the tables of a database have come: None when there are none yet."""

    current: str | None
    newest: str


def set_up(connection: Connection, *, may_upgrade: bool) -> None:
    """Make the tables of an empty database, and bring others up to date when that may be.

    It is done within the transaction of a connection, in which nobody else may do the same.
    Raises StoreError when the tables are behind and may not be upgraded, and as `revision` does.
    """
    found = revision(connection)
    if found.current is not None and not may_upgrade:
        require_newest(found)
    if found.current != found.newest:
        upgrade(connection)


def require_newest(found: Revision) -> None:
    """Raise StoreError when the tables of a database are not up to date."""
    if found.current is None:
        raise StoreError("The database is empty: autospot-gateway db upgrade sets it up.")
    if found.current != found.newest:
        raise StoreError(
            f"The database is of an older gateway (revision {found.current}; this one needs "
            f"{found.newest}): make a backup, then run autospot-gateway db upgrade."
        )


def revision(connection: Connection) -> Revision:
    """Find out how far the tables of a database have come.

    Raises StoreError when the database was made by a newer gateway or by another program.
    """
    migrations = ScriptDirectory.from_config(_config())
    newest = newest_revision()
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        if inspect(connection).get_table_names():
            raise StoreError(
                "The database belongs to another program: "
                "give the gateway a database of its own, or a new file."
            )
    elif current not in {known.revision for known in migrations.walk_revisions()}:
        raise StoreError(
            f"The database was made by a newer gateway (revision {current}; this one knows "
            f"{newest}): install that version or a later one; autospot-gateway db check tells "
            "when they fit."
        )
    return Revision(current, newest)


def newest_revision() -> str:
    """The revision that this gateway needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def upgrade(connection: Connection) -> None:
    """Bring the tables up to date, within the transaction of a connection."""
    config = _config()
    config.attributes["connection"] = connection
    with _migrating:
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    return config
