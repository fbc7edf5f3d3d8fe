"""The benchmark of the pass-through, run for a moment: it works, whatever it measures."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unmeasured import unmeasured

PROJECT = Path(__file__).parents[2]


def run_benchmark(*arguments: str, path: str | None = None) -> str:
    """Run the benchmark, and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.passthrough", *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env=unmeasured() | ({} if path is None else {"PATH": path}),
        timeout=100,
    ).stdout


@pytest.mark.skipif(
    not (shutil.which("nginx", path="/usr/sbin:/usr/bin") and shutil.which("h2load")),
    reason="nginx or h2load is not installed: apt-get install nginx-light nghttp2-client.",
)
def test_a_short_run_writes_the_table_that_it_prints(tmp_path: Path) -> None:
    """
    One tiny round measures every case, with every answer right.
    """
    page = tmp_path / "page.md"

    printed = run_benchmark("--rounds=1", "--seconds=0.01", f"--output={page}")

    assert page.read_text() == printed
    assert [line.split("|")[1].strip() for line in printed.splitlines() if "kB, " in line] == [
        f"{method} {size}, {connections}"
        for method in ("GET", "POST")
        for size in ("1kB", "100kB")
        for connections in (1, 64)
    ]


def test_what_it_needs_is_said(tmp_path: Path) -> None:
    """
    Without nginx or h2load it says in a sentence what to install, and does not fail.
    """
    page = tmp_path / "page.md"

    printed = run_benchmark(f"--output={page}", path=str(tmp_path))

    assert printed == (
        "The benchmark needs nginx and h2load: "
        "install them with `apt-get install nginx-light nghttp2-client`.\n"
    )
    assert not page.exists()
