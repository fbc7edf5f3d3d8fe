"""The tables of the database, set up and brought up to date."""

import re
from pathlib import Path

import httpx
import pytest

from gateway.store import schema
from tests.cli.command import Run
from tests.postgres import PostgresServer, run_sql
from tests.releases import become_next_release, fill_as_first_release
from tests.server import running

OLDER = (
    "The database is of an older gateway (revision 0001; this one needs next): "
    "make a backup, then run autospot-gateway db upgrade.\n"
)


def test_empty_database(run: Run, database_file: Path) -> None:
    """
    An empty database is named as one, and is not made by looking.
    """
    assert run("db", "current") == (0, "The database is empty.\n", "")
    assert run("db", "check") == (
        1,
        "",
        "The database is empty: autospot-gateway db upgrade sets it up.\n",
    )
    assert not database_file.exists()


def test_set_up(run: Run) -> None:
    """
    What an upgrade has set up is up to date, and a second upgrade changes nothing.
    """
    done = f"The database is up to date (revision {schema.newest_revision()}).\n"

    assert run("db", "upgrade") == (0, done, "")
    assert run("db", "upgrade") == (0, done, "")
    assert run("db", "check") == (0, done, "")
    assert run("db", "current") == (0, f"{schema.newest_revision()}\n", "")


def test_database_of_an_older_gateway(
    run: Run, database_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Nothing uses it until it is upgraded, and each says by which command that is done.
    """
    fill_as_first_release(f"sqlite:///{database_file}")
    become_next_release(monkeypatch, tmp_path)

    refused = [run(*words) for words in (("serve",), ("shops", "list"), ("db", "check"))]
    found = run("db", "current").out
    upgraded = run("db", "upgrade")

    assert refused == [(1, "", OLDER)] * 3
    assert found == "0001\n"
    assert upgraded == (0, "The database is up to date (revision next).\n", "")
    assert run("shops", "list").out == "33\n2147483647\n"


def test_database_of_a_newer_gateway(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It is left alone, by the upgrade too.
    """
    with monkeypatch.context() as then:
        become_next_release(then, tmp_path)
        run("db", "upgrade")

    refused = [run(*words) for words in (("serve",), ("db", "check"), ("db", "upgrade"))]

    assert {result.exit_code for result in refused} == {1}
    assert len({result.err for result in refused}) == 1
    assert "newer gateway (revision next; this one knows" in refused[0].err
    assert "autospot-gateway db check" in refused[0].err


def test_demo_upgrades_by_itself(
    database_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Who tries the demo again after an update has nothing to do.
    """
    url = f"sqlite:///{database_file}"
    fill_as_first_release(url)
    become_next_release(monkeypatch, tmp_path)

    with running(demo=True, database_url=url) as address:
        assert httpx.get(f"{address}/-/ready").status_code == 200


def test_commands_on_postgresql(
    run: Run, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Every command does on PostgreSQL what it does on SQLite.
    """
    monkeypatch.setenv("GATEWAY_DATABASE_URL", postgres.url(postgres.new_database()))

    assert run("db", "current").out == "The database is empty.\n"
    assert run("db", "upgrade").exit_code == 0
    assert run("db", "check").exit_code == 0
    assert run("shops", "add", "34", "33").out == "Added: 33, 34.\n"
    assert run("shops", "list").out == "33\n34\n"
    assert run("keys", "create", "--name", "Front office", "--shops", "33,34").exit_code == 0
    assert run("keys", "create", "--name", "Front office", "--all-shops").exit_code == 1
    assert re.search(
        r"^Front office +33, 34 +read and write", run("keys", "list").out, re.MULTILINE
    )
    assert run("keys", "revoke", "Front office").exit_code == 0


def test_postgresql_that_fails(
    run: Run, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    PostgreSQL's own code says what was wrong.
    """
    url = postgres.url(postgres.new_database(template="made"))
    monkeypatch.setenv("GATEWAY_DATABASE_URL", url)
    run_sql(url, "ALTER TABLE shop ADD CHECK (shop_id < 34)")

    assert run("shops", "add", "34") == (
        1,
        "",
        "The database failed (23514), and nothing was changed.\n",
    )
