"""The command, started as a process, and what it leaves behind."""

import signal
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_COMMAND = Path(sysconfig.get_path("scripts")) / "autospot-gateway"
_SECONDS = 30


class Result(NamedTuple):
    """What a command left behind."""

    exit_code: int
    out: str
    err: str


class Gateway:
    """A gateway that runs as a process of its own, and listens."""

    def __init__(self, *arguments: str) -> None:
        """Start it, and wait until it says that it listens."""
        self._process = subprocess.Popen(
            [_COMMAND, "serve", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        last = "curl" if "--demo" in arguments else ("  Docs", "  All but")
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


Run = Callable[..., Result]
Serve = Callable[..., Gateway]
