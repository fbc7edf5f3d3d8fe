"""A thousand event streams through one gateway at the same time."""

import asyncio
import resource
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, aclosing

import pytest

from tests.passthrough.callers import End, calling, playing
from tests.passthrough.process import gateway_process, needs_proc

pytestmark = needs_proc

_STREAMS = 1_000
_FILES = 4 * _STREAMS
_GROWTH = 64 << 20
_AT_ONCE = 50


@pytest.fixture(autouse=True)
def _enough_files() -> Generator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < _FILES:
        pytest.skip(f"A process may open too few files: allow {_FILES}, with ulimit -Hn.")
    if soft != resource.RLIM_INFINITY and soft < _FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class _AutoSpot:
    """Says an event on every stream when it is told to, each with the stream's name."""

    def __init__(self, rounds: int) -> None:
        self.rounds = [asyncio.Event() for _ in range(rounds)]

    async def play(self, caller: End) -> None:
        start, _ = await caller.head()
        await caller.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        for number, is_due in enumerate(self.rounds):
            await is_due.wait()
            await caller.say(b"data: %b %d\n\n" % (start.split(b" ")[1], number))


async def _open(stack: AsyncExitStack, port: int, number: int) -> AsyncGenerator[bytes]:
    end = await stack.enter_async_context(calling(port))
    await end.say(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % number)
    _, headers = await end.head()
    return await stack.enter_async_context(aclosing(end.pieces(headers)))


async def test_thousand_event_streams() -> None:
    """
    Each of 1,000 callers gets each of its events before the next is said, and then the end.

    A stream takes less than 64 KiB of the gateway's memory.
    """
    autospot = _AutoSpot(rounds=3)
    heard: list[list[bytes]] = []
    async with (
        playing(autospot.play) as upstream,
        gateway_process(upstream) as gateway,
        AsyncExitStack() as stack,
    ):
        before = gateway.resident
        streams: list[AsyncGenerator[bytes]] = []
        for first in range(0, _STREAMS, _AT_ONCE):
            numbers = range(first, first + _AT_ONCE)
            streams += await asyncio.gather(*(_open(stack, gateway.port, n) for n in numbers))
        for is_due in autospot.rounds:
            is_due.set()
            heard.append(await asyncio.gather(*map(anext, streams)))
        rests = [[piece async for piece in stream] for stream in streams]
        growth = gateway.peak - before

    print(f"The gateway grew by {growth / _STREAMS / 1_024:.0f} KiB a stream.")
    assert heard == [
        [b"data: /%d %d\n\n" % (number, turn) for number in range(_STREAMS)] for turn in range(3)
    ]
    assert rests == [[]] * _STREAMS
    assert growth < _GROWTH
