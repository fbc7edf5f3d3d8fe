"""The command: measures what watching costs, and prints a table."""

import argparse
import asyncio
import os
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.batches.cases import Case
from benchmarks.batches.load import Load, call, load_for, send
from benchmarks.batches.servers import Server
from benchmarks.failure import BenchmarkFailed
from benchmarks.machine import cores, cpu_seconds, description
from benchmarks.overhead.servers import LEFT_OUT, gateways
from benchmarks.overhead.upstream import BODY

_CONNECTIONS = 16
_GET = b"GET /legacy HTTP/1.1\r\nHost: localhost\r\n\r\n"


def main() -> int:
    """Run the benchmark; the exit code says whether it failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="(default: 7)")
    parser.add_argument("--requests", type=int, default=3_000, help="of each (default: 3000)")
    arguments = parser.parse_args()
    try:
        page = _page(arguments.rounds, arguments.requests)
    except BenchmarkFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(page, end="")
    return 0


def _page(rounds: int, requests: int) -> str:
    before = os.getloadavg()[0]
    with TemporaryDirectory() as name, gateways(Path(name), cores()) as kinds:
        rows = [_row(kind, servers, rounds, requests) for kind, servers in kinds.items()]
    head = ["request", "CPU, ms", *(f"without {what}" for what in LEFT_OUT[1:])]
    lines = [head, ["---"] * len(head), *rows]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    load = f"load average {before:.1f} before, {os.getloadavg()[0]:.1f} after"
    return f"{description()}; {load}.\n\n{table}"


def _row(kind: str, servers: list[Server], rounds: int, requests: int) -> list[str]:
    """Load the servers in turn; a ratio is of two in the same round."""
    for server in servers:
        _load(server, kind, requests // 10 or 1)
    measured = [[_cpu(server, kind, requests) for server in servers] for _ in range(rounds)]
    ratios = (
        median(used[place] / used[0] for used in measured if used[0])
        for place in range(1, len(servers))
    )
    whole = median(used[0] for used in measured) / requests * 1_000
    return [kind, f"{whole:.3f}", *(f"{ratio:.2f}" for ratio in ratios)]


def _cpu(server: Server, kind: str, requests: int) -> float:
    before = cpu_seconds(server.pid)
    _load(server, kind, requests)
    return cpu_seconds(server.pid) - before


def _load(server: Server, kind: str, requests: int) -> None:
    if kind.startswith("mutation"):
        send(load_for(server, Case(1)), requests)
    else:
        uvloop.run(_get(server, requests))


async def _get(server: Server, requests: int) -> None:
    remaining = iter([_GET] * requests)
    load = Load(server, Case(1), b"")
    await asyncio.gather(*(call(load, remaining, _check) for _ in range(_CONNECTIONS)))


def _check(answer: bytes) -> None:
    if answer != BODY:
        raise BenchmarkFailed(f"The pass-through answered {answer[:300]!r}")


if __name__ == "__main__":
    sys.exit(main())
