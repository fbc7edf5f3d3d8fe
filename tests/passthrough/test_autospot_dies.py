"""An AutoSpot that dies, and comes back at the same address."""

import pytest

from tests.passthrough.callers import End, calling, gateway, playing

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_LAST_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
_PROBLEM = (b"content-type", b"application/problem+json")


def _request(method: bytes, body: bytes | None = None) -> bytes:
    framing = b"" if body is None else b"Content-Length: %d\r\n" % len(body)
    return b"%b /a HTTP/1.1\r\nHost: x\r\n%b\r\n%b" % (method, framing, body or b"")


async def _hear(caller: End) -> bytes:
    """Hear a request; returns its first line."""
    start, headers = await caller.head()
    if b"content-length" in dict(headers):
        _ = [piece async for piece in caller.pieces(headers)]
    return start


async def _call(end: End, request: bytes) -> tuple[int, bool]:
    """Make a call; returns the status of the answer, and whether it is a problem document."""
    await end.say(request)
    start, headers = await end.head()
    if not request.startswith(b"HEAD"):
        _ = [piece async for piece in end.pieces(headers)]
    return int(start.split(b" ")[1]), _PROBLEM in headers


async def _calls(end: End) -> list[tuple[int, bool]]:
    """Make calls with and without a body."""
    requests = [_request(b"GET"), _request(b"PATCH", b"[]"), _request(b"DELETE")]
    return [await _call(end, request) for request in requests]


async def test_dies_and_comes_back() -> None:
    """
    While AutoSpot is gone each call is a problem document, and then it is served as before.

    What it was answering when it died is broken off.
    """
    connections: list[End] = []

    async def dying(caller: End) -> None:
        connections.append(caller)
        await _hear(caller)
        await caller.say(_OK[:-1])
        await caller.end()

    async def living(caller: End) -> None:
        await _hear(caller)
        await caller.say(_LAST_OK)

    async with playing(living) as nobody:
        pass
    async with gateway(nobody) as port, calling(port) as caller, calling(port) as other:
        before = await _calls(caller)
        async with playing(dying, nobody):
            await other.say(_request(b"GET"))
            await other.reader.readuntil(b"\r\n\r\no")
            connections[0].hang_up()
            rest = await other.reader.read()
        while_gone = await _calls(caller)
        async with playing(living, nobody):
            back = await _calls(caller)

    assert before == while_gone == [(502, True)] * 3
    assert rest == b""
    assert back == [(200, False)] * 3


@pytest.mark.parametrize(
    ("method", "body", "end", "is_repeated"),
    [
        (b"GET", None, "closed", True),
        (b"GET", None, "reset", True),
        (b"HEAD", None, "closed", True),
        (b"OPTIONS", None, "reset", True),
        (b"GET", b"x", "closed", False),
        (b"POST", None, "reset", False),
        (b"POST", b"x", "closed", False),
        (b"PATCH", b"x", "reset", False),
        (b"DELETE", None, "closed", False),
    ],
)
async def test_only_what_is_safe_is_repeated(
    method: bytes, body: bytes | None, end: str, *, is_repeated: bool
) -> None:
    """
    A request on a kept-alive connection that AutoSpot closes just then is sent again at most once.
    """
    heard: list[bytes] = []

    async def play(caller: End) -> None:
        heard.append(await _hear(caller))
        if len(heard) != 1:
            await caller.say(_LAST_OK[:-2] if method == b"HEAD" else _LAST_OK)
            return
        await caller.say(_OK[:-2] if method == b"HEAD" else _OK)
        heard.append(await _hear(caller))
        if end == "reset":
            caller.hang_up()

    async with playing(play) as upstream, gateway(upstream) as port, calling(port) as caller:
        answers = [await _call(caller, _request(method, body)) for _ in range(2)]

    assert answers == [(200, False), (200, False) if is_repeated else (502, True)]
    assert len(heard) == (3 if is_repeated else 2)
