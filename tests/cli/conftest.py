"""The command, called in this process or started as one, with settings of the test's own."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from gateway.cli import main
from tests.cli.command import Gateway, Result, Run, Serve
from tests.logs import logging_as_before
from tests.nest import Nest


@pytest.fixture(autouse=True)
def database_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The database of a test, and no other setting; relative files are the test's own too."""
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)
    path = tmp_path / "test.db"
    monkeypatch.setenv("GATEWAY_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("GATEWAY_PORT", "0")
    monkeypatch.chdir(tmp_path)
    return path


@pytest.fixture(autouse=True)
def _logging_as_before() -> Generator[None]:
    with logging_as_before():
        yield


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run_command(*arguments: str) -> Result:
        exit_code = main(arguments)
        written = capsys.readouterr()
        return Result(exit_code, written.out, written.err)

    return run_command


@pytest.fixture(scope="session")
def nest() -> Generator[Nest]:
    """Where gateways come from."""
    with Nest() as opened:
        yield opened


@pytest.fixture
def serve(nest: Nest) -> Generator[Serve]:
    """Start gateways that end with the test."""
    yield from _starting(nest)


@pytest.fixture
def serve_by_command() -> Generator[Serve]:
    """The same by the command itself, which imports all of a gateway each time."""
    yield from _starting(None)


def _starting(nest: Nest | None) -> Generator[Serve]:
    gateways: list[Gateway] = []

    def start(*arguments: str) -> Gateway:
        gateways.append(Gateway(*arguments, nest=nest))
        return gateways[-1]

    yield start
    for gateway in gateways:
        gateway.close()
