"""An answer that begins before the request has ended."""

import asyncio

import pytest

from tests.passthrough.callers import End, calling, gateway, playing

_PIECE = bytes(range(256)) * 256
_CHUNK = b"10000\r\n%b\r\n" % _PIECE
_COUNT = 256


@pytest.mark.parametrize(
    ("framing", "sent", "last"),
    [
        (b"Content-Length: %d" % (len(_PIECE) * _COUNT), _PIECE, b""),
        (b"Transfer-Encoding: chunked", _CHUNK, b"0\r\n\r\n"),
    ],
    ids=["length", "chunked"],
)
async def test_request_goes_on_after_the_answer_began(
    framing: bytes, sent: bytes, last: bytes
) -> None:
    """
    AutoSpot gets the whole of a request that it began to answer with success.

    It begins to read only when it was sent more than fits on the way to it.
    """
    is_full = asyncio.Event()
    heard = bytearray()

    async def play(caller: End) -> None:
        _, headers = await caller.head()
        await caller.say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")
        await is_full.wait()
        async for piece in caller.pieces(headers):
            heard.extend(piece)
        await caller.say(b"k")
        await caller.end()

    async with playing(play) as upstream, gateway(upstream) as port, calling(port) as caller:
        await caller.say(b"POST /a HTTP/1.1\r\nHost: x\r\n%b\r\n\r\n" % framing)
        status = await caller.status()
        for _ in range(_COUNT):
            caller.writer.write(sent)
            if caller.writer.transport.get_write_buffer_size():
                is_full.set()
                await caller.writer.drain()
        is_full.set()
        await caller.say(last)
        body = await caller.reader.readexactly(2)

    assert (status, body) == (200, b"ok")
    assert heard == _PIECE * _COUNT


@pytest.mark.parametrize("status", [200, 401])
async def test_caller_goes_away_after_the_answer_began(status: int) -> None:
    """
    When a caller goes away in the middle of both bodies, the exchange with AutoSpot ends at once.
    """
    ended = asyncio.Event()

    async def play(caller: End) -> None:
        await caller.head()
        await caller.say(b"HTTP/1.1 %d Early\r\nContent-Length: 2\r\n\r\no" % status)
        await caller.reader.read()
        ended.set()

    async with playing(play) as upstream, gateway(upstream) as port, calling(port) as caller:
        await caller.say(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
        heard = await caller.status()
        caller.hang_up()
        await ended.wait()

    assert heard == status
