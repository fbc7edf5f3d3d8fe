"""Creating, listing, rotating and revoking API keys."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import httpx
import pytest

from tests.cli.command import Gateway, Run, Serve
from tests.databases import run_sql

TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"


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

    assert result.exit_code == 0
    assert re.fullmatch(
        "NAME     SHOPS   RIGHTS          CREATED               LAST USED  EXPIRES  STATE\n"
        f"partner  33, 34  read and write  {TIME}  never      never    valid\n"
        f"reader   all     read only       {TIME}  never      never    revoked {TIME}\n",
        result.out,
    )
    assert [key for key in keys if key in result.out] == []


def test_no_keys(run: Run) -> None:
    """
    Without keys the table is its headings.
    """
    assert run("keys", "list").out == ("NAME  SHOPS  RIGHTS  CREATED  LAST USED  EXPIRES  STATE\n")


def states(run: Run) -> dict[str, list[str]]:
    """The last use, the end and the state of each key, as listed."""
    _, *lines = run("keys", "list").out.splitlines()
    return {cells[0]: cells[-3:] for cells in (re.split(r"  +", line) for line in lines)}


def minute(moment: datetime) -> str:
    """A moment as the list shows it."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("2099-01-31", "2099-01-31 00:00 UTC"),
        (" 2099-01-31T12:30 ", "2099-01-31 12:30 UTC"),
        ("2099-01-31T23:30-07:00", "2099-02-01 06:30 UTC"),
    ],
)
def test_expiry(run: Run, when: str, shown: str) -> None:
    """
    A key may have an end, a moment of any time zone; a date is its first moment in UTC.
    """
    assert run("keys", "create", "--name", "a", "--all-shops", "--expires", when).exit_code == 0

    assert states(run) == {"a": ["never", shown, "valid"]}


@pytest.mark.parametrize(
    ("when", "lasts"),
    [
        ("90d", timedelta(days=90)),
        ("12h", timedelta(hours=12)),
        ("30m", timedelta(minutes=30)),
    ],
)
def test_expiry_from_now(run: Run, when: str, lasts: timedelta) -> None:
    """
    An end may be so many days, hours or minutes away.
    """
    before = minute(datetime.now(UTC) + lasts)
    run("keys", "create", "--name", "a", "--all-shops", "--expires", when)
    after = minute(datetime.now(UTC) + lasts)

    assert before <= states(run)["a"][1] <= after


def test_expired(run: Run, database_file: Path) -> None:
    """
    A key whose end has come is listed as such, and is rotated no more.
    """
    run("keys", "create", "--name", "a", "--all-shops", "--expires", "1d")
    run_sql(f"sqlite:///{database_file}", "UPDATE api_key SET expires_at = '2020-01-01 00:00:00'")

    assert states(run) == {"a": ["never", "2020-01-01 00:00 UTC", "expired"]}
    assert run("keys", "rotate", "a") == (
        1,
        "",
        "'a' is not valid any more: create a new key with autospot-gateway keys create.\n",
    )


def test_rotate(run: Run) -> None:
    """
    The new key has the rights of the old one, which is valid for a week more.
    """
    run("keys", "create", "--name", "partner", "--shops", "33,34", "--read-only")
    before = minute(datetime.now(UTC) + timedelta(days=7))

    result = run("keys", "rotate", "partner")

    old, new = states(run)["partner"], states(run)["partner-2"]
    assert re.fullmatch(r"ask_[A-Za-z0-9_-]{43}\n", result.out)
    assert result.err == (
        "Keep this key now: it is shown only this once.\n"
        f"It is named 'partner-2'; 'partner' is valid until {old[1]}.\n"
    )
    assert before <= old[1] <= minute(datetime.now(UTC) + timedelta(days=7))
    assert (old[2], new) == ("valid", ["never", "never", "valid"])
    assert run("keys", "list").out.count("33, 34  read only") == 2


def test_rotate_a_key_that_ends(run: Run) -> None:
    """
    The new key lasts as long as the old one was made for, and the old one ends when it did.
    """
    run("keys", "create", "--name", "a", "--all-shops", "--expires", "2d")
    end = states(run)["a"][1]

    result = run("keys", "rotate", "a", "--until", "9d")

    old, new = states(run)["a"], states(run)["a-2"]
    assert old[1] == end
    assert end <= new[1] <= minute(datetime.now(UTC) + timedelta(days=2))
    assert f"It is named 'a-2' and expires {new[1]}; 'a' is valid until {end}.\n" in result.err


def test_rotate_as_told(run: Run) -> None:
    """
    Name and end of the new key, and the end of the old one, may be given.
    """
    run("keys", "create", "--name", "a", "--all-shops", "--expires", "2099-01-02")

    options = ["--as", "b", "--until", "2099-01-01", "--expires", "2099-06-01"]
    assert run("keys", "rotate", "a", *options).exit_code == 0

    assert states(run) == {
        "a": ["never", "2099-01-01 00:00 UTC", "valid"],
        "b": ["never", "2099-06-01 00:00 UTC", "valid"],
    }


def test_rotate_again(run: Run) -> None:
    """
    Names go up in a row, and one that only ends in a number begins a row of its own.
    """
    for name in ("partner", "shop-33"):
        run("keys", "create", "--name", name, "--all-shops")
    for name in ("partner", "partner-2", "partner", "shop-33"):
        run("keys", "rotate", name)

    assert list(states(run)) == [
        "partner",
        "shop-33",
        "partner-2",
        "partner-3",
        "partner-4",
        "shop-33-2",
    ]


def test_rotate_what_is_not_there(run: Run) -> None:
    """
    A misspelt name, a revoked key and a name that is taken are errors, and change nothing.
    """
    for name in ("a", "b", "c"):
        run("keys", "create", "--name", name, "--all-shops")
    run("keys", "revoke", "b")
    before = states(run)

    answers = [run("keys", "rotate", *words) for words in (["d"], ["b"], ["a", "--as", "c"])]

    assert answers == [
        (1, "", "There is no key named 'd'; autospot-gateway keys list shows all of them.\n"),
        (
            1,
            "",
            "'b' is not valid any more: create a new key with autospot-gateway keys create.\n",
        ),
        (1, "", "There is, or was, a key named 'c': choose another name.\n"),
    ]
    assert states(run) == before


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        (
            when,
            f"{when!r} is no time: write 90d, 12h or 30m from now, or a date as 2031-01-31.",
        )
        for when in ("soon", "", "5", "-5d", "5w", "99999999999d", "9999-12-31T23:59-14:00")
    ]
    + [(when, f"{when!r} is in the past.") for when in ("0d", "2020-01-01")],
)
def test_wrong_moment(run: Run, when: str, problem: str) -> None:
    """
    An end that cannot be read, or that was before, is named.
    """
    result = run("keys", "create", "--name", "a", "--all-shops", "--expires", when)

    assert result == (2, "", f"Invalid value for '--expires': {problem}\n")


def status(gateway: Gateway, key: str) -> int:
    """What a gateway answers to an empty batch: 401 when the key is not valid."""
    url = f"{gateway.address}/batch/repair_orders"
    return httpx.post(url, headers={"X-API-Key": key}, json=[]).status_code


def test_every_process_learns_of_a_revocation(run: Run, serve: Serve) -> None:
    """
    Gateways that know a key refuse it soon after it is revoked, each by itself.
    """
    key = run("keys", "create", "--name", "partner", "--all-shops").out.strip()
    gateways = [serve(), serve()]

    before = {status(gateway, key) for gateway in gateways}
    run("keys", "revoke", "partner")
    deadline = monotonic() + 30
    while any(status(gateway, key) != 401 for gateway in gateways):
        assert monotonic() < deadline, "the key is still accepted"

    assert before == {422}


def test_every_process_takes_both_keys(run: Run, serve: Serve) -> None:
    """
    After a rotation the old key and the new one are valid, and the list tells which is in use.
    """
    old = run("keys", "create", "--name", "partner", "--all-shops").out.strip()
    gateways = [serve(), serve()]
    before = {status(gateway, old) for gateway in gateways}

    new = run("keys", "rotate", "partner").out.strip()

    after = {status(gateway, key) for gateway in gateways for key in (old, new)}
    for gateway in gateways:
        gateway.stop()
    assert before | after == {422}
    assert [re.fullmatch(TIME, state[0]) is not None for state in states(run).values()] == [
        True,
        True,
    ]


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
