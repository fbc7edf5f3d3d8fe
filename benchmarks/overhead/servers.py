"""The gateways of the benchmark: whole, without metrics and without the line, in both modes."""

import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.batches.servers import PROJECT, WITHOUT_LIMITS, Server, prepared
from benchmarks.machine import Cores, started_on
from benchmarks.processes import free_ports, running

LEFT_OUT = ("nothing", "metrics", "line")
_GATEWAY = [sys.executable, "-m", "benchmarks.overhead.gateway"]


@contextmanager
def gateways(folder: Path, cores: Cores) -> Generator[dict[str, list[Server]]]:
    """Start all gateways, and an AutoSpot for those that stand in front of one."""
    upstream, *ports = free_ports(1 + 2 * len(LEFT_OUT))
    path = {"PYTHONPATH": str(PROJECT), **WITHOUT_LIMITS}
    with ExitStack() as stack:
        with started_on(cores.others):
            command = [sys.executable, "-m", "benchmarks.overhead.upstream", str(upstream)]
            stack.enter_context(running(command, folder, upstream, path))
        proxy = path | {"GATEWAY_UPSTREAM_URL": f"http://127.0.0.1:{upstream}"}
        started: dict[str, list[Server]] = {"mutation of one order": [], "pass-through GET": []}
        with started_on(cores.server):
            for what, own, other in zip(LEFT_OUT, ports[::2], ports[1::2], strict=True):
                database = {"GATEWAY_DATABASE_URL": f"sqlite:///{folder}/{what}.db"}
                api_key = prepared(path | database)
                for port, kind, settings in (
                    (own, "mutation of one order", path | database),
                    (other, "pass-through GET", proxy),
                ):
                    command = [*_GATEWAY, what, "serve", "--port", str(port)]
                    pid = stack.enter_context(running(command, folder, port, settings))
                    started[kind].append(Server(what, port, pid, "/graphql", api_key))
        yield started
