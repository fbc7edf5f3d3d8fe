"""Answers, as the upstream sent them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.upstream import BrokenOff, UpstreamLimits, UpstreamRequest
from gateway.upstream.answer import AnswerReader, BadAnswer
from tests.upstream.clock import settle
from tests.upstream.server import OK, Talk, answering, engine, get, serving, whole

HEAD = UpstreamRequest(b"HEAD", b"/", [])
START = b"HTTP/1.1 200 OK\r\n"
CHUNKED = START + b"Transfer-Encoding: chunked\r\n\r\n"


async def test_a_head_is_kept_byte_for_byte() -> None:
    """
    Case, order and repeats of headers, their bytes and those of the reason.
    """
    answer = (
        b"HTTP/1.1 299 Fein gem\xe4cht  (1)\r\n"
        b"set-Cookie: a=1\r\nDATE: yesterday\r\nSet-Cookie: b=2\r\nEmpty:\r\nempty: \r\n"
        b"X-Bytes: \xe9\xff  \xc3\xa9 \t\r\nset-Cookie: a=1\r\nContent-Encoding: gzip\r\n"
        b"content-length: 5\r\n\r\nbytes"
    )
    async with serving(answering(answer)) as server, engine(server) as upstream:
        with await upstream.send(get()) as response:
            assert response.status == 299
            assert response.reason == b"Fein gem\xe4cht  (1)"
            assert response.http_version == "1.1"
            assert response.headers == [
                (b"set-Cookie", b"a=1"),
                (b"DATE", b"yesterday"),
                (b"Set-Cookie", b"b=2"),
                (b"Empty", b""),
                (b"empty", b""),
                (b"X-Bytes", b"\xe9\xff  \xc3\xa9 \t"),
                (b"set-Cookie", b"a=1"),
                (b"Content-Encoding", b"gzip"),
                (b"content-length", b"5"),
            ]
            assert await whole(response) == b"bytes"


@pytest.mark.parametrize(
    ("answer", "body", "can_be_used_again"),
    [
        (OK, b"ok", True),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", b"ok", True),
        (b"HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n", b"", True),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n", b"", True),
        (b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", b"", True),
        (START + b"Connection: close\r\nContent-Length: 2\r\n\r\nok", b"ok", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok", False),
        (
            b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok",
            b"ok",
            True,
        ),
        (
            START + b"Upgrade: h2c\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\nok",
            b"ok",
            True,
        ),
        (CHUNKED + b"1\r\no\r\n1;a=b\r\nk\r\n0\r\n\r\n", b"ok", True),
        (
            START
            + b"Transfer-Encoding: Chunked \r\nTrailer: A\r\n\r\n2\r\nok\r\n0\r\nA: b\r\n\r\n",
            b"ok",
            True,
        ),
        (OK + b"HTTP/1.1 200 OK\r\n", b"ok", False),
        (OK + b"\0", b"ok", False),
        (CHUNKED + b"2\r\nok\r\n0\r\n\r\nGET", b"ok", False),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"ok", True),
        (
            b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n" * 3
            + b"HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\nA: b\r\n\r\n"
            + OK,
            b"ok",
            True,
        ),
    ],
)
async def test_a_body_ends_where_it_ends(
    answer: bytes, body: bytes, *, can_be_used_again: bool
) -> None:
    """
    By length, chunks or status; the connection is used again if it may be, and nothing came after.
    """
    async with serving(answering(answer, OK), answering(OK)) as server, engine(server) as upstream:
        with await upstream.send(get()) as response:
            assert await whole(response) == body
            assert b"A" not in dict(response.headers)
        await upstream.exchange(get(), max_answer_bytes=2)

    assert len(server.talks) == (1 if can_be_used_again else 2)


@pytest.mark.parametrize(
    ("answer", "can_be_used_again"),
    [
        (START + b"Content-Length: 1000\r\n\r\n", True),
        (START + b"Content-Length: 0\r\n\r\n", True),
        (CHUNKED, False),
        (START + b"\r\n", False),
        (START + b"Content-Length: 2\r\n\r\nok", False),
        (START + b"Content-Length: 6\r\n\r\nok\r\n\r\n", False),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n" + START + b"Content-Length: 2\r\n\r\n", True),
    ],
)
async def test_an_answer_to_head_has_no_body(answer: bytes, *, can_be_used_again: bool) -> None:
    """
    Its headers stay as they came; a body that comes all the same ends the connection.
    """
    async with serving(answering(answer, OK), answering(OK)) as server, engine(server) as upstream:
        with await upstream.send(HEAD) as response:
            assert await whole(response) == b""
        assert (await upstream.exchange(get(), max_answer_bytes=2)).body == b"ok"

    assert len(server.talks) == (1 if can_be_used_again else 2)


async def test_a_body_without_framing_ends_with_the_connection() -> None:
    """
    All that came before the end is the body.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(START + b"A: b\r\n\r\n", b"all ", b"of it")

    async with serving(script) as server, engine(server) as upstream:
        answer = await upstream.exchange(get(), max_answer_bytes=100)

    assert (answer.body, answer.is_complete) == (b"all of it", True)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "Expected HTTP/"),
        (b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/2.0"),
        (b"HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n", "version"),
        (b"HTTP/1.1 600 What\r\nContent-Length: 0\r\n\r\n", "status 600"),
        (b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n", "status 999"),
        (b"HTTP/1.1 099 What\r\nContent-Length: 0\r\n\r\n", "status 99"),
        (b"HTTP/1.1 20 What\r\nContent-Length: 0\r\n\r\n", "status"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "status 101"),
        (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
            "status 101",
        ),
        (b"HTTP/1.1 200 OK\nContent-Length: 0\n\n", "CR"),
        (START + b"A: b\r\n folded\r\nContent-Length: 0\r\n\r\n", "whitespace"),
        (START + b"Content-Length : 0\r\n\r\n", "header"),
        (START + b"A: \0\r\nContent-Length: 0\r\n\r\n", "header"),
        (START + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "present"),
        (START + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", "present"),
        (START + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc", "Content-Length"),
        (START + b"Content-Length: 2, 2\r\n\r\nok", "Content-Length"),
        (START + b"Content-Length: -2\r\n\r\nok", "Content-Length"),
        (START + b"Content-Length: 99999999999999999999\r\n\r\nok", "Content-Length"),
        (START + b"Transfer-Encoding: gzip\r\n\r\nok", "besides chunked"),
        (
            START + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            "besides chunked",
        ),
        (START + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n0\r\n\r\n", "."),
    ],
)
async def test_what_is_no_plain_answer_is_refused(answer: bytes, why: str) -> None:
    """
    The exchange has broken off after it was sent, with no answer, and the connection is closed.
    """
    async with serving(answering(answer)) as server, engine(server) as upstream:
        with pytest.raises(BrokenOff, match=why) as caught:
            await upstream.send(get())
        await server.talks[0].is_over.wait()

    assert (caught.value.was_sent, caught.value.answered) == (True, False)


@pytest.mark.parametrize(
    "rest",
    [
        b"zz\r\nok\r\n0\r\n\r\n",
        b"2\r\nokay\r\n0\r\n\r\n",
        b"2\nok\n0\n\n",
        b"fffffffffffffffff\r\nok",
        b"2\r\nok\r\n0\r\nA: \0\r\n\r\n",
        b"2\r\nok\r\n0;" + b"x" * 400_000,
        b"2\r\nok\r\n0\r\nA: " + b"x" * 400_000,
        b"2\r\nok\r\n0\r\n" + b"A: b\r\n" * 400_000,
    ],
)
async def test_wrong_chunks_break_a_body_off(rest: bytes) -> None:
    """
    What came before them is delivered; so it is with too much between the chunks or after them.
    """
    script = answering(CHUNKED + b"4\r\nfine\r\n" + rest)
    async with serving(script) as server, engine(server, max_head_bytes=8_192) as upstream:
        with await upstream.send(get()) as response, pytest.raises(BrokenOff) as caught:
            await whole(response)
        await server.talks[0].is_over.wait()

    assert (caught.value.was_sent, caught.value.answered) == (True, True)


LARGE = b"x" * 1_000


@pytest.mark.parametrize(
    "answer",
    [
        START + b"A: " + LARGE + b"\r\nContent-Length: 0\r\n\r\n",
        START + b"A: " + LARGE,
        START + b"A" * 1_001,
        START + b"A: b\r\n" * 200 + b"\r\n",
        START + b"A:\r\n" * 11 + b"\r\n",
        b"HTTP/1.1 200 " + LARGE,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 50,
        b"\r\n" * 600,
    ],
)
async def test_a_head_that_is_too_large_is_refused(answer: bytes) -> None:
    """
    In bytes or in headers, with an end or without.
    """
    limits = {"max_head_bytes": 1_000, "max_headers": 10}
    async with serving(answering(answer)) as server, engine(server, **limits) as upstream:
        with pytest.raises(BrokenOff, match="too many headers, or too much that is no body"):
            await upstream.send(get())
        await server.talks[0].is_over.wait()


async def test_a_head_at_the_limit_is_read_with_a_body_beyond_it() -> None:
    """
    Only the head counts, although both arrive together.
    """
    answer = START + b"A: " + b"x" * 980 + b"\r\nContent-Length: 5000\r\n\r\n" + LARGE * 5
    limits = {"max_head_bytes": 1_000, "max_headers": 2}
    async with serving(answering(answer)) as server, engine(server, **limits) as upstream:
        answer_ = await upstream.exchange(get(), max_answer_bytes=5_000)

    assert (answer_.body, answer_.is_complete) == (LARGE * 5, True)


async def test_only_what_follows_a_head_counts_after_it() -> None:
    """
    A head at the limit leaves room for what is no body later.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        head = START + b"A: " + b"x" * 900 + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
        for part in (head, b"2;" + b"x" * 900, b"\r\nok\r\n0;" + b"x" * 900, b"\r\n\r\n"):
            await talk.say(part)
            await settle()
        await talk.hear_end()

    async with serving(script) as server, engine(server, max_head_bytes=1_000) as upstream:
        answer = await upstream.exchange(get(), max_answer_bytes=5_000)

    assert (answer.body, answer.is_complete) == (b"ok", True)


_TOKENS = st.text("abcXYZ-019!", min_size=1, max_size=12).map(str.encode)
_VALUES = st.binary(max_size=20).map(
    lambda value: bytes(byte for byte in value if byte >= 0x20 and byte != 0x7F).strip(b" ")
)
_HEADERS = st.lists(st.tuples(_TOKENS.map(lambda token: b"X-" + token), _VALUES), max_size=6)


@st.composite
def _answers(draw: st.DrawFn) -> tuple[bytes, list[tuple[bytes, bytes]], bytes, bool]:
    """An answer: its bytes, its headers, its body, and whether it ends with the connection."""
    headers = draw(_HEADERS)
    pieces = draw(st.lists(st.binary(min_size=1, max_size=50), max_size=5))
    framing = draw(st.sampled_from(["length", "chunked", "end"]))
    body = b"".join(pieces)
    wire = body
    if framing == "length":
        headers.insert(draw(st.integers(0, len(headers))), (b"content-length", b"%d" % len(body)))
    elif framing == "chunked":
        headers.insert(draw(st.integers(0, len(headers))), (b"Transfer-Encoding", b"chunked"))
        trailers = b"".join(b"%b: %b\r\n" % trailer for trailer in draw(_HEADERS))
        wire = b"".join(b"%X\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
        wire += b"0\r\n" + trailers + b"\r\n"
    lines = b"".join(b"%b: %b\r\n" % header for header in headers)
    interim = b"HTTP/1.1 100 Continue\r\n\r\n" * draw(st.integers(0, 2))
    return interim + START + lines + b"\r\n" + wire, headers, body, framing == "end"


@given(answer=_answers(), cuts=st.sets(st.integers(1, 600)), after=st.sampled_from([b"", b"H"]))
def test_an_answer_is_the_same_however_it_is_cut(
    answer: tuple[bytes, list[tuple[bytes, bytes]], bytes, bool], cuts: set[int], after: bytes
) -> None:
    """
    Head and body do not depend on how the bytes arrive; anything more ends the connection.
    """
    wire, headers, body, ends_with_connection = answer
    wire, after = (wire, b"") if ends_with_connection else (wire + after, after)
    places = [0, *sorted(cut for cut in cuts if cut < len(wire)), len(wire)]
    reader = AnswerReader(UpstreamLimits())
    read = b""

    for start, end in itertools.pairwise(places):
        reader.feed(wire[start:end])
        read += reader.take()

    assert reader.head is not None
    assert (reader.head.reason, reader.head.headers) == (b"OK", headers)
    assert read == body
    assert reader.is_complete != ends_with_connection
    assert reader.keeps_alive == (not ends_with_connection and not after)
    reader.end()
    assert reader.is_complete
    assert not reader.keeps_alive


@given(answer=_answers(), kept=st.integers(0, 600))
def test_an_answer_that_ends_early_is_never_complete(
    answer: tuple[bytes, list[tuple[bytes, bytes]], bytes, bool], kept: int
) -> None:
    """
    Wherever it breaks off, but in a body that ends with the connection.
    """
    wire, _headers, _body, ends_with_connection = answer
    kept %= len(wire)
    reader = AnswerReader(UpstreamLimits())
    if kept:
        reader.feed(wire[:kept])

    if ends_with_connection and reader.head is not None:
        reader.end()
    else:
        with pytest.raises(BadAnswer, match="before its answer was complete"):
            reader.end()
        assert not reader.is_complete
