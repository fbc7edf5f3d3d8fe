"""What was measured, as a page of Markdown."""

from collections.abc import Iterable
from statistics import median

from benchmarks.passthrough.cases import CASES, Case
from benchmarks.passthrough.measuring import Measurement, Round, of_case

_HEADER = """\
| request, connections | nginx req/s | gateway req/s | ratio (lowest to highest) | aim \
| nginx CPU ms | gateway CPU ms |
|---|---|---|---|---|---|---|"""


def report(measured: Measurement, machine: str) -> str:
    """The page: the machine, a table of medians, and the gateway's memory."""
    rounds = len(of_case(measured.rounds, CASES[0]))
    rows = "\n".join(_row(case, of_case(measured.rounds, case)) for case in CASES)
    return f"""\
# Pass-through: nginx and the gateway

Made by `make bench-passthrough`; [the benchmarks' page](../README.md) says what it measures.
{machine}; medians of {rounds} interleaved round{"s" if rounds > 1 else ""}, CPU for each request.

{_HEADER}
{rows}

Resident memory of the gateway: {_megabytes(measured.resident_before)} after the warm-up, \
{_megabytes(measured.resident_after)} at the end.
"""


def _row(case: Case, rounds: list[Round]) -> str:
    ratios = sorted(one.gateway.rate / one.nginx.rate for one in rounds)
    cells = (
        str(case),
        f"{_median(one.nginx.rate for one in rounds):,.0f}",
        f"{_median(one.gateway.rate for one in rounds):,.0f}",
        f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})",
        f"{case.aim:.2f}",
        f"{_median(one.nginx.cpu_ms for one in rounds):.3f}",
        f"{_median(one.gateway.cpu_ms for one in rounds):.3f}",
    )
    return f"| {' | '.join(cells)} |"


def _median(values: Iterable[float]) -> float:
    return median(values)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
