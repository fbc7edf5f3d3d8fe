"""Requests, as the upstream receives them."""

import asyncio

import pytest

from gateway.upstream import UpstreamRequest
from tests.upstream.clock import settle
from tests.upstream.server import (
    NO_CONTENT,
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

HEADERS = [
    (b"hOST", b"Upstream:1"),
    (b"X-Twice", b"1"),
    (b"Accept", b""),
    (b"x-twice", b" \xe9\xff  2 "),
    (b"X-Twice", b"1"),
]
HEADER_LINES = (
    b"hOST: Upstream:1\r\nX-Twice: 1\r\nAccept: \r\nx-twice:  \xe9\xff  2 \r\nX-Twice: 1\r\n"
)


@pytest.mark.parametrize(
    ("request_", "sent"),
    [
        (
            UpstreamRequest(b"GET", b"/a%2Fb//./..;x=+?\xc3\xa9?", HEADERS),
            b"GET /a%2Fb//./..;x=+?\xc3\xa9? HTTP/1.1\r\n" + HEADER_LINES + b"\r\n",
        ),
        (UpstreamRequest(b"purge", b"*", []), b"purge * HTTP/1.1\r\n\r\n"),
        (
            UpstreamRequest(b"POST", b"/", [], b"{}"),
            b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
        ),
        (
            UpstreamRequest(b"POST", b"/", [], b""),
            b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            UpstreamRequest(b"POST", b"/", [(b"content-LENGTH", b"2\t"), (b"A", b"b")], b"{}"),
            b"POST / HTTP/1.1\r\ncontent-LENGTH: 2\t\r\nA: b\r\n\r\n{}",
        ),
        (
            UpstreamRequest(b"POST", b"/", [(b"Content-Length", b"0")]),
            b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            UpstreamRequest(b"PUT", b"/", [(b"Content-Length", b"3")], Pieces(b"a", b"", b"bc")),
            b"PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
        ),
        (
            UpstreamRequest(b"PUT", b"/", [(b"A", b"b")], Pieces(b"a", b"", b"b" * 17)),
            b"PUT / HTTP/1.1\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"1\r\na\r\n11\r\n" + b"b" * 17 + b"\r\n0\r\n\r\n",
        ),
        (
            UpstreamRequest(
                b"PUT", b"/", [(b"Transfer-encoding", b"Chunked"), (b"A", b"b")], Pieces(b"a")
            ),
            b"PUT / HTTP/1.1\r\nTransfer-encoding: Chunked\r\nA: b\r\n\r\n1\r\na\r\n0\r\n\r\n",
        ),
    ],
)
async def test_a_request_arrives_byte_for_byte(request_: UpstreamRequest, sent: bytes) -> None:
    """
    Nothing is changed, and nothing added but the framing of a body that had none.
    """

    async def script(talk: Talk) -> None:
        await talk.hear_exactly(len(sent))
        await talk.say(NO_CONTENT)
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        with await upstream.send(request_) as response:
            assert response.status == 204

    assert server.talks[0].received == sent


@pytest.mark.parametrize("size", [1, 64 * 1024, 8 * 1024 * 1024])
async def test_a_body_of_any_size_arrives(size: int) -> None:
    """
    Small or large, whole or in pieces, it is the same for the upstream.
    """
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    length = (b"Content-Length", b"%d" % size)

    async def script(talk: Talk) -> None:
        for _ in range(2):
            await talk.hear()
            assert await talk.hear_exactly(size) == body
            await talk.say(NO_CONTENT)
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        for sent in (body, Pieces(body[: size // 2], body[size // 2 :])):
            with await upstream.send(UpstreamRequest(b"POST", b"/", [length], sent)) as response:
                assert response.status == 204

    assert len(server.talks) == 1


async def test_a_small_request_arrives_at_once() -> None:
    """
    Head and body are one write, which the upstream reads in one go.
    """
    sent = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"

    async def script(talk: Talk) -> None:
        assert await talk.hear_some() == sent
        await talk.say(NO_CONTENT)
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        await upstream.exchange(UpstreamRequest(b"POST", b"/", [], b"{}"), max_answer_bytes=0)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (UpstreamRequest(b"GET", b"/\r\nA: b", []), "line break"),
        (UpstreamRequest(b"GET", b"/\n", []), "line break"),
        (UpstreamRequest(b"GET\r", b"/", []), "line break"),
        (UpstreamRequest(b"GET", b"/", [(b"A", b"b\r\nC: d")]), "line break"),
        (UpstreamRequest(b"GET", b"/", [(b"A\n", b"b")]), "line break"),
        (UpstreamRequest(b"GET", b"/a b", []), "no space"),
        (UpstreamRequest(b"GET /", b"/", []), "no space"),
        (UpstreamRequest(b"", b"/", []), "not empty"),
        (UpstreamRequest(b"GET", b"", []), "not empty"),
        (UpstreamRequest(b"GET", b"/", [(b"Content-Length", b"1")]), "contradict"),
        (UpstreamRequest(b"PUT", b"/", [(b"Content-Length", b"1")], b"{}"), "contradict"),
        (UpstreamRequest(b"PUT", b"/", [(b"Transfer-Encoding", b"chunked")], b"{}"), "contradict"),
        (UpstreamRequest(b"PUT", b"/", [(b"Transfer-Encoding", b"chunked")]), "contradict"),
        (UpstreamRequest(b"PUT", b"/", [(b"Content-Length", b"+2")], b"{}"), "one plain way"),
        (UpstreamRequest(b"PUT", b"/", [(b"Content-Length", b"2")] * 2, b"{}"), "one plain way"),
        (
            UpstreamRequest(b"PUT", b"/", [(b"Transfer-Encoding", b"gzip, chunked")], Pieces()),
            "one plain way",
        ),
        (
            UpstreamRequest(
                b"PUT",
                b"/",
                [(b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"2")],
                Pieces(b"{}"),
            ),
            "one plain way",
        ),
    ],
)
async def test_a_request_that_could_be_read_as_another_is_not_sent(
    request_: UpstreamRequest, why: str
) -> None:
    """
    Nothing is sent, not even a connection made.
    """
    async with serving(answering()) as server, engine(server) as upstream:
        with pytest.raises(ValueError, match=why):
            await upstream.send(request_)

    assert server.talks == []


@pytest.mark.parametrize("pieces", [(b"a",), (b"a", b"bc", b"never"), (b"abc",)])
async def test_a_body_of_another_length_than_declared_breaks_the_connection_off(
    pieces: tuple[bytes, ...],
) -> None:
    """
    What is too much is not sent: the upstream could take it for the next request.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        assert len(await talk.hear_end()) < 3

    request = UpstreamRequest(b"PUT", b"/", [(b"Content-Length", b"2")], Pieces(*pieces))
    async with serving(script) as server, engine(server) as upstream:
        with pytest.raises(ValueError, match="not as long"):
            await upstream.send(request)

    assert len(server.talks) == 1


async def test_a_caller_whose_body_fails_hears_of_it_and_the_upstream_gets_no_end() -> None:
    """
    What the body raised is raised, and the request stays without its last chunk.
    """
    body = Spout()

    async def script(talk: Talk) -> None:
        await talk.hear(b"1\r\na\r\n")
        body.let(ConnectionAbortedError("the caller is gone"))
        assert await talk.hear_end() == b""

    async with serving(script) as server, engine(server) as upstream:
        body.let(b"a")
        with pytest.raises(ConnectionAbortedError, match="the caller is gone"):
            await upstream.send(UpstreamRequest(b"PUT", b"/", [], body))

    assert len(server.talks) == 1


async def test_a_request_arrives_while_its_caller_goes_on() -> None:
    """
    The head is sent before there is a body, and each piece as it comes.
    """
    body = Spout()

    async def script(talk: Talk) -> None:
        await talk.hear()
        for piece in (b"one", b"two"):
            body.let(piece)
            assert await talk.hear(piece + b"\r\n") == b"3\r\n" + piece + b"\r\n"
        body.let(None)
        await talk.hear(b"0\r\n\r\n")
        await talk.say(OK)
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        with await upstream.send(UpstreamRequest(b"PUT", b"/", [], body)) as response:
            assert await whole(response) == b"ok"


async def test_an_upload_waits_for_a_slow_upstream() -> None:
    """
    Of 64 MiB only so much is asked for as the system takes; all of it arrives.
    """
    piece = b"x" * 65_536
    body = Pieces(*[piece] * 1_024)
    may_read = asyncio.Event()

    async def script(talk: Talk) -> None:
        await talk.hear()
        await may_read.wait()
        for _ in range(1_024):
            assert await talk.hear_exactly(len(piece)) == piece
            talk.received = b""
        await talk.say(OK)
        await talk.hear_end()

    request = UpstreamRequest(b"PUT", b"/", [(b"Content-Length", b"%d" % (1 << 26))], body)
    async with serving(script) as server, engine(server) as upstream:
        sending = asyncio.create_task(upstream.exchange(request, max_answer_bytes=2))
        await settle(1_000)
        waiting_at = body.pulled
        await settle(1_000)

        assert body.pulled == waiting_at
        assert waiting_at < 512
        may_read.set()
        assert (await sending).body == b"ok"
    assert body.pulled == 1_024


@pytest.mark.parametrize("status", [b"401 Unauthorized", b"413 Too Large", b"302 Found"])
@pytest.mark.parametrize("is_stuck", [False, True])
async def test_a_refusal_before_the_request_is_sent_whole_is_heard_at_once(
    status: bytes, *, is_stuck: bool
) -> None:
    """
    No more is sent, whether the caller or the upstream paused; the connection is not used again.
    """
    body = Spout()
    may_go_on = asyncio.Event()

    async def refusing(talk: Talk) -> None:
        await talk.hear(b"piece")
        await talk.say(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\nn")
        await may_go_on.wait()
        await talk.say(b"o")
        assert b"never" not in await talk.hear_end()

    async with serving(refusing, answering(OK)) as server, engine(server) as upstream:
        body.let(b"piece")
        if is_stuck:
            body.let(b"x" * (1 << 25))
        with await upstream.send(UpstreamRequest(b"PUT", b"/", [], body)) as response:
            assert str(response.status).encode() == status[:3]
            body.let(b"never")
            await body.is_over.wait()
            may_go_on.set()
            assert await whole(response) == b"no"
        await upstream.exchange(get(), max_answer_bytes=2)

    assert len(server.talks) == 2


async def test_an_answer_may_come_while_the_request_is_still_sent() -> None:
    """
    An upstream that answers 200 as it reads gets the rest, and the caller hears both.
    """
    body = Spout()

    async def echoing(talk: Talk) -> None:
        await talk.hear()
        await talk.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(3):
            await talk.say(await talk.hear_exactly(8))
        await talk.say(await talk.hear(b"0\r\n\r\n"))
        await talk.hear()
        await talk.say(OK)
        await talk.hear_end()

    async with serving(echoing) as server, engine(server) as upstream:
        with await upstream.send(UpstreamRequest(b"PUT", b"/", [], body)) as response:
            for piece in (b"one", b"two", b"six"):
                body.let(piece)
                assert await response.read() == piece
            body.let(None)
            assert await response.read() == b""
        await upstream.exchange(get(), max_answer_bytes=2)

    assert len(server.talks) == 1


async def test_a_complete_answer_ends_the_request() -> None:
    """
    After a whole 200 nothing more is sent, and the connection is not used again.
    """
    body = Spout()
    async with serving(answering(OK), answering(OK)) as server, engine(server) as upstream:
        with await upstream.send(UpstreamRequest(b"PUT", b"/", [], body)) as response:
            body.let(b"never")
            await body.is_over.wait()
            assert await whole(response) == b"ok"
        await upstream.exchange(get(), max_answer_bytes=2)

    assert [b"never" in talk.received for talk in server.talks] == [False, False]


async def test_an_answer_that_ends_with_the_connection_ends_the_request() -> None:
    """
    There is nobody to send the rest to.
    """
    body = Spout()

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(b"HTTP/1.1 200 OK\r\n\r\nall of it")

    async with serving(script) as server, engine(server) as upstream:
        with await upstream.send(UpstreamRequest(b"PUT", b"/", [], body)) as response:
            assert await whole(response) == b"all of it"
            await body.is_over.wait()


async def test_a_caller_who_has_enough_ends_the_request() -> None:
    """
    The upstream gets no more of it, although it would have read on.
    """
    body = Spout()

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")
        assert await talk.hear_end() == b""

    async with serving(script) as server, engine(server) as upstream:
        with await upstream.send(UpstreamRequest(b"PUT", b"/", [], body)) as response:
            assert response.status == 200
        body.let(b"never")
        await body.is_over.wait()

    assert len(server.talks) == 1


async def test_a_refusal_of_a_large_body_ends_its_connection() -> None:
    """
    A body that is not yet with the system when the answer is complete is not sent on.
    """
    body = b"x" * (1 << 25)

    async def refusing(talk: Talk) -> None:
        await talk.hear()
        await talk.say(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        await answer_was_read.wait()
        assert len(await talk.hear_end()) < len(body)

    answer_was_read = asyncio.Event()
    async with serving(refusing, answering(OK)) as server, engine(server) as upstream:
        answer = await upstream.exchange(
            UpstreamRequest(b"PUT", b"/", [], body), max_answer_bytes=2
        )
        answer_was_read.set()
        assert (answer.status, answer.body, answer.is_complete) == (413, b"no", True)
        await upstream.exchange(get(), max_answer_bytes=2)

    assert len(server.talks) == 2
