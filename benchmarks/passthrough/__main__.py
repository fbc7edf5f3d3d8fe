"""The command: measures, prints a table, and writes it to a file."""

import argparse
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.failure import BenchmarkFailed
from benchmarks.machine import cores, description
from benchmarks.passthrough.cases import write_bodies
from benchmarks.passthrough.load import Load
from benchmarks.passthrough.measuring import measure
from benchmarks.passthrough.report import report
from benchmarks.passthrough.servers import servers

_RESULTS = Path(__file__).parents[1] / "results" / "passthrough.md"


def main() -> int:
    """Run the benchmark; the exit code says whether it failed."""
    arguments = _arguments()
    nginx, h2load = _found("nginx"), _found("h2load")
    if nginx is None or h2load is None:
        print(
            "The benchmark needs nginx and h2load: "
            "install them with `apt-get install nginx-light nghttp2-client`."
        )
        return 0
    try:
        page = _page(nginx, h2load, arguments.rounds, arguments.seconds)
    except BenchmarkFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(page, end="")
    arguments.output.write_text(page)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.passthrough", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of each case (default: 5)")
    parser.add_argument(
        "--seconds", type=float, default=1.0, help="of load in each (default: about 1)"
    )
    parser.add_argument("--output", type=Path, default=_RESULTS, help=f"(default: {_RESULTS})")
    return parser.parse_args()


def _found(program: str) -> str | None:
    """The path of a program; Debian keeps servers where only root's path leads."""
    return shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def _page(nginx: str, h2load: str, rounds: int, seconds: float) -> str:
    places = cores()
    with TemporaryDirectory() as name:
        folder = Path(name)
        bodies = folder / "answers"
        write_bodies(bodies)
        load = Load(h2load, bodies, places)
        with servers(nginx, folder, places) as (proxy, gateway):
            measured = measure(load, proxy, gateway, rounds, seconds)
    return report(measured, description())


if __name__ == "__main__":
    sys.exit(main())
