"""The backups of the operator's page, made while callers write, and restored."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event

import httpx
import pytest

from tests.cli.command import Run, Serve
from tests.client import Client
from tests.conftest import filled
from tests.databases import run_sql
from tests.docs.page import ROOT, examples
from tests.postgres import PROGRAMS, PostgresServer, name_of

SHOP = 33
SIZE = 20
"""Orders of a batch."""

COMMANDS = [
    line
    for example in examples(ROOT / "docs/operating.md")
    for line in example.text.splitlines()
    if example.language == "sh"
]
Shell = Callable[..., None]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """
    Runs the only command of the page that begins with some words.
    """

    def run(words: str, **instead: str) -> None:
        (command,) = (line for line in COMMANDS if line.startswith(words))
        for shown, real in instead.items():
            command = command.replace(f"postgresql://gateway@db.example/{shown}", f"'{real}'")
            command = re.sub(rf" {shown}$", f" {name_of(real)}", command)
        command = command.replace(".venv/bin", str(Path(sys.executable).parent))
        path = f"{PROGRAMS}:{os.environ['PATH']}"
        subprocess.run(
            ["bash", "-euc", command], cwd=tmp_path, env=os.environ | {"PATH": path}, check=True
        )

    return run


def while_writing(client: Client, back_up: Callable[[], None]) -> list[str]:
    """Make a backup while batches are written; returns those that were saved before it began."""
    may_begin, is_done = Event(), Event()
    saved: list[str] = []

    def write() -> None:
        for batch in count():
            orders = [{"repairNumber": f"{batch}-{number}"} for number in range(SIZE)]
            answer = client.upsert([{"shopId": SHOP, "repairOrders": orders}])
            assert answer["savedCount"] == SIZE, answer
            saved.append(str(batch))
            if batch == 10:
                may_begin.set()
            if is_done.is_set():
                return

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        may_begin.wait()
        before = list(saved)
        back_up()
        is_done.set()
        writing.result()
    assert len(saved) > len(before)
    return before


def assert_whole(url: str, before: list[str]) -> None:
    """Check that a database has these batches, and none but whole ones."""
    numbers = run_sql(url, "SELECT repair_number FROM repair_order")
    batches = Counter(number.partition("-")[0] for number in numbers)
    assert batches.keys() >= set(before)
    assert set(batches.values()) == {SIZE}


def test_sqlite(
    serve: Serve, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shell: Shell
) -> None:
    """
    A copy that is made while callers write has whole batches, and is served again.
    """
    monkeypatch.setenv("GATEWAY_DATABASE_URL", "sqlite:///autospot.db")
    url = f"sqlite:///{tmp_path / 'autospot.db'}"
    key = filled(url, range(SHOP, SHOP + 1))[1]
    gateway = serve("--workers", "2")
    with httpx.Client(timeout=60) as http:
        client = Client(gateway.address, key, http)
        before = while_writing(
            client, lambda: shell(".venv/bin/python -c 'import sqlite3; sqlite3.connect(")
        )
    gateway.stop()

    shell("rm -f autospot.db ")
    shell("cp autospot-backup.db ")

    assert run("db", "check").exit_code == 0
    assert_whole(url, before)
    again = serve()
    with httpx.Client() as http:
        assert Client(again.address, key, http).order(SHOP, "0-0", "repairNumber") == {
            "repairNumber": "0-0"
        }


def test_postgresql(
    serve: Serve, run: Run, monkeypatch: pytest.MonkeyPatch, postgres: PostgresServer, shell: Shell
) -> None:
    """
    A dump that is made while callers write has whole batches; restored, it is served.
    """
    url = postgres.url(postgres.new_database(template="made"))
    restored = url.replace(name_of(url), f"{name_of(url)}_restored")
    monkeypatch.setenv("GATEWAY_DATABASE_URL", url)
    key = filled(url, range(SHOP, SHOP + 1))[1]
    gateway = serve("--workers", "2")
    with httpx.Client(timeout=60) as http:
        client = Client(gateway.address, key, http)
        before = while_writing(client, lambda: shell("pg_dump ", autospot=url))

    shell("createdb ", autospot=url, restored=restored)
    shell("pg_restore ", restored=restored)

    monkeypatch.setenv("GATEWAY_DATABASE_URL", restored)
    assert run("db", "check").exit_code == 0
    assert_whole(restored, before)
    again = serve()
    with httpx.Client() as http:
        caller = Client(again.address, key, http)
        assert caller.order(SHOP, "0-0", "repairNumber") == {"repairNumber": "0-0"}
        assert (
            caller.upsert([{"shopId": SHOP, "repairOrders": [{"repairNumber": "new"}]}])[
                "savedCount"
            ]
            == 1
        )
