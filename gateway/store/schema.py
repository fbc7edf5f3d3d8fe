"""The tables of a database, made and brought up to date by migrations."""

from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from gateway.store.port import StoreError

# Alembic keeps the migration that runs in module globals, so only one may run at a time.
_migrating = Lock()


def upgrade(connection: Connection) -> None:
    """Bring the tables up to date, within the transaction of a connection.

    Raises StoreError when the database was made by a newer gateway or by another program.
    """
    config = Config()
    config.set_main_option("script_location", "gateway.store:migrations")
    config.attributes["connection"] = connection
    _check(connection, ScriptDirectory.from_config(config))
    with _migrating:
        command.upgrade(config, "head")


def _check(connection: Connection, migrations: ScriptDirectory) -> None:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        if inspect(connection).get_table_names():
            raise StoreError(
                "The database belongs to another program: "
                "give the gateway a database of its own, or a new file."
            )
    elif revision not in {known.revision for known in migrations.walk_revisions()}:
        raise StoreError(
            f"The database was made by a newer gateway (revision {revision}): "
            "install that version or a later one."
        )
