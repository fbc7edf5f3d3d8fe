"""The benchmark of shared commits, run for a moment: it works, whatever it measures."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_a_short_run_writes_the_tables_that_it_prints(tmp_path: Path) -> None:
    """
    One tiny round measures every store and both doors, with every answer right.
    """
    page = tmp_path / "page.md"

    printed = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.commits"),
            *("--rounds=1", "--seconds=0.01", f"--output={page}"),
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        timeout=100,
    ).stdout

    assert page.read_text() == printed
    rows = [line.split("|")[1].strip() for line in printed.splitlines() if line.startswith("| ")]
    assert rows == [
        "store, request",
        *("SQLite, POST", "SQLite, PATCH", "PostgreSQL, POST", "PostgreSQL, PATCH"),
        "door",
        *("GraphQL", "REST"),
    ]
