"""A gateway out of a nest, held as one holds a process of one's own."""

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from select import select
from time import monotonic
from typing import IO

from tests.nest import Nest, Pipes


class Hatched:
    """What the tests use of `subprocess.Popen`."""

    def __init__(self, nest: Nest, arguments: Sequence[str], log: IO[str]) -> None:
        """Start a gateway with the arguments of its command, and the environment of the tests."""
        (out, out_end), (status, status_end) = os.pipe(), os.pipe()
        nest.hatch(arguments, os.environ, Pipes(out_end, log.fileno(), status_end))
        os.close(out_end)
        os.close(status_end)
        self._status = os.fdopen(status, "rb", buffering=0)
        self._out = os.fdopen(out, "rb", buffering=0)
        self.stdout = map(bytes.decode, iter(self._out.readline, b""))
        self.pid = int(self._status.readline())
        self.returncode: int | None = None

    def kill(self) -> None:
        """End it as a crash would."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def communicate(self, timeout: float) -> tuple[str, None]:
        """Wait until it has ended, and everybody who shares its output; returns what they print."""
        wait = partial(_is_readable, deadline=monotonic() + timeout)
        if self.returncode is None:
            assert wait(self._status), "it did not end"
            self.returncode = int(self._status.readline())
            self._status.close()
        said = b""
        while not self._out.closed:
            assert wait(self._out), "what it started did not end"
            if not (part := os.read(self._out.fileno(), 65_536)):
                self._out.close()
            said += part
        return said.decode(), None


def _is_readable(file: IO[bytes], *, deadline: float) -> bool:
    return bool(select([file], [], [], max(0, deadline - monotonic()))[0])
