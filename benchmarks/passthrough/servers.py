"""The servers of the benchmark: the upstream, and the two that stand in front of it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.passthrough.failure import BenchmarkFailed
from benchmarks.passthrough.machine import Cores, started_on

_START_SECONDS = 30


class Server(NamedTuple):
    """A server under test."""

    name: str
    url: str
    pid: int


@contextmanager
def servers(nginx: str, folder: Path, cores: Cores) -> Generator[list[Server]]:
    """Start the upstream, and nginx and the gateway in front of it, in a folder with the bodies."""
    upstream, proxy, gateway = _free_ports(3)
    ports = {"upstream_port": upstream, "proxy_port": proxy}
    command = [str(Path(sys.executable).with_name("autospot-gateway")), "serve"]
    settings = {
        "GATEWAY_UPSTREAM_URL": f"http://127.0.0.1:{upstream}",
        "GATEWAY_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(gateway),
    }
    (folder / "temporary").mkdir()
    with (
        started_on(cores.others),
        _running(_nginx(nginx, "upstream.conf", folder, ports), folder, upstream),
        started_on(cores.server),
        _running(_nginx(nginx, "proxy.conf", folder, ports), folder, proxy) as first,
        _running(command, folder, gateway, settings) as second,
    ):
        yield [
            Server("nginx", f"http://127.0.0.1:{proxy}", first),
            Server("gateway", f"http://127.0.0.1:{gateway}", second),
        ]


def _nginx(nginx: str, name: str, folder: Path, ports: Mapping[str, int]) -> list[str]:
    """Write a configuration, and return the command that runs it."""
    text = Path(__file__).with_name(name).read_text()
    for variable, port in ports.items():
        text = text.replace(f"@{variable}@", str(port))
    (folder / name).write_text(text)
    return [nginx, "-e", "stderr", "-p", str(folder), "-c", name]


@contextmanager
def _running(
    command: list[str], folder: Path, port: int, settings: Mapping[str, str] | None = None
) -> Generator[int]:
    """Run a server, whose log goes to a file; gives its process id once it listens."""
    log = folder / f"{port}.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | (settings or {}),
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


def _free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [listener.getsockname()[1] for listener in listeners]
    finally:
        for listener in listeners:
            listener.close()
