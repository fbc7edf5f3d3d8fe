"""Releases of the gateway: the first one's database, and the next one's migration."""

import shutil
from pathlib import Path

import pytest

from gateway.store import schema
from tests.databases import run_sql

_NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{newest}"


def upgrade() -> None:
    with op.batch_alter_table("repair_order") as table:
        table.add_column(sa.Column("note", sa.Text(), nullable=False, server_default="none"))
"""


def fill_as_first_release(url: str) -> None:
    """Make an empty database what the first release left: its tables, and some rows."""
    engine = url.partition(":")[0]
    sample = Path(__file__).parent / "samples" / f"first_release.{engine}.sql"
    run_sql(url, sample.read_text("utf-8"))


def become_next_release(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let this gateway have one migration more, until the patch is undone."""
    migrations = folder / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", migrations)
    migration = _NEXT.replace("{newest}", schema.newest_revision())
    (migrations / "versions" / "next.py").write_text(migration)
    monkeypatch.setattr(schema, "MIGRATIONS", str(migrations))
