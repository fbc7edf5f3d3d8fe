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
)

START = b"HTTP/1.1 200 OK\r\n"
HALF = START + b"Content-Length: 5\r\n\r\nhalf"
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
    async with serving(answering(HALF)) as server, engine(server) as upstream:
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
async def test_a_part_of_an_answer_that_has_come_is_not_late() -> None:
    """
    Also when the event loop had no turn to see it before the time was over.
    """
    async with serving(answering(b"")) as server, engine(server) as upstream:
        exchange = asyncio.create_task(upstream.exchange(get(), max_answer_bytes=2))
        await settle()
        server.talks[0].say_behind_the_loop(OK[:10])
        await jump(31)
        await server.talks[0].say(OK[10:])
        assert (await exchange).body == b"ok"


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
async def test_the_end_of_an_upload_starts_the_time_anew() -> None:
    """
    Also when the caller's pause before it had been noticed a while ago.
    """
    body = Spout()

    async def script(talk: Talk) -> None:
        await talk.hear(b"0\r\n\r\n")
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        exchange = asyncio.create_task(upstream.send(UpstreamRequest(b"PUT", b"/", [], body)))
        await settle()
        await jump(31)
        await jump(20)
        body.let(None)
        await settle()
        await jump(20)
        assert not exchange.done()
        await jump(11)
        assert exchange.done()
        with pytest.raises(TimedOut):
            await exchange


@with_jumping_clock
async def test_a_refused_caller_may_pause_but_not_the_upstream() -> None:
    """
    What was not sent of the request does not count once it was refused.
    """
    body = Spout()
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\n"
    async with serving(answering(refusal)) as server, engine(server) as upstream:
        with await upstream.send(UpstreamRequest(b"PUT", b"/", [], body)) as response:
            reading = asyncio.create_task(response.read())
            await settle()
            await jump(31)
            assert reading.done()
            with pytest.raises(TimedOut):
                await reading


@with_jumping_clock
async def test_a_caller_may_pause_a_download() -> None:
    """
    An answer that nobody reads is not late.
    """
    async with serving(answering(HALF)) as server, engine(server) as upstream:
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
    It may read slowly, but not pause: what the system holds is looked at once in 30 s.
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
        for _ in range(3):
            await jump(31)
        assert exchange.done()
        with pytest.raises(TimedOut):
            await exchange
        is_late.set()


@with_jumping_clock
async def test_a_large_body_that_was_read_starts_the_time_anew() -> None:
    """
    The answer to it may take its time.
    """
    may_read = asyncio.Event()

    async def script(talk: Talk) -> None:
        await talk.hear()
        await may_read.wait()
        await talk.hear_exactly(len(LARGE))
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        exchange = asyncio.create_task(upstream.send(UpstreamRequest(b"PUT", b"/", [], LARGE)))
        await settle(500)
        await jump(20)
        may_read.set()
        await settle(2_000)
        await jump(20)
        await jump(9)
        assert not exchange.done()
        for _ in range(2):
            await jump(31)
        assert exchange.done()
        with pytest.raises(TimedOut):
            await exchange


@with_jumping_clock
async def test_an_upload_that_gets_stuck_has_its_own_time() -> None:
    """
    The caller's pause before it does not count, nor does the one after it.
    """
    may_read = asyncio.Event()
    is_left = asyncio.Event()
    body = Spout()

    async def script(talk: Talk) -> None:
        await talk.hear()
        await may_read.wait()
        await talk.hear_exactly(len(LARGE))
        await is_left.wait()

    headers = [(b"Content-Length", b"%d" % (2 * len(LARGE)))]
    async with serving(script) as server, engine(server) as upstream:
        exchange = asyncio.create_task(upstream.send(UpstreamRequest(b"PUT", b"/", headers, body)))
        await settle()
        await jump(29)
        body.let(LARGE)
        await settle(500)
        await jump(29)
        assert not exchange.done()
        may_read.set()
        await settle(2_000)
        await jump(29)
        await jump(1_000)
        assert not exchange.done()
        body.let(LARGE)
        await settle(500)
        for _ in range(2):
            await jump(31)
        assert exchange.done()
        with pytest.raises(TimedOut):
            await exchange
        is_left.set()


@with_jumping_clock
async def test_a_deadline_is_for_the_whole_exchange() -> None:
    """
    It ends a head that comes late, and leaves a late body incomplete.
    """
    scripts = answering(OK, b""), answering(HALF)
    async with serving(*scripts) as server, engine(server) as upstream:
        await upstream.exchange(get(), max_answer_bytes=10)
        deadline = asyncio.get_running_loop().time() + 10
        late, half = (
            asyncio.create_task(upstream.exchange(get(), max_answer_bytes=10, deadline=deadline))
            for _ in range(2)
        )
        await settle()
        await jump(9)
        assert not late.done()
        assert not half.done()
        await jump(2)
        assert late.done()
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
    Between two exchanges nobody waits, nor counts the deadline of the first.
    """
    async with serving(answering(OK, b"")) as server, engine(server, keepalive=1_000) as upstream:
        deadline = asyncio.get_running_loop().time() + 10
        await upstream.exchange(get(), max_answer_bytes=10, deadline=deadline)
        await jump(31)
        exchange = asyncio.create_task(upstream.exchange(get(), max_answer_bytes=10))
        await settle()
        await jump(29)
        assert not exchange.done()
        await jump(2)
        with pytest.raises(TimedOut):
            await exchange

    assert len(server.talks) == 1
