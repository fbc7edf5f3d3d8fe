"""Breaks gateways for minutes, and counts what came of it: make soak."""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from typing import NamedTuple

from tests.durability import disks, processes
from tests.durability.chance import chance
from tests.durability.failover import Pair, on_pair
from tests.durability.history import Answer
from tests.durability.places import on_postgres, on_sqlite
from tests.durability.servers import KillableServer, running_server
from tests.durability.world import Fault, World
from tests.nest import Nest

_FAULTS_OF_A_ROUND = 6
"""How many faults one database has to bear; then another one begins."""

_ON_SQLITE = (
    processes.kill,
    processes.kill_before_commit,
    processes.kill_between_commit,
    processes.kill_after_commit,
    processes.stop,
    disks.lock_for_a_moment,
    disks.lock_too_long,
    disks.stop_while_locked,
    disks.set_clock_back,
)
_OF_WORKERS = (processes.kill_workers,) * 3
_WORKERS = 2


class Round(NamedTuple):
    """A world, and what may happen in it."""

    world: World
    faults: Sequence[Fault]


Place = Callable[[Random], AbstractAsyncContextManager[Round]]


@dataclass
class Tally:
    """What came of all rounds."""

    faults: Counter[str] = field(default_factory=Counter[str])
    batches: Counter[Answer] = field(default_factory=Counter[Answer])
    violations: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        """The tally, a line for each kind."""
        faults = [f"  {count:5}  {name}" for name, count in sorted(self.faults.items())]
        batches = [f"  {self.batches[answer]:5}  {answer.name.lower()}" for answer in Answer]
        return "\n".join(
            [
                f"{self.faults.total()} faults:",
                *faults,
                f"{self.batches.total()} batches, by what their senders were told:",
                *batches,
                f"{len(self.violations)} violations.",
            ]
        )


async def soak(count: int, seed: int, places: Sequence[tuple[str, Place]]) -> Tally:
    """Have so many faults happen, in one place after the other."""
    tally = Tally()
    number = 0
    while tally.faults.total() < count:
        name, place = places[number % len(places)]
        random = chance(seed, number)
        async with place(random) as (world, faults):
            for fault in random.choices(faults, k=_FAULTS_OF_A_ROUND):
                await world.suffer(fault)
                tally.faults[f"{fault.__name__} on {name}"] += 1
        found = [f"Round {number} of seed {seed}: {problem}" for problem in world.violations()]
        print(f"Round {number} on {name}: {len(found)} violations", *found, sep="\n  ", flush=True)
        tally.violations += found
        tally.batches.update(attempt.answer for attempt in world.history.attempts if attempt.answer)
        number += 1
    return tally


@asynccontextmanager
async def _sqlite(nest: Nest, random: Random) -> AsyncGenerator[Round]:
    with TemporaryDirectory() as folder:
        async with on_sqlite(nest, Path(folder), random) as world:
            yield Round(world, (*_ON_SQLITE, disks.refuse_writes))


@asynccontextmanager
async def _sqlite_with_workers(nest: Nest, random: Random) -> AsyncGenerator[Round]:
    with TemporaryDirectory() as folder:
        async with on_sqlite(nest, Path(folder), random, workers=_WORKERS) as world:
            yield Round(world, (*_ON_SQLITE, *_OF_WORKERS))


@asynccontextmanager
async def _small_disk(nest: Nest, random: Random) -> AsyncGenerator[Round]:
    with TemporaryDirectory() as folder, disks.small_disk(Path(folder)) as disk:
        async with on_sqlite(nest, disk, random) as world:
            yield Round(world, (disks.fill_disk, processes.kill))


@asynccontextmanager
async def _postgres(
    nest: Nest, server: KillableServer, random: Random, *, workers: int = 1
) -> AsyncGenerator[Round]:
    async with on_postgres(nest, server, random, workers=workers) as (world, outages):
        faults = (
            processes.kill,
            processes.stop,
            disks.set_clock_back,
            outages.kill_before_commit,
            outages.kill_between_commit,
            outages.kill_after_commit,
            outages.lose_commit,
            outages.kill_server,
            outages.kill_first_of_server,
            outages.kill_backend,
            outages.restart_server,
            outages.terminate,
            outages.reset,
            outages.break_off,
            outages.freeze,
            outages.stop_while_frozen,
        )
        yield Round(world, (*faults, *(_OF_WORKERS if workers > 1 else ())))


@asynccontextmanager
async def _pair(nest: Nest, pair: Pair, random: Random) -> AsyncGenerator[Round]:
    async with on_pair(nest, pair, random) as world:
        yield Round(world, (pair.fail_over,))


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=200, help="how many at least")
    parser.add_argument("--seed", type=int, default=int(monotonic()), help="repeats a course")
    options = parser.parse_args()
    print(f"Seed {options.seed}", flush=True)
    with ExitStack() as stack:
        nest = stack.enter_context(Nest())
        server, *two = [stack.enter_context(running_server()) for _ in range(3)]
        pair = Pair(*two)
        places: list[tuple[str, Place]] = [
            ("SQLite", lambda random: _sqlite(nest, random)),
            ("PostgreSQL", lambda random: _postgres(nest, server, random)),
            ("a small disk", lambda random: _small_disk(nest, random)),
            ("SQLite with workers", lambda random: _sqlite_with_workers(nest, random)),
            (
                "PostgreSQL with workers",
                lambda random: _postgres(nest, server, random, workers=_WORKERS),
            ),
            ("a pair", lambda random: _pair(nest, pair, random)),
        ]
        if not disks.may_have_small_disks():
            print("Only root may have a small disk: none is filled.")
            del places[2]
        tally = asyncio.run(soak(options.faults, options.seed, places))
        print(tally)
        print(f"Seconds until something was saved again by a standby: {_range(pair.gaps)}")
    print(f"Seed {options.seed}")
    return 1 if tally.violations else 0


def _range(numbers: Sequence[float]) -> str:
    return f"{min(numbers):.2f} to {max(numbers):.2f}" if numbers else "never"


if __name__ == "__main__":
    sys.exit(_main())
