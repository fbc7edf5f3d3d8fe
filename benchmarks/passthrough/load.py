"""The load: h2load sends requests of one kind, and its account of the answers is checked."""

import re
import subprocess
from pathlib import Path

from benchmarks.failure import BenchmarkFailed
from benchmarks.machine import Cores, started_on
from benchmarks.passthrough.cases import SIZES, Case

_RATE = re.compile(r"^finished in \S+, ([\d.]+) req/s", re.MULTILINE)
_ANSWERED = re.compile(r"^requests: .* (\d+) succeeded, ", re.MULTILINE)
_GOOD = re.compile(r"^status codes: (\d+) 2xx, ", re.MULTILINE)
_BODIES = re.compile(r"^traffic: .* \((\d+)\) data$", re.MULTILINE)


class Load:
    """Loads servers from the cores beside theirs."""

    def __init__(self, h2load: str, bodies: Path, cores: Cores) -> None:
        """Send requests with the bodies of a folder."""
        self._h2load = h2load
        self._bodies = bodies
        self._cores = cores

    def rate(self, case: Case, url: str, count: int) -> float:
        """Send so many requests, and return how many were answered in a second.

        Raises BenchmarkFailed unless every answer has status 2xx and a body of the right length.
        """
        command = [self._h2load, "--h1", "-n", str(count), "-c", str(case.connections)]
        command += ["-H", "X-API-Key: benchmark"]
        if case.method == "POST":
            command += ["-H", "Content-Type: application/json"]
            command += ["-d", str(self._bodies / case.size)]
        with started_on(self._cores.others):
            account = subprocess.run(
                [*command, f"{url}/{case.answer}"], check=True, capture_output=True, text=True
            ).stdout
        expected = [count, count, count * SIZES[case.answer]]
        if [_number(pattern, account) for pattern in (_ANSWERED, _GOOD, _BODIES)] != expected:
            raise BenchmarkFailed(f"Not every answer was right ({case}, {url}):\n{account}")
        return _number(_RATE, account)


def _number(pattern: re.Pattern[str], account: str) -> float:
    found = pattern.search(account)
    return float(found[1]) if found else -1
