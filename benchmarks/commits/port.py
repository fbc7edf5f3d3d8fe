"""The load at the port, without HTTP: callers who send one repair order after the other."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from benchmarks.batches.orders import SHOP, UNIQUE, rest_body
from benchmarks.commits.cases import CALLERS, CASES, Case
from benchmarks.commits.stores import Pair
from benchmarks.failure import BenchmarkFailed
from gateway.backing import LocalAutoSpot
from gateway.contract import Batch, Caller, Limits, Saved, Verb, at_once, read_batch, reading_shops

_CALLER = Caller("benchmark", can_write=True, shop_ids=None)
_PATCH = b'[{"shop_id":%d,"repair_orders":[{"repair_number":"%b-0","status":"%08d"}]}]'
_serial = iter(range(10**8))


class Sample(NamedTuple):
    """What callers saw."""

    rate: float
    """Orders a second."""
    latencies: list[float]
    """Seconds of each request."""


class Round(NamedTuple):
    """A case by both kinds of stores, one after the other."""

    case: Case
    callers: int
    shared: Sample
    one_by_one: Sample


async def measure_at_port(pairs: Mapping[str, Pair], rounds: int, seconds: float) -> list[Round]:
    """Load each store for about so many seconds at a time, with all cases interleaved.

    One caller comes first, as long as both stores of a pair hold as much.
    """
    measured: list[Round] = []
    for callers in (1, CALLERS):
        loads = [[_Load(store, case, callers) for store in pairs[case.engine]] for case in CASES]
        for both in loads:
            for load in both:
                await load.warm_up(seconds)
        for number in range(rounds):
            for shared, one_by_one in loads:
                # Neither is always the one that finds the disk as the other has left it.
                turns = [shared, one_by_one] if number % 2 else [one_by_one, shared]
                samples = {load: await load.send() for load in turns}
                measured.append(Round(shared.case, callers, samples[shared], samples[one_by_one]))
    return measured


class _Load:
    """Requests of a case for one store."""

    def __init__(self, autospot: LocalAutoSpot, case: Case, callers: int) -> None:
        self.case = case
        self._autospot = autospot
        self._save = autospot.create if case.verb == "POST" else autospot.update
        self._names = [b"%08d" % next(_serial) for _ in range(callers)]
        self._each = 4
        """How many requests each of the callers sends."""

    async def warm_up(self, seconds: float) -> None:
        """Create what is patched, and find out how many requests take so many seconds."""
        create = [[_created(name)] for name in self._names]
        await asyncio.gather(*(_call(self._autospot.create, batches) for batches in create))
        rate = (await self.send()).rate
        self._each = max(1, int(rate * seconds / len(self._names)))

    async def send(self) -> Sample:
        """Send what all callers send, together."""
        batches = [[self._batch(name) for _ in range(self._each)] for name in self._names]
        started = time.perf_counter()
        latencies = await asyncio.gather(*(_call(self._save, own) for own in batches))
        took = time.perf_counter() - started
        return Sample(self._each * len(batches) / took, [one for own in latencies for one in own])

    def _batch(self, name: bytes) -> Batch:
        number = next(_serial)
        if self.case.verb == "POST":
            return _created(b"%08d" % number)
        return read_batch(
            at_once(reading_shops(_PATCH % (SHOP, name, number))), Verb.UPDATE, Limits()
        )


def _created(name: bytes) -> Batch:
    body = rest_body(1).replace(UNIQUE, name)
    return read_batch(at_once(reading_shops(body)), Verb.CREATE, Limits())


async def _call(
    save: Callable[[Batch, Caller], Awaitable[Saved]], batches: Sequence[Batch]
) -> list[float]:
    """Save batches one after the other; returns the seconds of each."""
    latencies: list[float] = []
    for batch in batches:
        started = time.perf_counter()
        saved = await save(batch, _CALLER)
        latencies.append(time.perf_counter() - started)
        if len(saved.orders) != 1:
            raise BenchmarkFailed("The store did not save an order.")
    return latencies
