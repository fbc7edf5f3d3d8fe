"""The cores of this machine, and what its system knows of a process."""

import os
import platform
import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_START_TIME = 22 - 3  # Of the fields of stat, after the name: see proc(5).


class Cores(NamedTuple):
    """Where the server under test runs, and where everything else does."""

    server: set[int]
    others: set[int]


def cores() -> Cores:
    """One core for the server under test; on a machine of one core all share it."""
    first, *others = sorted(os.sched_getaffinity(0))
    return Cores({first}, set(others) or {first})


@contextmanager
def started_on(chosen: set[int]) -> Generator[None]:
    """Have what is started in the block run on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, chosen)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """What a process has used of its core, in itself and in the system, to the nanosecond."""
    # The clock that clock_getcpuclockid(3) finds; /proc counts in hundredths of a second.
    return time.clock_gettime((~pid << 3) | 2)


def age_seconds(pid: int) -> float:
    """How long ago a process was started."""
    since_boot, _ = Path("/proc/uptime").read_text().split()
    _, _, fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")
    ticks = int(fields.split()[_START_TIME])
    return float(since_boot) - ticks / _TICKS


def tree_cpu_seconds(pid: int) -> float:
    """What a process and all those that it has started have used."""
    children = (
        int(child)
        for thread in Path(f"/proc/{pid}/task").iterdir()
        for child in (thread / "children").read_text().split()
    )
    return cpu_seconds(pid) + sum(map(tree_cpu_seconds, children))


def peak_bytes(pid: int) -> int:
    """The most that a process has had of the machine's memory since that was forgotten."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def forget_peak(pid: int) -> None:
    """Begin the peak of a process's memory anew, at what it has now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def resident_bytes(pid: int) -> int:
    """What a process has of the machine's memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE


def load_average() -> float:
    """How many processes wanted a core at the same time, in the last minute."""
    return os.getloadavg()[0]


def description() -> str:
    """The machine in a line."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    name = model[1] if model else platform.machine()
    count = len(os.sched_getaffinity(0))
    return f"{count} core{'s' if count > 1 else ''} of {name}, Python {platform.python_version()}"
