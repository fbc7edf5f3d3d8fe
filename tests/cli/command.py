"""The command, started as a process, and what it leaves behind."""

import json
import os
import signal
import subprocess
import sysconfig
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event
from time import monotonic
from typing import Any, NamedTuple

from tests.hatched import Hatched
from tests.nest import Nest

COMMAND = Path(sysconfig.get_path("scripts")) / "autospot-gateway"
_SECONDS = 30
_GLANCE_SECONDS = 0.02
_MAX_LOG = 64 * 1024 * 1024
_nothing = Event()


class Result(NamedTuple):
    """What a command left behind."""

    exit_code: int
    out: str
    err: str


class Gateway:
    """A gateway that runs as a process of its own, and listens."""

    def __init__(self, *arguments: str, command: Path = COMMAND, nest: Nest | None = None) -> None:
        """Start it, from a nest sooner than by the command, and wait until it says it listens."""
        # A file takes any number of lines, also while nobody reads them.
        self._log = TemporaryFile("w+")  # noqa: SIM115  # closed with the gateway
        if nest:
            self._process = Hatched(nest, ["serve", *arguments], self._log)
        else:
            self._process = subprocess.Popen(
                [command, "serve", *arguments], stdout=subprocess.PIPE, stderr=self._log, text=True
            )
        assert self._process.stdout
        last = "curl" if "--demo" in arguments else ("  Docs", "  All but")
        self.announced: list[str] = []
        for line in self._process.stdout:
            self.announced.append(line)
            if line.startswith(last):
                break

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def address(self) -> str:
        """Where it listens."""
        return self.announced[1].split()[1].removesuffix("/graphql")

    @property
    def port(self) -> int:
        """The port of this machine that it listens on."""
        return int(self.address.rpartition(":")[2])

    @property
    def workers(self) -> set[int]:
        """The processes that serve for it."""
        return children_of(self._process.pid)

    def ended_workers(self) -> list[dict[str, Any]]:
        """What its log says so far of workers that ended."""
        lines = map(json.loads, os.pread(self._log.fileno(), _MAX_LOG, 0).splitlines())
        return [line for line in lines if line["event"] == "worker ended"]

    def kill(self) -> None:
        """End its first process as a crash would."""
        self._process.kill()

    def wait(self) -> Result:
        """Wait for its end, and for that of its workers, which share its output."""
        out, _ = self._process.communicate(timeout=_SECONDS)
        self._log.seek(0)
        assert self._process.returncode is not None
        return Result(self._process.returncode, out, self._log.read())

    def stop(self, number: int = signal.SIGTERM) -> Result:
        """Send it a signal, and wait for its end."""
        self.send_signal(number)
        return self.wait()

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.communicate(timeout=_SECONDS)
        self._log.close()


def children_of(process_id: int) -> set[int]:
    """The running processes that a process has started."""
    children: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # It has ended by now.
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == process_id and state != "Z":
                children.add(int(stat.parent.name))
    return children


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something of which nobody tells is so, and fail when it does not come."""
    deadline = monotonic() + _SECONDS
    while not is_so():
        assert monotonic() < deadline, "It did not come to this."
        _nothing.wait(_GLANCE_SECONDS)


Run = Callable[..., Result]
Serve = Callable[..., Gateway]
