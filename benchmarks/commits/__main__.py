"""The command: measures, prints tables, and writes them to a file."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.commits.http import HttpRound, gateways, measure_over_http
from benchmarks.commits.port import Round, measure_at_port
from benchmarks.commits.report import report
from benchmarks.commits.stores import pairs
from benchmarks.failure import BenchmarkFailed
from benchmarks.machine import cores, description, load_average, started_on
from tests.postgres import running_postgres

_RESULTS = Path(__file__).parents[1] / "results" / "commits.md"


def main() -> int:
    """Run the benchmark; the exit code says whether it failed."""
    arguments = _arguments()
    machine = f"{description()}, load average {load_average():.1f} before it began"
    try:
        at_port = uvloop.run(_at_port(arguments.rounds, arguments.seconds))
        over_http = _over_http(arguments.rounds, arguments.seconds)
    except BenchmarkFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    page = report(at_port, over_http, machine, arguments.rounds)
    print(page, end="")
    arguments.output.write_text(page)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.commits", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of each case (default: 5)")
    parser.add_argument(
        "--seconds", type=float, default=1.0, help="of load in each (default: about 1)"
    )
    parser.add_argument("--output", type=Path, default=_RESULTS, help=f"(default: {_RESULTS})")
    return parser.parse_args()


async def _at_port(rounds: int, seconds: float) -> list[Round]:
    with TemporaryDirectory() as folder, running_postgres(is_durable=True) as server:
        async with pairs(Path(folder), server) as opened:
            return await measure_at_port(opened, rounds, seconds)


def _over_http(rounds: int, seconds: float) -> list[HttpRound]:
    places = cores()
    with (
        TemporaryDirectory() as folder,
        gateways(Path(folder), places) as servers,
        started_on(places.others),
    ):
        return measure_over_http(servers, rounds, seconds)


if __name__ == "__main__":
    sys.exit(main())
