"""Requests to see or to erase what is kept of a person."""

import asyncio
import io
import json
from collections.abc import Generator
from pathlib import Path

import pytest

from gateway.backing import LocalAutoSpot
from gateway.contract import Caller, Limits, Verb, read_batch
from gateway.store import open_store
from tests.cli.command import Result, Run
from tests.postgres import PostgresServer

EVERYBODY = Caller("tests", can_write=True, shop_ids=None)
ANN = {"last_name": "Lee", "email": "Ann@example.com", "phone_number": "555-0101"}
ALL = ("33 1", "33 2", "34 3")


@pytest.fixture(autouse=True)
def _orders(run: Run, database_url: str) -> None:
    """Three repair orders in two shops, two of them of one person."""
    run("shops", "add", "33", "34")
    shops: list[dict[str, object]] = [
        {
            "shop_id": 33,
            "repair_orders": [
                {"repair_number": "1", "customer": ANN, "status": "\u00e4"},
                {"repair_number": "2", "customer": {"email": "bob@example.com"}},
            ],
        },
        {"shop_id": 34, "repair_orders": [{"repair_number": "3", "customer": ANN}]},
    ]

    async def create() -> None:
        async with open_store(database_url) as store:
            batch = read_batch(shops, Verb.CREATE, Limits())
            await LocalAutoSpot(store).create(batch, EVERYBODY)

    asyncio.run(create())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, database_file: Path
) -> Generator[str]:
    """
    The database of the commands, of each engine.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{database_file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.new_database(template="made")
    monkeypatch.setenv("GATEWAY_DATABASE_URL", server.url(name))
    yield server.url(name)
    server.drop(name)


def kept(run: Run) -> tuple[str, ...]:
    """What is there."""
    found = [*_exported(run("orders", "export", "--shop", "33"))]
    found += _exported(run("orders", "export", "--shop", "34"))
    return tuple(f"{one['shop_id']} {one['repair_number']}" for one in found)


def _exported(result: Result) -> list[dict[str, object]]:
    assert (result.exit_code, result.err) == (0, "")
    return json.loads(result.out)["repair_orders"]


def test_export(run: Run) -> None:
    """
    All that is kept of a customer is JSON, in which letters stay readable.
    """
    result = run("orders", "export", "--email", "ann@EXAMPLE.com")

    first, second = _exported(result)
    assert first.pop("created_at") == first.pop("updated_at")
    assert first == {
        "shop_id": 33,
        "repair_number": "1",
        "repair_order": {"customer": ANN, "status": "\u00e4"},
    }
    assert (second["shop_id"], second["repair_number"]) == (34, "3")
    assert "\u00e4" in result.out


def test_export_of_nothing(run: Run) -> None:
    """
    Where nothing matches, nothing is listed.
    """
    assert _exported(run("orders", "export", "--number", "1", "--shop", "34")) == []


def test_delete(run: Run) -> None:
    """
    It says what it did, and what does not match stays.
    """
    result = run("orders", "delete", "--email", "ann@example.com", "--yes")

    assert result == (0, "Deleted 2 repair orders:\nshop 33: 1\nshop 34: 3\n", "")
    assert kept(run) == ("33 2",)


def test_delete_nothing(run: Run) -> None:
    """
    Where nothing matches, nobody is asked, and nothing is deleted.
    """
    nothing = (0, "No repair order matches; nothing was deleted.\n", "")

    assert run("orders", "delete", "--number", "9") == nothing
    assert run("orders", "delete", "--number", "9", "--yes") == nothing


@pytest.mark.parametrize(
    ("answer", "exit_code", "out", "err", "left"),
    [
        ("y\n", 0, "Deleted 1 repair order:\nshop 33: 1\n", "", ("33 2", "34 3")),
        ("n\n", 1, "", "Nothing was deleted.\n", ALL),
        (
            "",
            1,
            "",
            "Nobody answered, so nothing was deleted: --yes deletes without asking.\n",
            ALL,
        ),
    ],
)
def test_asking(  # noqa: PLR0913, PLR0917  # a table
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    exit_code: int,
    out: str,
    err: str,
    left: tuple[str, ...],
) -> None:
    """
    Without --yes a person sees what would be deleted, and must agree.
    """
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))

    result = run("orders", "delete", "--number", "1")

    assert (result.exit_code, result.out) == (exit_code, out)
    assert result.err.startswith("shop 33: 1\nDelete 1 repair order for good? [y/N] ")
    assert result.err.endswith(err)
    assert kept(run) == left


@pytest.mark.parametrize("command", ["export", "delete"])
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            [],
            "Invalid value for --email / --number / --shop: "
            "Say which repair orders: by --email, --number, --shop, or several of them.",
        ),
        (
            ["--email", " "],
            "Invalid value for '--email': expected printable characters, not only blanks.",
        ),
        (
            ["--number", "\udcff"],
            "Invalid value for '--number': expected printable characters, not only blanks.",
        ),
        (
            ["--shop", "x"],
            "Invalid value for '--shop': 'x' is not a shop id, "
            "which is a whole number from 1 to 2,147,483,647.",
        ),
    ],
)
def test_wrong_usage(run: Run, command: str, options: list[str], sentence: str) -> None:
    """
    Without a word about which, none are meant.
    """
    assert run("orders", command, *options) == (2, "", f"{sentence}\n")
    assert kept(run) == ALL
