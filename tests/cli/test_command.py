"""The command as a whole: its help, its version, its errors."""

import sqlite3
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.cli.command import Run


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), ("serve", "schema", "keys", "shops", "orders", "db", "config", "--version")),
        (("--help",), ("serve", "schema", "keys", "shops", "db", "config", "--version")),
        (("keys",), ("create", "list", "rotate", "revoke")),
        (("shops",), ("add", "list")),
        (("orders",), ("export", "delete")),
        (("config",), ("check",)),
        (("db",), ("upgrade", "current", "check")),
        (("serve", "--help"), ("--demo", "--host ADDRESS", "--port PORT", "GATEWAY_PORT")),
        (("keys", "create", "--help"), ("--name NAME", "--all-shops", "--read-only", "[required]")),
    ],
)
def test_help(run: Run, arguments: tuple[str, ...], named: tuple[str, ...]) -> None:
    """
    Help is plain text, and a group of commands without one shows it.
    """
    result = run(*arguments)

    assert (result.exit_code, result.err) == (0, "")
    assert result.out.startswith("Usage: autospot-gateway")
    assert [word for word in named if word not in result.out] == []
    assert result.out.isascii()


def test_version(run: Run) -> None:
    """
    The version is that of the package.
    """
    assert run("--version") == (0, f"{version('autospot-gateway')}\n", "")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("serv",), "serv"),
        (("serve", "--prot", "1"), "--port"),
        (("serve", "--port", "x"), "--port"),
        (("serve", "--port", "65536"), "65535"),
        (("keys", "create", "--all-shops"), "--name"),
        (("keys", "revoke"), "NAME"),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], named: str) -> None:
    """
    A command that is called wrongly is one sentence on standard error, and exit code 2.
    """
    result = run(*arguments)

    assert (result.exit_code, result.out) == (2, "")
    assert named in result.err
    assert result.err.endswith((".\n", "?\n"))
    assert result.err.count("\n") == 1


def test_wrong_setting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A wrong setting is wrong usage: starting again does not help.
    """
    monkeypatch.setenv("GATEWAY_PORT", "x")

    assert run("shops", "list") == (2, "", "GATEWAY_PORT must be a valid integer.\n")


def test_database_that_cannot_be_opened(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A database that cannot be opened is one sentence, and exit code 1.
    """
    monkeypatch.setenv("GATEWAY_DATABASE_URL", "sqlite:////no/such/folder/gateway.db")

    result = run("shops", "list")

    assert (result.exit_code, result.out) == (1, "")
    assert result.err.endswith(".\n")
    assert result.err.count("\n") == 1


def test_database_that_fails(run: Run, database_file: Path) -> None:
    """
    A database that fails is one sentence with the database's code for it, and exit code 1.
    """
    run("shops", "add", "33")
    connection = sqlite3.connect(database_file)
    connection.execute(
        "CREATE TRIGGER failing BEFORE INSERT ON shop BEGIN SELECT RAISE(ABORT, 'failed'); END"
    )
    connection.close()

    assert run("shops", "add", "34") == (
        1,
        "",
        "The database failed (SQLITE_CONSTRAINT_TRIGGER), and nothing was changed.\n",
    )


def test_schema(run: Run) -> None:
    """
    The schema can be had without a running gateway.
    """
    result = run("schema")

    assert (result.exit_code, result.err) == (0, "")
    assert "type Mutation" in result.out
