"""Migrations and tables: two ways to the same schema."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from gateway.store.schema import upgrade
from gateway.store.tables import metadata
from tests.conftest import NewUrl
from tests.databases import run_sql
from tests.store.engines import on_connection

pytestmark = pytest.mark.anyio

DEFINITIONS = {
    "sqlite": "SELECT sql FROM sqlite_master "
    "WHERE tbl_name <> 'alembic_version' AND sql IS NOT NULL",
    "postgresql": """
        SELECT table_name, column_name, udt_name, character_maximum_length, is_nullable,
            column_default, collation_name
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'alembic_version';
        SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'alembic%'
    """,
}


def definitions(url: str) -> set[str]:
    """How the tables of a database are defined, in the words of its engine.

    SQLite puts the name of a table that was renamed in quotes.
    """
    engine = url.partition(":")[0]
    return {" ".join(text.replace('"', "").split()) for text in run_sql(url, DEFINITIONS[engine])}


async def test_migrations_make_the_tables(empty_url: str) -> None:
    """
    Alembic finds nothing to migrate in a database that migrations have made.
    """

    def differences(connection: Connection) -> list[object]:
        upgrade(connection)
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, metadata)

    assert await on_connection(empty_url, differences) == []


async def test_migrations_make_them_word_for_word(new_empty_url: NewUrl) -> None:
    """
    What Alembic does not compare, such as keys and their names, is the same too.
    """
    migrated, created = new_empty_url(), new_empty_url()

    await on_connection(migrated, upgrade)
    await on_connection(created, metadata.create_all)

    assert definitions(migrated) == definitions(created) != set()


async def test_a_database_that_is_up_to_date_stays_as_it_is(
    empty_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """
    Migrating again changes nothing, and neither time prints anything.
    """
    await on_connection(empty_url, upgrade)
    before = definitions(empty_url)

    await on_connection(empty_url, upgrade)

    assert definitions(empty_url) == before
    assert capfd.readouterr() == ("", "")
