"""Small requests beside large ones: how long one order waits while thousands are saved."""

import asyncio
import itertools
from collections.abc import Iterator
from typing import NamedTuple

import uvloop

from benchmarks.batches.cases import Case
from benchmarks.batches.load import Load, call, load_for
from benchmarks.batches.servers import Server

_SMALL_CALLERS = 4


class Beside(NamedTuple):
    """What callers with one order saw."""

    large: int
    """How many orders each of the large batches has."""
    alone: list[float]
    """Seconds of each request, when nobody else called."""
    beside: list[float]
    """Seconds of each request, beside a stream of large batches."""


def measure_beside(server: Server, large: int, count: int) -> Beside:
    """Send so many small requests alone, and so many beside batches of the large size."""
    small, stream = load_for(server, Case(1)), load_for(server, Case(large))
    alone = uvloop.run(_small(small, count))
    return Beside(large, alone, uvloop.run(_beside(small, stream, count)))


async def _small(load: Load, count: int) -> list[float]:
    own = [iter(load.requests(count // _SMALL_CALLERS)) for _ in range(_SMALL_CALLERS)]
    latencies = await asyncio.gather(*(call(load, requests, load.check) for requests in own))
    return [one for caller in latencies for one in caller]


async def _beside(small: Load, large: Load, count: int) -> list[float]:
    is_over = False

    def stream() -> Iterator[bytes]:
        for _ in itertools.count():
            if is_over:
                return
            yield from large.requests(1)

    streaming = asyncio.create_task(call(large, stream(), lambda _: None))
    try:
        return await _small(small, count)
    finally:
        is_over = True
        await streaming
