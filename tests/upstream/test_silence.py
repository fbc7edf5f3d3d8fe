"""How long the engine waits: only while the upstream owes something."""

import asyncio

import pytest

from gateway.upstream import NotConnected, TimedOut, UpstreamRequest
from tests.upstream.clock import jump, settle, with_jumping_clock
from tests.upstream.server import (
    OK,
    Pieces,
    Spout,
    Talk,
    answering,
    engine,
    get,
    serving,
    whole,
)

START = b"HTTP/1.1 200 OK\r\n"
LARGE = b"x" * (1 << 25)


async def test_a_silent_upstream_is_left() -> None:
    """
    The request was sent, and its connection is closed.
    """
    async with serving(answering(b"")) as server, engine(server, read_timeout=0.05) as upstream:
        with pytest.raises(TimedOut, match=r"silent for 0\.05 seconds") as caught:
            await upstream.send(get())
        await server.talks[0].is_over.wait()

    assert (caught.value.was_sent, caught.value.answered) == (True, False)


@with_jumping_clock
async def test_each_byte_of_an_answer_is_waited_for_anew() -> None:
    """
    An answer may take as long as it likes, if only there is no silence in it.
    """
    may_say = asyncio.Event()

    async def script(talk: Talk) -> None:
        await talk.hear()
        for part in (
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP",
            START[4:],
            b"Content-Length: 2\r\n",
        ):
            await may_say.wait()
            may_say.clear()
            await talk.say(part)
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        exchange = asyncio.create_task(upstream.send(get()))
        await settle()
        for _ in range(4):
            await jump(29)
            may_say.set()
            await settle()
        await jump(29)
        assert not exchange.done()
        await jump(2)
        with pytest.raises(TimedOut, match="silent for 30 seconds") as caught:
            await exchange

    assert not caught.value.answered


@with_jumping_clock
async def test_silence_within_a_body_is_not_waited_for_either() -> None:
    """
    What came is delivered, and the failure says that there was an answer.
    """
    async with serving(answering(START + b"Content-Length: 5\r\n\r\nhalf")) as server:
        async with engine(server) as upstream:
            with await upstream.send(get()) as response:
                assert await response.read() == b"half"
                reading = asyncio.create_task(response.read())
                await settle()
                await jump(29)
                assert not reading.done()
                await jump(2)
                with pytest.raises(TimedOut) as caught:
                    await reading

    assert caught.value.answered


@with_jumping_clock
async def test_a_caller_may_pause_an_upload() -> None:
    """
    Time runs against the upstream only from the last piece on.
    """
    body = Spout()

    async def script(talk: Talk) -> None:
        await talk.hear(b"0\r\n\r\n")
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        exchange = asyncio.create_task(upstream.send(UpstreamRequest(b"PUT", b"/", [], body)))
        await settle()
        for piece in (b"a", b"b", None):
            await jump(29)
            await jump(1_000)
            body.let(piece)
            await settle()
        await jump(29)
        assert not exchange.done()
        await jump(2)
        with pytest.raises(TimedOut):
            await exchange


@with_jumping_clock
async def test_a_caller_may_pause_a_download() -> None:
    """
    An answer that nobody reads is not late.
    """
    async with serving(answering(START + b"Content-Length: 5\r\n\r\nhalf", OK)) as server:
        async with engine(server) as upstream:
            with await upstream.send(get()) as response:
                for _ in range(3):
                    await jump(1_000)
                assert await response.read() == b"half"
                await jump(1_000)
                reading = asyncio.create_task(response.read())
                await settle()
                await jump(29)
                assert not reading.done()
                reading.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await reading


@with_jumping_clock
@pytest.mark.parametrize("is_in_pieces", [False, True])
async def test_an_upstream_must_read_an_upload(*, is_in_pieces: bool) -> None:
    """
    It may read slowly, but not pause.
    """
    may_read = asyncio.Event()

    async def script(talk: Talk) -> None:
        await talk.hear()
        for _ in range(4):
            await may_read.wait()
            may_read.clear()
            await talk.hear_exactly(1 << 22)
        await is_late.wait()

    is_late = asyncio.Event()
    body = Pieces(LARGE, b"x") if is_in_pieces else LARGE
    async with serving(script) as server, engine(server) as upstream:
        exchange = asyncio.create_task(upstream.send(UpstreamRequest(b"PUT", b"/", [], body)))
        await settle(500)
        for _ in range(4):
            await jump(29)
            may_read.set()
            await settle(500)
        assert not exchange.done()
        await jump(29)
        await jump(31)
        with pytest.raises(TimedOut):
            await exchange
        is_late.set()


@with_jumping_clock
async def test_an_upload_that_goes_on_starts_the_time_anew() -> None:
    """
    When there is room again the caller's next piece may take its time.
    """
    may_read = asyncio.Event()
    body = Spout()

    async def script(talk: Talk) -> None:
        await talk.hear()
        await may_read.wait()
        await talk.hear_exactly(len(LARGE))
        await talk.hear_end()

    headers = [(b"Content-Length", b"%d" % (len(LARGE) + 1))]
    async with serving(script) as server, engine(server) as upstream:
        exchange = asyncio.create_task(upstream.send(UpstreamRequest(b"PUT", b"/", headers, body)))
        body.let(LARGE)
        await settle(500)
        await jump(29)
        may_read.set()
        await settle(2_000)
        await jump(29)
        await jump(1_000)
        assert not exchange.done()
        body.let(b"x")
        await settle()
        await jump(31)
        with pytest.raises(TimedOut):
            await exchange


@with_jumping_clock
async def test_a_deadline_is_for_the_whole_exchange() -> None:
    """
    It ends a head that comes late, and leaves a late body incomplete.
    """
    async with serving(
        answering(OK, b""), answering(START + b"Content-Length: 5\r\n\r\nhalf")
    ) as server:
        async with engine(server) as upstream:
            await upstream.exchange(get(), max_answer_bytes=10)
            deadline = asyncio.get_running_loop().time() + 10
            late = asyncio.create_task(
                upstream.exchange(get(), max_answer_bytes=10, deadline=deadline)
            )
            half = asyncio.create_task(
                upstream.exchange(get(), max_answer_bytes=10, deadline=deadline)
            )
            await settle()
            await jump(9)
            assert not late.done()
            assert not half.done()
            await jump(2)
            with pytest.raises(TimedOut, match="deadline"):
                await late
            answer = await half

    assert (answer.status, answer.body, answer.is_complete) == (200, b"half", False)


async def test_after_the_deadline_nothing_is_sent() -> None:
    """
    It fails as if there was no connection.
    """
    async with serving(answering()) as server, engine(server) as upstream:
        now = asyncio.get_running_loop().time()
        with pytest.raises(NotConnected, match="deadline") as caught:
            await upstream.exchange(get(), max_answer_bytes=10, deadline=now)

    assert not caught.value.was_sent
    assert server.talks == []


@with_jumping_clock
async def test_a_kept_connection_may_be_silent() -> None:
    """
    Between two exchanges nobody waits, and the second is waited for as long as the first.
    """
    async with serving(answering(OK, b"")) as server, engine(server, keepalive=1_000) as upstream:
        await upstream.exchange(get(), max_answer_bytes=10)
        await jump(31)
        exchange = asyncio.create_task(upstream.exchange(get(), max_answer_bytes=10))
        await settle()
        await jump(29)
        assert not exchange.done()
        await jump(2)
        with pytest.raises(TimedOut):
            await exchange

    assert len(server.talks) == 1
