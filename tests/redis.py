"""A real Redis of the tests' own."""

import os
import shutil
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from tests.postgres import free_port

_MISSING = "Redis is missing: install it, on Debian with apt-get install redis-server."
_SECONDS = 30


class RedisServer:
    """A server on a loopback port, which keeps nothing and may be ended."""

    def __init__(self, program: str) -> None:
        """Start it by the name of its program."""
        self._program = program
        self._port = free_port()
        self._process = self._started()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it again, empty."""
        self._process = self._started()

    def pause(self) -> None:
        """Let it take connections, and answer nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def stop(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.communicate(timeout=_SECONDS)

    def _started(self) -> "subprocess.Popen[str]":
        options = ["--bind", "127.0.0.1", "--port", str(self._port), "--save", ""]
        process = subprocess.Popen(
            [self._program, *options], stdout=subprocess.PIPE, text=True, cwd="/"
        )
        assert process.stdout
        assert any("Ready to accept connections" in line for line in process.stdout)
        return process


@contextmanager
def running_redis() -> Generator[RedisServer]:
    """Run a server; without Redis on this machine the test is skipped."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip(_MISSING)
    server = RedisServer(program)
    try:
        yield server
    finally:
        server.stop()
