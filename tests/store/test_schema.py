"""Migrations and tables: two ways to the same schema."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from gateway.store.schema import upgrade
from gateway.store.tables import metadata


def test_migrations_make_the_tables(path: Path) -> None:
    """
    Alembic finds nothing to migrate in a database that migrations have made.
    """
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection)
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)

        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_migrations_make_them_word_for_word(tmp_path: Path) -> None:
    """
    What Alembic does not compare, such as keys and their names, is the same too.
    """
    made: list[set[str]] = []
    for name, make in (("migrated", upgrade), ("created", metadata.create_all)):
        engine = create_engine(f"sqlite:///{tmp_path}/{name}.db")
        with engine.begin() as connection:
            make(connection)
            made.append(_statements(connection))
        engine.dispose()

    assert made[0] == made[1]


def test_a_database_that_is_up_to_date_stays_as_it_is(
    path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """
    Migrating again changes nothing, and neither time prints anything.
    """
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection)
        before = _statements(connection)
        upgrade(connection)

        assert _statements(connection) == before
    engine.dispose()
    assert capfd.readouterr() == ("", "")


def _statements(connection: Connection) -> set[str]:
    rows = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE tbl_name <> 'alembic_version' AND sql IS NOT NULL"
    )
    return {" ".join(statement.split()) for statement in rows.scalars()}
