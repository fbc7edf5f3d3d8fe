"""Creating, listing and revoking API keys."""

import re
from pathlib import Path

import pytest

from tests.cli.command import Run


@pytest.fixture(autouse=True)
def _two_shops(run: Run) -> None:
    run("shops", "add", "33", "34")


def test_key_is_shown_once(run: Run, database_file: Path) -> None:
    """
    Standard output is the key alone, so that a script can take it; the database never holds it.
    """
    result = run("keys", "create", "--name", "partner", "--shops", "33,34")

    assert result.exit_code == 0
    assert re.fullmatch(r"ask_[A-Za-z0-9_-]{43}\n", result.out)
    assert result.err == "Keep this key now: it is shown only this once.\n"
    kept = b"".join(path.read_bytes() for path in database_file.parent.iterdir())
    assert result.out.strip().encode() not in kept


def test_list(run: Run) -> None:
    """
    The table tells keys apart, and holds none of them.
    """
    keys = [
        run("keys", "create", "--name", "partner", "--shops", "34, 33").out.strip(),
        run("keys", "create", "--name", "reader", "--all-shops", "--read-only").out.strip(),
    ]
    run("keys", "revoke", "reader")

    result = run("keys", "list")

    time = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
    assert result.exit_code == 0
    assert re.fullmatch(
        "NAME     SHOPS   RIGHTS          CREATED               STATE\n"
        f"partner  33, 34  read and write  {time}  valid\n"
        f"reader   all     read only       {time}  revoked {time}\n",
        result.out,
    )
    assert [key for key in keys if key in result.out] == []


def test_no_keys(run: Run) -> None:
    """
    Without keys the table is its headings.
    """
    assert run("keys", "list").out == "NAME  SHOPS  RIGHTS  CREATED  STATE\n"


def test_revoke(run: Run) -> None:
    """
    Revoking says when it takes effect, and is no error the second time.
    """
    run("keys", "create", "--name", "partner", "--all-shops")

    first, second = run("keys", "revoke", "partner"), run("keys", "revoke", "partner")

    assert first == (
        0,
        "'partner' is revoked; a running gateway refuses it within 5 seconds.\n",
        "",
    )
    assert second == (0, "'partner' was revoked before.\n", "")


def test_revoke_unknown(run: Run) -> None:
    """
    A misspelt name is an error: the key that was meant is still valid.
    """
    run("keys", "create", "--name", "partner", "--all-shops")

    assert run("keys", "revoke", "partners") == (
        1,
        "",
        "There is no key named 'partners'; autospot-gateway keys list shows all of them.\n",
    )


def test_name_is_taken(run: Run) -> None:
    """
    A name stands for one key, also after that was revoked.
    """
    run("keys", "create", "--name", "partner", "--all-shops")
    run("keys", "revoke", "partner")

    assert run("keys", "create", "--name", "partner", "--all-shops") == (
        1,
        "",
        "There is, or was, a key named 'partner': choose another name.\n",
    )


def test_unknown_shops(run: Run) -> None:
    """
    Shops that do not exist are named, with the command that adds them; no key is made.
    """
    result = run("keys", "create", "--name", "partner", "--shops", "41,33,40")

    assert result == (
        1,
        "",
        "No such shop: 40, 41; first add what is missing (autospot-gateway shops add 40 41).\n",
    )
    assert run("keys", "list").out.count("\n") == 1


_EITHER = (
    "Invalid value for --shops / --all-shops: Say which shops the key may use: "
    "either --shops 33,34 or --all-shops."
)
_NAME = "Invalid value for '--name': expected 1 to 100 printable characters, not only blanks."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--name", "a"), _EITHER),
        (("--name", "a", "--shops", "33", "--all-shops"), _EITHER),
        (
            ("--name", "a", "--shops", "33,"),
            "Invalid value for '--shops': '' is not a shop id, "
            "which is a whole number from 1 to 2,147,483,647.",
        ),
        (("--name", " ", "--all-shops"), _NAME),
        (("--name", "a\nb", "--all-shops"), _NAME),
        (("--name", "a" * 101, "--all-shops"), _NAME),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    """
    A key has a name and either some shops or all of them.
    """
    assert run("keys", "create", *arguments) == (2, "", f"{sentence}\n")
