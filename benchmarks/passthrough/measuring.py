"""The rounds: each server is loaded with each case in turn."""

from collections.abc import Iterable
from typing import NamedTuple

from benchmarks.machine import cpu_seconds, resident_bytes
from benchmarks.passthrough.cases import CASES, Case
from benchmarks.passthrough.load import Load
from benchmarks.passthrough.servers import Server

_WARM_UP_REQUESTS = 640


class Sample(NamedTuple):
    """What one load of a server measured."""

    rate: float
    """Requests a second."""
    cpu_ms: float
    """Of the server, for each request."""


class Round(NamedTuple):
    """A case with both servers, one after the other."""

    case: Case
    nginx: Sample
    gateway: Sample


class Measurement(NamedTuple):
    """All that was measured."""

    rounds: list[Round]
    resident_before: int
    """Bytes of memory of the gateway, after each case was run once."""
    resident_after: int


def measure(load: Load, nginx: Server, gateway: Server, rounds: int, seconds: float) -> Measurement:
    """Load both servers, each time for about so many seconds, with the cases interleaved."""
    counts = {
        (case, server): max(
            case.connections, int(load.rate(case, server.url, _WARM_UP_REQUESTS) * seconds)
        )
        for case in CASES
        for server in (nginx, gateway)
    }
    before = resident_bytes(gateway.pid)
    measured = [
        Round(case, *(_sample(load, case, server, counts[case, server]) for server in pair))
        for case in CASES * rounds
        for pair in [(nginx, gateway)]
    ]
    return Measurement(measured, before, resident_bytes(gateway.pid))


def of_case(rounds: Iterable[Round], case: Case) -> list[Round]:
    """The rounds of one case."""
    return [one for one in rounds if one.case == case]


def _sample(load: Load, case: Case, server: Server, count: int) -> Sample:
    before = cpu_seconds(server.pid)
    rate = load.rate(case, server.url, count)
    return Sample(rate, (cpu_seconds(server.pid) - before) / count * 1_000)
