"""An exchange with its answer read up to a bound."""

import pytest

from gateway.upstream import Answer, BrokenOff
from tests.upstream.server import OK, Talk, answering, engine, get, serving

START = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("bound", "body", "is_complete"),
    [(0, b"", False), (1, b"o", False), (2, b"ok", True), (1_000, b"ok", True)],
)
async def test_an_answer_is_read_up_to_a_bound(
    bound: int, body: bytes, *, is_complete: bool
) -> None:
    """
    What is longer is cut there, and its connection closed if there may be more to come.
    """
    async with serving(answering(OK)) as server, engine(server) as upstream:
        answer = await upstream.exchange(get(), max_answer_bytes=bound)

    assert answer == Answer(200, [(b"Content-Length", b"2")], body, is_complete)


async def test_rubbish_without_end_is_read_no_further() -> None:
    """
    The connection is closed soon after the bound.
    """
    endless = START + b"Transfer-Encoding: chunked\r\n\r\n" + b"4\r\nrubb\r\n" * 1_000_000
    async with serving(answering(endless)) as server, engine(server) as upstream:
        answer = await upstream.exchange(get(), max_answer_bytes=1_000)

    assert (answer.body, answer.is_complete) == (b"rubb" * 250, False)


@pytest.mark.parametrize(
    "answer",
    [
        START + b"Content-Length: 5\r\n\r\nhalf",
        START + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        START + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz",
    ],
)
async def test_a_body_that_breaks_off_is_an_incomplete_answer(answer: bytes) -> None:
    """
    Its status is known, and so is what came of it.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(answer)

    async with serving(script) as server, engine(server) as upstream:
        read = await upstream.exchange(get(), max_answer_bytes=1_000)

    assert (read.status, read.body, read.is_complete) == (200, b"half", False)


async def test_without_a_head_there_is_no_answer() -> None:
    """
    The failure is raised.
    """
    async with serving(answering(START + b"\0")) as server, engine(server) as upstream:
        with pytest.raises(BrokenOff):
            await upstream.exchange(get(), max_answer_bytes=1_000)
