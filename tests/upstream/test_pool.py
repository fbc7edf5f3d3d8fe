"""Connections: how many there are, which one is used, how long one is kept."""

import asyncio
import random
import socket

import pytest

from gateway.upstream import (
    NoFreeConnection,
    NotConnected,
    Upstream,
    UpstreamAddress,
    UpstreamLimits,
    UpstreamRequest,
)
from tests.metrics import grown, told
from tests.upstream.clock import jump, settle, with_jumping_clock
from tests.upstream.server import (
    OK,
    Talk,
    answering,
    captured_transports,
    engine,
    get,
    serving,
    whole,
)

_CONNECTIONS = ("autospot_gateway_upstream_connections", "door=graphql")
_WAITING = ("autospot_gateway_upstream_waiting_exchanges", "door=graphql")
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhalf"


async def fetch(upstream: Upstream, target: bytes = b"/") -> bytes:
    """
    The body of an answer.
    """
    return (await upstream.exchange(get(target), max_answer_bytes=1_000)).body


async def test_the_connection_that_was_used_last_is_used_first() -> None:
    """
    The others grow old, and are closed.
    """
    async with serving(answering(OK, OK)) as server, engine(server) as upstream:
        one, other = await upstream.send(get(b"/1")), await upstream.send(get(b"/2"))
        for response in (other, one):
            with response:
                await whole(response)
        await fetch(upstream, b"/3")

    assert [b"/3" in talk.received for talk in server.talks] == [True, False]


async def test_exchanges_at_the_same_time_never_mix() -> None:
    """
    Of 400 on 8 connections, whose bytes come in small parts, each gets its own.
    """
    chance = random.Random(0)  # noqa: S311  # no secret

    async def echoing(talk: Talk) -> None:
        try:
            while True:
                target = (await talk.hear()).split()[1]
                body = await talk.hear_exactly(int(target[1:]) * 10)
                answer = b"HTTP/1.1 200 OK\r\nX-Target: %b\r\n" % target
                answer += b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
                while answer:
                    size = chance.randint(1, 2_000)
                    await talk.say(answer[:size])
                    await settle(chance.randint(0, 2))
                    answer = answer[size:]
        except asyncio.IncompleteReadError:
            return

    async def one(number: int) -> None:
        body = b"%010d" % number * number
        answer = await upstream.exchange(
            UpstreamRequest(b"POST", b"/%d" % number, [], body), max_answer_bytes=1_000_000
        )
        assert dict(answer.headers)[b"X-Target"] == b"/%d" % number
        assert (answer.body, answer.is_complete) == (body, True)

    async with serving(echoing) as server, engine(server, max_connections=8) as upstream:
        await asyncio.gather(*[one(number) for number in range(400)])

    assert len(server.talks) == 8


async def test_an_exchange_waits_for_a_free_connection() -> None:
    """
    Those who wait get it in the order in which they came; who goes away is passed over.
    """
    script = answering(OK, OK, OK)
    async with serving(script) as server, engine(server, max_connections=1) as upstream:
        with await upstream.send(get(b"/1")) as response:
            gone, second, third = (
                asyncio.create_task(fetch(upstream, target)) for target in (b"/x", b"/2", b"/3")
            )
            await settle()
            await whole(response)
            gone.cancel()
        assert [await second, await third] == [b"ok", b"ok"]

    heard = [line for line in server.talks[0].received.split(b"\r\n") if b"GET" in line]
    assert heard == [b"GET /%d HTTP/1.1" % number for number in (1, 2, 3)]
    assert gone.cancelled()


async def test_who_waits_for_a_connection_that_ends_gets_a_new_one() -> None:
    """
    There is room for it then.
    """
    scripts = answering(HALF), answering(OK)
    async with serving(*scripts) as server, engine(server, max_connections=1) as upstream:
        with await upstream.send(get()):
            waiting = asyncio.create_task(fetch(upstream))
            await settle()
        assert await waiting == b"ok"

    assert len(server.talks) == 2


async def test_a_connection_that_ends_as_it_is_handed_on_is_not_used() -> None:
    """
    Who waited for it makes a new one.
    """
    async with serving(answering(OK)) as server, engine(server, max_connections=1) as upstream:
        with await upstream.send(get()) as response:
            waiting = asyncio.create_task(fetch(upstream))
            await settle()
            await whole(response)
        server.talks[0].say_behind_the_loop(b"unasked")
        assert await waiting == b"ok"

    assert len(server.talks) == 2


async def test_a_connection_goes_on_when_who_waited_for_it_goes_away() -> None:
    """
    At the same moment: it was handed on, but not taken yet.
    """
    async with serving(answering(OK, OK)) as server, engine(server, max_connections=1) as upstream:
        with await upstream.send(get()) as response:
            gone, waiting = (asyncio.create_task(fetch(upstream, b"/%d" % n)) for n in range(2))
            await settle()
            await whole(response)
        gone.cancel()
        assert await waiting == b"ok"

    assert gone.cancelled()
    assert len(server.talks) == 1


@with_jumping_clock
async def test_nobody_waits_for_a_free_connection_for_long() -> None:
    """
    Nothing was sent; and a deadline may come first.
    """
    before = told()
    async with serving(answering(OK)) as server, engine(server, max_connections=1) as upstream:
        with await upstream.send(get()):
            deadline = asyncio.get_running_loop().time() + 3
            patient = asyncio.create_task(upstream.send(get()))
            hurried = asyncio.create_task(upstream.send(get(), deadline=deadline))
            await settle()
            meanwhile = grown(before, told())
            await jump(4)
            assert (patient.done(), hurried.done()) == (False, True)
            await jump(2)
            for waiting in (patient, hurried):
                with pytest.raises(NoFreeConnection, match="busy") as caught:
                    await waiting
                assert (caught.value.was_sent, caught.value.answered) == (False, False)

    assert server.talks[0].received.count(b"GET") == 1
    assert (meanwhile[_CONNECTIONS], meanwhile[_WAITING]) == (1, 2)
    assert {_CONNECTIONS, _WAITING}.isdisjoint(grown(before, told()))


async def test_bytes_that_nobody_asked_for_end_an_idle_connection() -> None:
    """
    They are no answer to the next request.
    """
    async with serving(answering(OK)) as server, engine(server) as upstream:
        await fetch(upstream)
        await server.talks[0].say(OK)
        await server.talks[0].is_over.wait()
        await fetch(upstream)

    assert [talk.received.count(b"GET") for talk in server.talks] == [1, 1]


async def test_bytes_after_an_answer_end_its_connection() -> None:
    """
    Also when they come before the answer was read.
    """
    async with serving(answering(OK)) as server, engine(server) as upstream:
        with await upstream.send(get()) as response:
            await server.talks[0].say(OK)
            await settle()
            assert await whole(response) == b"ok"
        await fetch(upstream)

    assert [talk.received.count(b"GET") for talk in server.talks] == [1, 1]


async def test_bytes_that_the_event_loop_has_not_seen_end_an_idle_connection_too() -> None:
    """
    A connection is looked at before it is used.
    """
    async with serving(answering(OK)) as server, engine(server) as upstream:
        await fetch(upstream)
        server.talks[0].say_behind_the_loop(OK)
        await fetch(upstream)

    assert [talk.received.count(b"GET") for talk in server.talks] == [1, 1]


async def test_a_connection_that_the_upstream_closed_is_not_used() -> None:
    """
    Idle, or complete and not yet given back.
    """

    async def closing(talk: Talk) -> None:
        await talk.hear()
        await talk.say(OK)
        await may_close.wait()

    may_close = asyncio.Event()
    async with serving(closing) as server, engine(server) as upstream:
        await fetch(upstream)
        may_close.set()
        await server.finish()
        await settle()
        with await upstream.send(get()) as response:
            await server.finish()
            await settle()
            assert await whole(response) == b"ok"
        await fetch(upstream)

    assert [talk.received.count(b"GET") for talk in server.talks] == [1, 1, 1]


async def test_an_answer_that_was_not_read_to_its_end_ends_its_connection() -> None:
    """
    Its rest could be taken for the next answer.
    """
    async with serving(answering(HALF)) as server, engine(server) as upstream:
        for _ in range(2):
            with await upstream.send(get()) as response:
                assert await response.read() == b"half"

    assert len(server.talks) == 2


async def test_an_answer_that_came_whole_need_not_be_read() -> None:
    """
    Its connection is used again, also when reading had been paused for the caller.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(b"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + b"x" * 60_000)
        await may_go_on.wait()
        await talk.say(b"x" * 10_000)
        await talk.hear()
        await talk.say(OK)
        await talk.hear_end()

    may_go_on = asyncio.Event()
    async with serving(script) as server, engine(server) as upstream:
        with await upstream.send(get()):
            await settle()
            may_go_on.set()
            await settle()
        assert await fetch(upstream) == b"ok"

    assert len(server.talks) == 1


async def test_no_connection_is_kept_with_no_time_to_keep_it() -> None:
    """
    A time of zero turns keeping off.
    """
    async with serving(answering(OK)) as server, engine(server, keepalive=0) as upstream:
        await fetch(upstream)
        await fetch(upstream)

    assert len(server.talks) == 2


@with_jumping_clock
async def test_idle_connections_are_closed_after_a_while() -> None:
    """
    Each when its own time is over, whether or not there are requests.
    """
    async with serving(answering(OK, OK)) as server, engine(server) as upstream:
        one, other = await upstream.send(get()), await upstream.send(get())
        one.close()
        await jump(2)
        other.close()
        await jump(1)
        assert not server.talks[0].is_over.is_set()
        await jump(2)
        await server.talks[0].is_over.wait()
        assert not server.talks[1].is_over.is_set()
        await jump(2)
        await server.talks[1].is_over.wait()
        await fetch(upstream)

    assert len(server.talks) == 3


async def test_a_closed_engine_keeps_no_connection() -> None:
    """
    Idle ones are closed with it, and others when their exchange ends.
    """
    async with serving(answering(OK, OK)) as server:
        async with engine(server) as upstream:
            await fetch(upstream)
            response = await upstream.send(get())
            await fetch(upstream)
        await server.talks[1].is_over.wait()
        assert not server.talks[0].is_over.is_set()
        assert await whole(response) == b"ok"
        response.close()
        response.close()
        await server.talks[0].is_over.wait()


async def test_a_closed_answer_cannot_be_read() -> None:
    """
    Its connection may be another caller's by then.
    """
    async with serving(answering(OK)) as server, engine(server) as upstream:
        with await upstream.send(get()) as response:
            pass
        with pytest.raises(RuntimeError, match="closed"):
            await response.read()


def unused_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("127.0.0.1", "Connection refused"),
        ("localhost", "refused|none of its addresses"),
        ("no-such-host.invalid", "host is not known"),
    ],
)
async def test_without_a_connection_nothing_is_sent(host: str, why: str) -> None:
    """
    The failure says why, and the next exchange tries anew.
    """
    address = UpstreamAddress.parse(f"http://{host}:{unused_port()}")
    async with Upstream(address, UpstreamLimits(max_connections=1)) as upstream:
        for _ in range(2):
            with pytest.raises(NotConnected, match=why) as caught:
                await upstream.send(get())
            assert (caught.value.was_sent, caught.value.answered) == (False, False)


async def test_connecting_takes_no_longer_than_it_may() -> None:
    """
    Here the listener's queue is full, so that the system gets no answer.
    """
    with socket.socket() as listener, socket.socket() as first:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address, port = listener.getsockname()
        first.connect((address, port))
        limits = UpstreamLimits(connect_timeout=0.05)
        async with Upstream(UpstreamAddress.parse(f"http://{address}:{port}"), limits) as upstream:
            with pytest.raises(NotConnected, match="too long"):
                await upstream.send(get())


async def test_who_goes_away_while_connecting_frees_the_place() -> None:
    """
    The next one makes a connection.
    """
    async with serving(answering(OK)) as server, engine(server, max_connections=1) as upstream:
        gone = asyncio.create_task(fetch(upstream))
        await settle(1)
        gone.cancel()
        assert await fetch(upstream) == b"ok"

    assert gone.cancelled()


async def test_a_connection_that_ends_at_once_was_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Nothing is sent on it.
    """
    async with serving(answering()) as server, engine(server) as upstream:
        transports = captured_transports(monkeypatch, are_closed=True)
        with pytest.raises(NotConnected, match="at once"):
            await upstream.send(get())

    assert transports[0].is_closing()
    assert [talk.received for talk in server.talks] == [b""]
