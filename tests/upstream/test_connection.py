"""A connection: what breaks it off, how long it waits, how much it holds."""

import asyncio
import hashlib
import socket
from typing import cast

import pytest

from gateway.upstream import (
    BrokenOff,
    StaleConnection,
    UpstreamRequest,
)
from tests.upstream.clock import settle
from tests.upstream.server import (
    OK,
    Spout,
    Talk,
    answering,
    captured_transports,
    engine,
    get,
    serving,
)

START = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "said", [b"", b"H", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 100 C\r\n\r\n"]
)
@pytest.mark.parametrize("is_reset", [False, True])
async def test_a_connection_that_ends_before_an_answer_breaks_off(
    said: bytes, *, is_reset: bool
) -> None:
    """
    The request was sent, once, and nobody knows what became of it.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(said)
        if is_reset:
            talk.reset()

    async with serving(script) as server, engine(server) as upstream:
        with pytest.raises(BrokenOff) as caught:
            await upstream.send(get())

    assert type(caught.value) is BrokenOff
    assert (caught.value.was_sent, caught.value.answered) == (True, False)
    assert [talk.received.count(b"GET") for talk in server.talks] == [1]


@pytest.mark.parametrize("is_reset", [False, True])
async def test_a_kept_connection_that_ends_before_an_answer_was_stale(*, is_reset: bool) -> None:
    """
    Callers can tell it from others, and send again what is safe to; the engine does not.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(OK)
        await talk.hear()
        if is_reset:
            talk.reset()

    async with serving(script) as server, engine(server) as upstream:
        await upstream.exchange(get(), max_answer_bytes=2)
        with pytest.raises(StaleConnection) as caught:
            await upstream.send(get())

    assert (caught.value.was_sent, caught.value.answered) == (True, False)
    assert [talk.received.count(b"GET") for talk in server.talks] == [2]


async def test_a_kept_connection_that_ends_in_an_answer_was_not_stale() -> None:
    """
    After one byte of an answer it has broken off.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(OK)
        await talk.hear()
        await talk.say(b"H")

    async with serving(script) as server, engine(server) as upstream:
        await upstream.exchange(get(), max_answer_bytes=2)
        with pytest.raises(BrokenOff) as caught:
            await upstream.send(get())

    assert type(caught.value) is BrokenOff


@pytest.mark.parametrize("is_reset", [False, True])
@pytest.mark.parametrize(
    "framing",
    [b"Content-Length: 10\r\n\r\nhalf", b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
)
async def test_a_body_that_breaks_off_does_not_look_complete(
    framing: bytes, *, is_reset: bool
) -> None:
    """
    What came is delivered, then the failure is raised, each time.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(START + framing)
        await half_was_read.wait()
        if is_reset:
            talk.reset()

    half_was_read = asyncio.Event()
    async with serving(script) as server, engine(server) as upstream:
        with await upstream.send(get()) as response:
            assert await response.read() == b"half"
            half_was_read.set()
            with pytest.raises(BrokenOff) as caught:
                await response.read()
            with pytest.raises(BrokenOff):
                await response.read()

    assert type(caught.value) is BrokenOff
    assert caught.value.answered


async def test_a_body_without_framing_that_is_reset_breaks_off() -> None:
    """
    Only an orderly end completes it.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(START + b"\r\nhalf")
        await half_was_read.wait()
        talk.reset()

    half_was_read = asyncio.Event()
    async with serving(script) as server, engine(server) as upstream:
        with await upstream.send(get()) as response:
            assert await response.read() == b"half"
            half_was_read.set()
            with pytest.raises(BrokenOff):
                await response.read()


async def test_an_upstream_that_ends_during_an_upload_breaks_it_off() -> None:
    """
    The body is not asked for more.
    """
    body = Spout()

    async def script(talk: Talk) -> None:
        await talk.hear(b"1\r\na\r\n")

    async with serving(script) as server, engine(server) as upstream:
        body.let(b"a")
        with pytest.raises(BrokenOff):
            await upstream.send(UpstreamRequest(b"PUT", b"/", [], body))


async def test_a_body_arrives_as_it_is_sent() -> None:
    """
    Each piece is there before the next one is said.
    """
    was_read = asyncio.Event()

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(START + b"Transfer-Encoding: chunked\r\n\r\n")
        for piece in (b"one", b"two", b""):
            await was_read.wait()
            was_read.clear()
            await talk.say(b"%x\r\n%b\r\n" % (len(piece), piece))
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        with await upstream.send(get()) as response:
            for piece in (b"one", b"two", b""):
                was_read.set()
                assert await response.read() == piece


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_download_waits_for_a_slow_caller(*, is_chunked: bool) -> None:
    """
    Of 64 MiB never more than a read of the system and a bit is held; all of it arrives.
    """
    piece = bytes(range(256)) * 256

    async def script(talk: Talk) -> None:
        await talk.hear()
        if is_chunked:
            await talk.say(START + b"Transfer-Encoding: chunked\r\n\r\n")
            await talk.say(*[b"%x\r\n%b\r\n" % (len(piece), piece)] * 1_024, b"0\r\n\r\n")
        else:
            await talk.say(START + b"Content-Length: %d\r\n\r\n" % (1 << 26), *[piece] * 1_024)
        await talk.hear()
        await talk.say(OK)
        await talk.hear_end()

    sizes: list[int] = []
    received = hashlib.sha256()
    async with serving(script) as server, engine(server) as upstream:
        with await upstream.send(get()) as response:
            while read := await response.read():
                sizes.append(len(read))
                received.update(read)
                await settle()
        assert (await upstream.exchange(get(), max_answer_bytes=2)).body == b"ok"

    assert received.digest() == hashlib.sha256(piece * 1_024).digest()
    assert max(sizes) <= (64 + 256) * 1_024
    assert len(server.talks) == 1


@pytest.mark.parametrize("is_answered", [False, True])
async def test_a_caller_who_goes_away_ends_the_exchange_at_once(*, is_answered: bool) -> None:
    """
    The upstream sees the end of the connection, before or within its answer.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        if is_answered:
            await talk.say(START + b"Content-Length: 10\r\n\r\n")
        was_heard.set()
        await talk.hear_end()

    was_heard = asyncio.Event()
    async with serving(script) as server, engine(server) as upstream:
        exchange = asyncio.create_task(upstream.exchange(get(), max_answer_bytes=10))
        await was_heard.wait()
        exchange.cancel()
        with pytest.raises(asyncio.CancelledError):
            await exchange
        await server.talks[0].is_over.wait()


async def test_a_caller_who_goes_away_in_an_upload_ends_it_at_once() -> None:
    """
    The upstream sees the end of the connection, and no end of the body.
    """

    async def script(talk: Talk) -> None:
        await talk.hear(b"1\r\na\r\n")
        was_heard.set()
        assert await talk.hear_end() == b""

    was_heard = asyncio.Event()
    body = Spout()
    async with serving(script) as server, engine(server) as upstream:
        body.let(b"a")
        exchange = asyncio.create_task(upstream.send(UpstreamRequest(b"PUT", b"/", [], body)))
        await was_heard.wait()
        exchange.cancel()
        with pytest.raises(asyncio.CancelledError):
            await exchange
        await server.talks[0].is_over.wait()


async def test_small_packets_are_not_delayed(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Nagle's algorithm is off.
    """
    transports = captured_transports(monkeypatch)
    async with serving(answering(OK)) as server, engine(server) as upstream:
        await upstream.exchange(get(), max_answer_bytes=2)
        own = transports[0].get_extra_info("socket")
        assert own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_bytes_after_a_failure_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A transport may deliver what it had read already, although it was told to stop.
    """
    transports = captured_transports(monkeypatch)
    flood = answering(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)
    async with serving(flood) as server, engine(server, max_head_bytes=100) as upstream:
        exchange = asyncio.create_task(upstream.send(get()))
        while not (transports and transports[0].is_closing()):
            await settle(1)
        connection = cast("asyncio.BufferedProtocol", transports[0].get_protocol())
        cast("memoryview", connection.get_buffer(-1))[: len(OK)] = OK
        connection.buffer_updated(len(OK))
        with pytest.raises(BrokenOff, match="too much"):
            await exchange
