"""What was measured, as a page of Markdown."""

from collections.abc import Callable, Iterable, Sequence
from statistics import median, quantiles
from typing import NamedTuple

from benchmarks.batches.beside import Beside
from benchmarks.batches.cases import AIMS, Aim, Case
from benchmarks.batches.measuring import Measured, Peak


class Group(NamedTuple):
    """The servers of one mode, and what they did."""

    mode: str
    measured: list[Measured]
    peaks: list[Peak]
    beside: Beside


def report(groups: Sequence[Group], starts: Sequence[float], machine: str, rounds: int) -> str:
    """The page: the machine, and for each mode the tables of medians."""
    parts = [
        f"""\
# Batches: the gateway beside the usual way, and beside a floor

Made by `make bench`; [the benchmarks' page](../README.md) says what it measures.
{machine}; medians of {rounds} interleaved round{"s" if rounds > 1 else ""}.
"""
    ]
    for group in groups:
        parts += [
            f"\n## {group.mode.capitalize()}\n",
            _table("CPU of the server for a request, in milliseconds", group, _cpu),
            _ratios(group),
            _table("Requests a second", group, _rate),
            _table("Latency, in milliseconds: median and 99th percentile", group, _latency),
            _small_print(group),
        ]
    parts.append(
        f"""
## Start

From the start of an embedded gateway to its first answer: {median(starts):.2f} s.
"""
    )
    return "".join(parts)


def by_case(measured: Iterable[Measured]) -> dict[tuple[str, str], dict[int, list[Measured]]]:
    """Everything measured, by server and operation, and then by size."""
    found: dict[tuple[str, str], dict[int, list[Measured]]] = {}
    for one in measured:
        sizes = found.setdefault((one.server, one.case.operation), {})
        sizes.setdefault(one.case.orders, []).append(one)
    return found


def cpu_ms(samples: Iterable[Measured]) -> float:
    """The median of what a request cost, in milliseconds."""
    return median(one.cpu_ms for one in samples)


def _cpu(samples: list[Measured]) -> str:
    values = sorted(one.cpu_ms for one in samples)
    return f"{_figure(median(values))} ({_figure(values[0])} to {_figure(values[-1])})"


def _rate(samples: list[Measured]) -> str:
    return _figure(median(one.rate for one in samples))


def _latency(samples: list[Measured]) -> str:
    return _percentiles([latency for one in samples for latency in one.latencies])


def _percentiles(seconds: Sequence[float]) -> str:
    middle = _figure(median(seconds) * 1_000)
    if len(seconds) < 100:
        return middle
    return f"{middle}, {_figure(quantiles(seconds, n=100)[98] * 1_000)}"


def _table(title: str, group: Group, cell: Callable[[list[Measured]], str]) -> str:
    rows = [
        (_name(server, operation), [cell(samples) for samples in sizes.values()])
        for (server, operation), sizes in by_case(group.measured).items()
    ]
    sizes = sorted({one.case.orders for one in group.measured})
    return _markdown(title, sizes, rows)


def _ratios(group: Group) -> str:
    found = by_case(group.measured)
    ours = found["gateway", "count"]
    rows: list[tuple[str, list[str]]] = []
    for aim in AIMS[group.mode]:
        theirs = found[aim.other, "count"]
        ratios = [cpu_ms(theirs[size]) / cpu_ms(ours[size]) for size in ours]
        rows.append((f"{aim.other} / gateway", [f"{ratio:.2f}" for ratio in ratios]))
        rows.append(("aim", [_aim(aim, size) for size in ours]))
    every_row = found["gateway", "rows"]
    rows.append(
        (
            "gateway, every row / gateway",
            [f"{cpu_ms(every_row[size]) / cpu_ms(ours[size]):.2f}" for size in ours],
        )
    )
    per_order = {size: cpu_ms(samples) / size for size, samples in ours.items()}
    base = per_order.get(Case(1_000).orders)
    if base:
        rows.append(
            (
                "an order's cost / that in a batch of 1,000",
                [f"{cost / base:.2f}" for cost in per_order.values()],
            )
        )
    return _markdown("How many times as much CPU", list(ours), rows)


def _aim(aim: Aim, size: int) -> str:
    return f"{aim.times[size]:.2f}" if size in aim.times else ""


def _small_print(group: Group) -> str:
    peaks = "; ".join(f"{peak.server} {peak.times:.1f}" for peak in group.peaks)
    beside = group.beside
    return f"""
Memory that one request of {group.peaks[0].orders:,} orders takes at most, \
in times of its body: {peaks}.

A mutation of one order, four callers at once: {_percentiles(beside.alone)} ms alone, \
{_percentiles(beside.beside)} ms beside a stream of batches of \
{beside.large:,} (median, 99th percentile).
"""


def _markdown(title: str, sizes: Sequence[int], rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    lines = [f"| {name} | {' | '.join(cells)} |" for name, cells in rows]
    return f"""
{title}:

| | {" | ".join(f"{size:,}" for size in sizes)} |
|---|{"---|" * len(sizes)}
{chr(10).join(lines)}
"""


def _name(server: str, operation: str) -> str:
    return server if operation == "count" else f"{server}, every row"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
