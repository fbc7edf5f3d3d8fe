"""Many legacy callers at once: nobody hears, or says, a byte of another's."""

import asyncio
import random
from contextlib import suppress
from typing import NamedTuple

from tests.passthrough.callers import End, calling, gateway, playing

_CALLERS = 50
_ERRANDS = 12
_SIZES = [0, 1, 100, 1_000, 65_535, 65_536, 65_537, 200_000]
_BLOCK = 1_024


class Errand(NamedTuple):
    """An exchange whose bodies are no other's, and in which of them the caller hangs up."""

    name: bytes
    size: int
    answer_size: int
    is_chunked: bool
    hangs_up: str

    @property
    def request(self) -> bytes:
        """The body of the request."""
        return _text(self.name + b" up", self.size)

    @property
    def answer(self) -> bytes:
        """The body of the answer."""
        return _text(self.name + b" down", self.answer_size)


def _text(name: bytes, size: int) -> bytes:
    blocks = (b"%b %d;" % (name, number) for number in range(size // _BLOCK + 1))
    return b"".join(block.ljust(_BLOCK) for block in blocks)[:size]


def _errands(caller: int) -> list[Errand]:
    """The errands of a caller, the same at each run."""
    chance = random.Random(caller)  # noqa: S311  # no secret
    return [
        Errand(
            name=b"%d/%d" % (caller, number),
            size=chance.choice(_SIZES),
            answer_size=chance.choice(_SIZES),
            is_chunked=chance.random() < 0.5,
            hangs_up=chance.choice(["nowhere"] * 9 + ["request", "between", "answer"]),
        )
        for number in range(_ERRANDS)
    ]


def _framed(body: bytes, *, is_chunked: bool) -> tuple[bytes, bytes]:
    """The header that frames a body, and the body in its frame."""
    if not is_chunked:
        return b"Content-Length: %d\r\n" % len(body), body
    pieces = [body[at : at + 10_000] for at in range(0, len(body), 10_000)]
    chunks = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces]
    return b"Transfer-Encoding: chunked\r\n", b"".join([*chunks, b"0\r\n\r\n"])


class _AutoSpot:
    """Answers errands, and keeps what it heard of each."""

    def __init__(self, errands: list[Errand]) -> None:
        self.errands = {errand.name: errand for errand in errands}
        self.heard: dict[bytes, bytes] = {}
        self.begun: list[bytes] = []

    async def play(self, caller: End) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                start, headers = await caller.head()
                errand = self.errands[start.split(b" ")[1][1:]]
                self.begun.append(errand.name)
                self.heard[errand.name] = b"".join([p async for p in caller.pieces(headers)])
                framing, body = _framed(errand.answer, is_chunked=errand.is_chunked)
                await caller.say(b"HTTP/1.1 200 OK\r\n%b\r\n" % framing, body)


async def _call(port: int, waiting: list[Errand]) -> dict[bytes, bytes]:
    """Run errands, as many as possible on one connection; returns what was heard of each."""
    heard: dict[bytes, bytes] = {}
    while waiting:
        async with calling(port) as autospot:
            is_connected = True
            while waiting and is_connected:
                errand = waiting.pop()
                heard[errand.name], is_connected = await _run(autospot, errand)
    return heard


async def _run(autospot: End, errand: Errand) -> tuple[bytes, bool]:
    """Run an errand; returns what was heard, and whether the connection is still there."""
    framing, body = _framed(errand.request, is_chunked=errand.is_chunked)
    head = b"POST /%b HTTP/1.1\r\nHost: x\r\n%b\r\n" % (errand.name, framing)
    until = len(body) // 2 if errand.hangs_up == "request" else len(body)
    await autospot.say(head, body[:until])
    heard = b""
    if errand.hangs_up not in {"request", "between"}:
        _, headers = await autospot.head()
        pieces = autospot.pieces(headers)
        if errand.hangs_up == "nowhere":
            return b"".join([piece async for piece in pieces]), True
        heard = await anext(pieces, b"")
    autospot.hang_up()
    return heard, False


async def test_nobody_hears_another() -> None:
    """
    Hundreds of exchanges at once are heard as they were said, though some callers hang up midway.

    None is said twice.
    """
    errands = [_errands(caller) for caller in range(_CALLERS)]
    autospot = _AutoSpot([errand for each in errands for errand in each])

    async with playing(autospot.play) as upstream, gateway(upstream) as port:
        parts = await asyncio.gather(*(_call(port, list(each)) for each in errands))

    answers = {name: answer for part in parts for name, answer in part.items()}
    assert sorted(answers) == sorted(autospot.errands)
    assert len(autospot.begun) == len(set(autospot.begun))
    for name, errand in autospot.errands.items():
        if errand.hangs_up == "nowhere":
            assert (autospot.heard[name], answers[name]) == (errand.request, errand.answer)
        else:
            assert autospot.heard.get(name, errand.request) == errand.request
            assert errand.answer.startswith(answers[name])
