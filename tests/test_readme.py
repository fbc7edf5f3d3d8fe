"""The README's commands and examples, run as they stand."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gateway.contract import ITEM_PROBLEMS, REQUEST_ERRORS
from gateway.settings import Settings, variable
from tests.server import running

README = Path(__file__).parents[1] / "README.md"
ADDRESS = "http://127.0.0.1:8000"


class Example(NamedTuple):
    """A command of the README, and the answers that it shows, one for each time it is run."""

    command: str
    answers: list[Any]


def examples() -> list[Example]:
    """The curl commands, each with the JSON blocks between it and the next command."""
    blocks = re.findall(r"^```(sh|json)\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    found: list[Example] = []
    for language, text in blocks:
        if language == "sh":
            found.append(Example(text, []))
        else:
            found[-1].answers.append(json.loads(text))
    return [example for example in found if example.command.startswith("curl")]


@pytest.fixture
def demo(tmp_path: Path) -> Generator[str]:
    """
    The address of a fresh demo.
    """
    with running(demo=True, database_url=f"sqlite:///{tmp_path / 'demo.db'}") as address:
        yield address


def shell(command: str, **environment: str) -> str:
    """Run a command as a person would paste it."""
    return subprocess.run(
        ["bash", "-euc", command],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=60,
    ).stdout


def as_shown(answer: Any, shown: Any) -> Any:
    """An answer in which what the README leaves open is left open too."""
    if shown == "…":
        return "…"
    if isinstance(shown, dict) and isinstance(answer, dict):
        return {name: as_shown(value, shown.get(name)) for name, value in answer.items()}
    return answer


def test_requests_are_answered_as_shown(demo: str) -> None:
    """
    Each request of the README, sent as often as it shows answers, is answered as it shows.
    """
    shown = [(example.command, answer) for example in examples() for answer in example.answers]

    answers = [json.loads(shell(command.replace(ADDRESS, demo))) for command, _ in shown]

    assert len(shown) == 3
    assert [
        as_shown(answer, expected) for answer, (_, expected) in zip(answers, shown, strict=True)
    ] == [expected for _, expected in shown]


def test_commands_for_keys_and_shops(tmp_path: Path) -> None:
    """
    The commands that add shops and a key work in an empty folder.
    """
    (block,) = re.findall(
        r"^```sh\n(export .*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL
    )
    *commands, last = block.splitlines()
    installed = Path(sys.executable).parent

    printed = shell("\n".join([f"cd {tmp_path}", *commands]).replace(".venv/bin", str(installed)))

    assert re.search(r"^ask_\S{43}$", printed, re.MULTILINE)
    assert last == ".venv/bin/autospot-gateway serve"


def test_settings_are_those_of_the_code() -> None:
    """
    The table of settings names every setting, and no other.
    """
    variables = set(re.findall(r"`(GATEWAY_[A-Z_]+)`", README.read_text()))

    assert variables == {variable(field) for field in Settings.model_fields}


def test_errors_are_those_of_the_code() -> None:
    """
    The table of errors names every error.
    """
    codes = set(re.findall(r"^\| `([A-Z_]+)`", README.read_text(), re.MULTILINE))

    assert codes - {name for name in codes if name.startswith("GATEWAY_")} == {
        error.code for error in (*ITEM_PROBLEMS, *REQUEST_ERRORS)
    }
