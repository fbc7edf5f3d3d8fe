"""Servers as processes of their own."""

import os
import socket
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.failure import BenchmarkFailed

_START_SECONDS = 30


@contextmanager
def running(
    command: list[str], folder: Path, port: int, environment: Mapping[str, str] | None = None
) -> Generator[int]:
    """Run a server, whose log goes to a file; gives its process id once it listens."""
    log = folder / f"{port}.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | (environment or {}),
            stdout=output,
            stderr=output,
        ) as server,
    ):
        try:
            _wait_until_open(port, server, log)
            yield server.pid
        finally:
            server.terminate()


def _wait_until_open(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise BenchmarkFailed(f"{server.args} did not start: {log.read_text()}")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [listener.getsockname()[1] for listener in listeners]
    finally:
        for listener in listeners:
            listener.close()
