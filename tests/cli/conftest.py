"""The command, called in this process or started as one."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog

from gateway.cli import main

_COMMAND = "import sys; from gateway.cli import main; sys.exit(main())"
_SECONDS = 30


class Result(NamedTuple):
    """What a command left behind."""

    exit_code: int
    out: str
    err: str


Run = Callable[..., Result]


class Gateway:
    """A gateway that runs as a process of its own, and listens."""

    def __init__(self, *arguments: str) -> None:
        """Start it, and wait until it says that it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, "serve", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        last = "curl" if "--demo" in arguments else "  Docs"
        self.announced: list[str] = []
        for line in self._process.stdout:
            self.announced.append(line)
            if line.startswith(last):
                break

    @property
    def address(self) -> str:
        """Where it listens."""
        return self.announced[1].split()[1].removesuffix("/graphql")

    def stop(self, number: int = signal.SIGTERM) -> Result:
        """Send it a signal, and wait for its end."""
        self._process.send_signal(number)
        out, err = self._process.communicate(timeout=_SECONDS)
        return Result(self._process.returncode, out, err)

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.communicate(timeout=_SECONDS)


@pytest.fixture(autouse=True)
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The database of a test, and no other setting; relative files are the test's own too."""
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)
    path = tmp_path / "test.db"
    monkeypatch.setenv("GATEWAY_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("GATEWAY_PORT", "0")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.chdir(tmp_path)
    return path


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """What a command configures ends with the test."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run_command(*arguments: str) -> Result:
        exit_code = main(arguments)
        return Result(exit_code, *capsys.readouterr())

    return run_command


@pytest.fixture
def serve() -> Iterator[Callable[..., Gateway]]:
    """Start gateways that end with the test."""
    gateways: list[Gateway] = []

    def start(*arguments: str) -> Gateway:
        gateways.append(Gateway(*arguments))
        return gateways[-1]

    yield start
    for gateway in gateways:
        gateway.close()
