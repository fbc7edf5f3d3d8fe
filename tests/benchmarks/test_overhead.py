"""The benchmark of what watching costs, run for a moment: it works, whatever it measures."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_a_short_run_prints_a_table() -> None:
    """
    One tiny round measures every gateway, with every answer right.
    """
    printed = subprocess.run(
        [sys.executable, "-m", "benchmarks.overhead", "--rounds=1", "--requests=20"],
        check=True,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        timeout=100,
    ).stdout

    assert "load average" in printed
    assert [line.split("|")[1].strip() for line in printed.splitlines() if "|" in line] == [
        "request",
        "---",
        "mutation of one order",
        "pass-through GET",
    ]
