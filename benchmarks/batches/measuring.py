"""The rounds: each server is loaded with each case in turn."""

from collections.abc import Iterable
from typing import NamedTuple

from benchmarks.batches.cases import Case
from benchmarks.batches.load import Load, load_for, send
from benchmarks.batches.servers import Server
from benchmarks.machine import forget_peak, peak_bytes, tree_cpu_seconds

_SLOW_SECONDS = 8
_MOST_REQUESTS = 20_000


class Measured(NamedTuple):
    """What one load of a server measured."""

    server: str
    case: Case
    cpu_ms: float
    """Of the whole server, for each request."""
    rate: float
    """Requests a second."""
    latencies: list[float]
    """Seconds of each request."""


class Peak(NamedTuple):
    """How much memory one request took at most."""

    server: str
    orders: int
    times: float
    """Of the request's body."""


def measure(
    servers: Iterable[Server], sizes: Iterable[int], rounds: int, seconds: float
) -> list[Measured]:
    """Load servers, each time for about so many seconds, with all cases interleaved.

    What takes far longer is measured once.
    """
    loads = [
        load_for(server, case)
        for case in cases(sizes)
        for server in servers
        if case.operation == "count" or server.name == "gateway"
    ]
    first = [_measured(load, load.case.connections) for load in loads]
    measured = [[one] if _is_slow(one) else [] for one in first]
    counts = [0 if _is_slow(one) else _count(one, seconds) for one in first]
    for _ in range(rounds):
        for load, count, found in zip(loads, counts, measured, strict=True):
            if count > load.case.connections:
                send(load, load.case.connections)  # It was idle while others were measured.
            if count:
                found.append(_measured(load, count))
    return [one for found in measured for one in found]


def cases(sizes: Iterable[int]) -> list[Case]:
    """All that is measured: the count that was saved, and then every row."""
    return [Case(size, operation) for size in sizes for operation in ("count", "rows")]


def measure_peaks(servers: Iterable[Server], orders: int) -> list[Peak]:
    """Measure what one request takes of each server's memory."""
    return [_peak(load_for(server, Case(orders))) for server in servers]


def _peak(load: Load) -> Peak:
    forget_peak(load.server.pid)
    before = peak_bytes(load.server.pid)
    send(load, 1)
    grown = peak_bytes(load.server.pid) - before
    return Peak(load.server.name, load.case.orders, grown / len(load.body))


def _measured(load: Load, count: int) -> Measured:
    pid = load.server.pid
    before = tree_cpu_seconds(pid)
    sample = send(load, count)
    cpu_ms = (tree_cpu_seconds(pid) - before) / count * 1_000
    rate = count / sample.seconds
    return Measured(load.server.name, load.case, cpu_ms, rate, sample.latencies)


def _is_slow(first: Measured) -> bool:
    return first.case.connections / first.rate > _SLOW_SECONDS


def _count(first: Measured, seconds: float) -> int:
    """How many requests take so long, by the first that were sent; the server is warm now."""
    return min(max(first.case.connections, int(first.rate * seconds)), _MOST_REQUESTS)
