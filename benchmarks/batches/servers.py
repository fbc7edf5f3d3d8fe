"""The servers of the benchmark, in two groups: in front of a remote AutoSpot, and embedded."""

import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.batches.orders import SHOP
from benchmarks.machine import Cores, started_on
from benchmarks.processes import free_ports, running

PROJECT = Path(__file__).parents[2]
_GATEWAY = str(Path(sys.executable).with_name("autospot-gateway"))
_UVICORN = [sys.executable, "-m", "uvicorn", "--no-access-log", "--log-level", "warning"]
WITHOUT_LIMITS = {
    "GATEWAY_MAX_REPAIR_ORDERS": "1000000",
    "GATEWAY_MAX_BODY_BYTES": str(2**30),
    "GATEWAY_LOG_FORMAT": "json",
}


class Server(NamedTuple):
    """A server under test."""

    name: str
    port: int
    pid: int
    path: str
    api_key: str

    @property
    def speaks_graphql(self) -> bool:
        """Whether it takes mutations, and not the batches of REST."""
        return self.path == "/graphql"


class Place(NamedTuple):
    """Where servers run: their files, and the cores."""

    folder: Path
    cores: Cores


@contextmanager
def remote(place: Place) -> Generator[list[Server]]:
    """Start an AutoSpot that takes every batch, and all that stand in front of one."""
    stub, *ports = free_ports(4)
    url = f"http://127.0.0.1:{stub}"
    upstream = {"UPSTREAM_URL": url, "PYTHONPATH": str(PROJECT)}
    with ExitStack() as stack:
        with started_on(place.cores.others):
            command = [sys.executable, "-m", "benchmarks.batches.stub", str(stub)]
            stack.enter_context(running(command, place.folder, stub, upstream))
        with started_on(place.cores.server):
            commands = [
                ("gateway", "/graphql", [_GATEWAY, "serve"]),
                ("naive", "/graphql", [*_UVICORN, "benchmarks.naive.remote:app"]),
                ("floor", "/batch/repair_orders", [*_UVICORN, "benchmarks.floor.app:app"]),
            ]
            settings = {**WITHOUT_LIMITS, **upstream, "GATEWAY_UPSTREAM_URL": url}
            yield [
                Server(name, port, stack.enter_context(started), path, "benchmark")
                for (name, path, command), port in zip(commands, ports, strict=True)
                for started in [
                    running([*command, "--port", str(port)], place.folder, port, settings)
                ]
            ]


@contextmanager
def embedded(place: Place) -> Generator[list[Server]]:
    """Start all that keep the repair orders themselves."""
    port, other = free_ports(2)
    naive = {
        "DATABASE_URL": f"sqlite:///{place.folder}/naive.db",
        "PYTHONPATH": str(PROJECT),
    }
    command = [*_UVICORN, "benchmarks.naive.embedded:app", "--port", str(other)]
    with (
        started_on(place.cores.server),
        running_gateway(place.folder, port) as gateway,
        running(command, place.folder, other, naive) as second,
    ):
        yield [
            gateway,
            gateway._replace(name="gateway's REST", path="/batch/repair_orders"),
            Server("naive", other, second, "/graphql", ""),
        ]


@contextmanager
def running_gateway(
    folder: Path, port: int, command: Sequence[str] = (_GATEWAY,)
) -> Generator[Server]:
    """Start a gateway with a database of its own, by its command or by another that is like it."""
    settings = {
        **WITHOUT_LIMITS,
        "GATEWAY_DATABASE_URL": f"sqlite:///{folder}/gateway.db",
        "PYTHONPATH": str(PROJECT),
    }
    api_key = prepared(settings)
    with running([*command, "serve", "--port", str(port)], folder, port, settings) as pid:
        yield Server("gateway", port, pid, "/graphql", api_key)


def prepared(settings: dict[str, str]) -> str:
    """Make a database with the shop of the benchmark; returns a key for it."""
    _run(["shops", "add", str(SHOP)], settings)
    return _run(["keys", "create", "--name", "benchmark", "--all-shops"], settings)


def _run(arguments: list[str], settings: dict[str, str]) -> str:
    return subprocess.run(
        [_GATEWAY, *arguments],
        env=os.environ | settings,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
