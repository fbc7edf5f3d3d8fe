"""What was measured, as a page of Markdown."""

from collections.abc import Iterable, Sequence
from statistics import median

from benchmarks.commits.cases import AIM_OVER_HTTP, CALLERS, CASES, Case
from benchmarks.commits.http import DOORS, HttpRound
from benchmarks.commits.port import Round, Sample

_AT_PORT = f"""\
| store, request | one by one, {CALLERS} callers | shared, {CALLERS} callers \
| ratio (lowest to highest) | aim \
| one by one, one caller | shared, one caller | ratio (lowest to highest) |
|---|---|---|---|---|---|---|---|"""
_OVER_HTTP = """\
| door | waits for the disk | does not wait | ratio (lowest to highest) | aim |
|---|---|---|---|---|"""


def report(
    at_port: Sequence[Round], over_http: Sequence[HttpRound], machine: str, rounds: int
) -> str:
    """The page: the machine, and two tables of medians."""
    cases = "\n".join(_case_row(case, [x for x in at_port if x.case == case]) for case in CASES)
    doors = "\n".join(_door_row(door, [x for x in over_http if x.door == door]) for door in DOORS)
    return f"""\
# Shared commits: what they gain, and what is left of the wait for the disk

Made by `make bench-commits`; [the benchmarks' page](../README.md) says what it measures.
{machine}; medians of {rounds} interleaved round{"s" if rounds > 1 else ""}.

## At the port

Requests of one order: orders a second of {CALLERS} callers, and milliseconds that one waits.

{_AT_PORT}
{cases}

## Over HTTP

Requests a second on {CALLERS} connections, one order each, on SQLite.

{_OVER_HTTP}
{doors}
"""


def _case_row(case: Case, rounds: Sequence[Round]) -> str:
    many = [one for one in rounds if one.callers == CALLERS]
    alone = [one for one in rounds if one.callers == 1]
    return _row(
        str(case),
        f"{median(one.one_by_one.rate for one in many):,.0f}",
        f"{median(one.shared.rate for one in many):,.0f}",
        _ratio(one.shared.rate / one.one_by_one.rate for one in many),
        f"{case.aim:.1f}",
        f"{median(_p50(one.one_by_one) for one in alone):.2f}",
        f"{median(_p50(one.shared) for one in alone):.2f}",
        _ratio(_p50(one.shared) / _p50(one.one_by_one) for one in alone),
    )


def _door_row(door: str, rounds: Sequence[HttpRound]) -> str:
    return _row(
        door,
        f"{median(one.durable for one in rounds):,.0f}",
        f"{median(one.careless for one in rounds):,.0f}",
        _ratio(one.durable / one.careless for one in rounds),
        f"{AIM_OVER_HTTP:.2f}",
    )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _ratio(values: Iterable[float]) -> str:
    ratios = sorted(values)
    return f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def _p50(sample: Sample) -> float:
    """The median of what a request took, in milliseconds."""
    return median(sample.latencies) * 1_000
