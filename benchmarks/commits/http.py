"""The load over HTTP: a gateway, and the same one on a store that does not wait for the disk."""

import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.batches.cases import Case
from benchmarks.batches.load import Load, load_for, send
from benchmarks.batches.servers import Server, running_gateway
from benchmarks.machine import Cores, started_on
from benchmarks.processes import free_ports

DOORS = {"GraphQL": "/graphql", "REST": "/batch/repair_orders"}
_CARELESS = (sys.executable, "-m", "benchmarks.commits.careless")


class Servers(NamedTuple):
    """The gateway as it is, and one that does not wait for the disk."""

    durable: Server
    careless: Server


class HttpRound(NamedTuple):
    """Requests a second by one door of both, one after the other."""

    door: str
    durable: float
    careless: float


@contextmanager
def gateways(folder: Path, cores: Cores) -> Generator[Servers]:
    """Start both on one core, with a database each."""
    durable, careless = free_ports(2)
    with ExitStack() as stack, started_on(cores.server):
        (folder / "careless").mkdir()
        yield Servers(
            stack.enter_context(running_gateway(folder, durable)),
            stack.enter_context(running_gateway(folder / "careless", careless, _CARELESS)),
        )


def measure_over_http(servers: Servers, rounds: int, seconds: float) -> list[HttpRound]:
    """Load both for about so many seconds at a time, with both doors interleaved."""
    loads = {door: [_load(server, door) for server in servers] for door in DOORS}
    counts = {load.server: _count(load, seconds) for both in loads.values() for load in both}
    return [
        HttpRound(door, *(_rate(load, counts[load.server]) for load in both))
        for _ in range(rounds)
        for door, both in loads.items()
    ]


def _load(server: Server, door: str) -> Load:
    return load_for(server._replace(path=DOORS[door]), Case(1))


def _rate(load: Load, count: int) -> float:
    return count / send(load, count).seconds


def _count(load: Load, seconds: float) -> int:
    """How many requests take so long; the server warms up meanwhile."""
    connections = load.case.connections
    _rate(load, connections)
    return max(connections, int(_rate(load, connections * 4) * seconds))
