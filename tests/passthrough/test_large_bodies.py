"""Bodies larger than the memory that the gateway may take, and ends of connections that pause."""

import asyncio
import os
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress

import pytest

from tests.passthrough.callers import End, calling, playing
from tests.passthrough.process import gateway_process, needs_proc
from tests.passthrough.wire import Headers

pytestmark = needs_proc

_MIB = 1 << 20
_LARGE = int(os.environ.get("TEST_TRANSFER_MIB", "128")) * _MIB
_MORE_THAN_SOCKETS_HOLD = 64 * _MIB
_GROWTH = 32 * _MIB
_FILLING = bytes(range(256)) * 256


def _body(size: int) -> Iterator[bytes]:
    """A body in pieces that differ."""
    for at in range(0, size, len(_FILLING)):
        yield b"%016x" % at + _FILLING[16:]


async def _checksum(pieces: AsyncIterator[bytes]) -> int:
    checksum = 0
    async for piece in pieces:
        checksum = zlib.crc32(piece, checksum)
    return checksum


def _checksum_of_body(size: int) -> int:
    checksum = 0
    for piece in _body(size):
        checksum = zlib.crc32(piece, checksum)
    return checksum


class _AutoSpot:
    """Takes bodies once it may read, and tells their checksum; gives bodies as large as asked for.

    What is called /silent is never answered.
    """

    def __init__(self) -> None:
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.said = 0

    async def play(self, caller: End) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                start, headers = await caller.head()
                method, target, _ = start.split(b" ")
                if target == b"/silent":
                    await caller.end()
                elif method == b"POST":
                    await self._take(caller, headers)
                else:
                    await self._give(caller, int(target[1:]))

    async def _take(self, caller: End, headers: Headers) -> None:
        await self.may_read.wait()
        checksum = b"%d" % await _checksum(caller.pieces(headers))
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(checksum)
        await caller.say(head, checksum)

    async def _give(self, caller: End, size: int) -> None:
        await caller.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        for piece in _body(size):
            await caller.say(piece)
            self.said += len(piece)


async def _upload(port: int, size: int) -> int:
    """Send a body; returns the checksum of what AutoSpot got."""
    async with calling(port) as end:
        await end.say(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size)
        await end.say(*_body(size))
        _, headers = await end.head()
        return int(b"".join([piece async for piece in end.pieces(headers)]))


async def _download(port: int, size: int) -> int:
    """Get a body; returns its checksum."""
    async with calling(port) as end:
        await end.say(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % size)
        _, headers = await end.head()
        return await _checksum(end.pieces(headers))


async def _time_out(port: int, times: int) -> list[int]:
    """Call somebody who never answers, until the gateway says so; returns the statuses."""
    statuses: list[int] = []
    for _ in range(times):
        async with calling(port) as end:
            await end.say(b"GET /silent HTTP/1.1\r\nHost: x\r\n\r\n")
            statuses.append(await end.status())
    return statuses


@pytest.mark.parametrize("transfer", [_upload, _download])
async def test_large_body(transfer: Callable[[int, int], Awaitable[int]]) -> None:
    """
    A body of 128 MiB passes either way while the gateway grows by less than 32 MiB.

    TEST_TRANSFER_MIB=1024 makes it 1 GiB.
    """
    async with playing(_AutoSpot().play) as upstream, gateway_process(upstream) as gateway:
        await transfer(gateway.port, _MIB)
        before = gateway.resident
        checksum = await transfer(gateway.port, _LARGE)
        growth = gateway.peak - before

    print(f"{_LARGE // _MIB} MiB passed; the gateway grew by {growth / _MIB:.1f} MiB.")
    assert checksum == _checksum_of_body(_LARGE)
    assert growth < _GROWTH


async def test_caller_who_pauses_in_a_download() -> None:
    """
    A caller who reads on late, after others have timed out, gets the whole body.

    Meanwhile neither AutoSpot nor the gateway's memory is ahead of the caller by much.
    """
    size = _MORE_THAN_SOCKETS_HOLD
    autospot = _AutoSpot()
    async with (
        playing(autospot.play) as upstream,
        gateway_process(upstream, upstream_timeout=0.2, answer_timeout=0.1) as gateway,
        calling(gateway.port) as caller,
    ):
        await _download(gateway.port, _MIB)
        before, autospot.said = gateway.resident, 0
        await caller.say(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % size)
        _, headers = await caller.head()
        statuses = await _time_out(gateway.port, times=3)
        growth, said = gateway.peak - before, autospot.said
        checksum = await _checksum(caller.pieces(headers))

    assert statuses == [504] * 3
    assert said < size
    assert growth < _GROWTH
    assert checksum == _checksum_of_body(size)


async def test_caller_who_pauses_in_an_upload() -> None:
    """
    A caller who sends the second half late, after others have timed out, is heard and answered.
    """
    async with (
        playing(_AutoSpot().play) as upstream,
        gateway_process(upstream, upstream_timeout=0.2) as gateway,
        calling(gateway.port) as caller,
    ):
        pieces = list(_body(_MIB))
        half = len(pieces) // 2
        await caller.say(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % _MIB)
        await caller.say(*pieces[:half])
        statuses = await _time_out(gateway.port, times=3)
        await caller.say(*pieces[half:])
        _, headers = await caller.head()
        checksum = b"".join([piece async for piece in caller.pieces(headers)])

    assert statuses == [504] * 3
    assert int(checksum) == _checksum_of_body(_MIB)


async def test_autospot_that_pauses_in_an_upload() -> None:
    """
    A caller cannot send more than fits on the way to an AutoSpot that does not read yet.

    Others are served meanwhile.
    """
    size = _MORE_THAN_SOCKETS_HOLD
    autospot = _AutoSpot()
    async with playing(autospot.play) as upstream, gateway_process(upstream) as gateway:
        await _upload(gateway.port, _MIB)
        before = gateway.resident
        autospot.may_read.clear()
        upload = asyncio.create_task(_upload(gateway.port, size))
        for _ in range(20):
            await _download(gateway.port, _MIB)
        growth, is_over = gateway.peak - before, upload.done()
        autospot.may_read.set()
        checksum = await upload

    assert not is_over
    assert growth < _GROWTH
    assert checksum == _checksum_of_body(size)
