"""The command: measures, prints tables, and writes them and a picture to files."""

import argparse
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.batches.beside import measure_beside
from benchmarks.batches.cases import SIZES
from benchmarks.batches.measuring import measure, measure_peaks
from benchmarks.batches.picture import picture
from benchmarks.batches.report import Group, by_case, cpu_ms, report
from benchmarks.batches.servers import Place, Server, embedded, remote
from benchmarks.batches.start import seconds_to_first_answer
from benchmarks.failure import BenchmarkFailed
from benchmarks.machine import cores, description, started_on

_PROJECT = Path(__file__).parents[2]
_MODES: dict[str, Callable[[Place], AbstractContextManager[list[Server]]]] = {
    "remote": remote,
    "embedded": embedded,
}
_PEAK_OF = 10_000


def main() -> int:
    """Run the benchmark; the exit code says whether it failed."""
    arguments = _arguments()
    try:
        groups = [_measured(mode, arguments) for mode in arguments.modes.split(",")]
        starts = [seconds_to_first_answer() for _ in range(arguments.rounds)]
    except BenchmarkFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    page = report(groups, starts, description(), arguments.rounds)
    print(page, end="")
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "batches.md").write_text(page)
    for group in groups:
        (arguments.pictures / f"performance-{group.mode}.svg").write_text(_picture(group))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batches", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of each case (default: 3)")
    parser.add_argument(
        "--seconds", type=float, default=0.4, help="of load in each (default: about 0.4)"
    )
    parser.add_argument(
        "--orders",
        default=",".join(map(str, SIZES)),
        help="sizes of batches (default: %(default)s)",
    )
    parser.add_argument("--modes", default=",".join(_MODES), help="(default: %(default)s)")
    parser.add_argument("--large", type=int, default=_PEAK_OF, help="(default: %(default)s orders)")
    results, documents = _PROJECT / "benchmarks" / "results", _PROJECT / "docs"
    parser.add_argument("--output", type=Path, default=results, help="(default: %(default)s)")
    parser.add_argument("--pictures", type=Path, default=documents, help="(default: %(default)s)")
    return parser.parse_args()


def _measured(mode: str, arguments: argparse.Namespace) -> Group:
    sizes = [int(size) for size in arguments.orders.split(",")]
    places = cores()
    with (
        TemporaryDirectory() as folder,
        _MODES[mode](Place(Path(folder), places)) as servers,
        started_on(places.others),
    ):
        peaks = measure_peaks(servers, arguments.large)
        measured = measure(servers, sizes, arguments.rounds, arguments.seconds)
        small = int(2_000 * arguments.seconds)
        return Group(mode, measured, peaks, measure_beside(servers[0], arguments.large, small))


def _picture(group: Group) -> str:
    lines = {
        server: {size: cpu_ms(samples) for size, samples in sizes.items()}
        for (server, operation), sizes in by_case(group.measured).items()
        if operation == "count"
    }
    return picture(f"CPU of the server for a mutation, {group.mode}", lines)


if __name__ == "__main__":
    sys.exit(main())
