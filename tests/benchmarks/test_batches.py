"""The benchmark of batches, run for a moment: it works, whatever it measures."""

import subprocess
import sys
from pathlib import Path

from tests.unmeasured import unmeasured

PROJECT = Path(__file__).parents[2]


def test_a_short_run_writes_the_tables_that_it_prints(tmp_path: Path) -> None:
    """
    One tiny round measures every server in both modes, with every answer right.
    """
    printed = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.batches"),
            *("--rounds=1", "--seconds=0.01", "--orders=1,10", "--large=20"),
            *(f"--output={tmp_path}", f"--pictures={tmp_path}"),
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env=unmeasured(),
        timeout=100,
    ).stdout

    assert (tmp_path / "batches.md").read_text() == printed
    assert [line for line in printed.splitlines() if line.startswith("## ")] == [
        "## Remote",
        "## Embedded",
        "## Start",
    ]
    assert sum(line.startswith("| naive |") for line in printed.splitlines()) == 6
    for mode in ("remote", "embedded"):
        picture = (tmp_path / f"performance-{mode}.svg").read_text()
        assert [name for name in ("gateway", "naive") if f">{name}</text>" not in picture] == []
