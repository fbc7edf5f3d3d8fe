"""Legacy REST callers: what AutoSpot gets, and what they get, byte for byte."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest

from tests.metrics import grown, told
from tests.server import running
from tests.upstream.server import OK, Server, Talk, answering, serving

_RETRIES = ("autospot_gateway_upstream_retries_total", "door=passthrough")


class Caller:
    """A legacy caller with one connection to the gateway."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak over a connection."""
        self.reader = reader
        self.writer = writer

    async def say(self, said: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(said)
        await self.writer.drain()

    async def head(self) -> bytes:
        """Read the head of an answer."""
        return await self.reader.readuntil(b"\r\n\r\n")


@asynccontextmanager
async def through(server: Server, **settings: object) -> AsyncGenerator[Caller]:
    """Call a gateway in front of a server."""
    url = f"http://127.0.0.1:{server.port}"
    gateway = running(upstream_url=url, **settings)
    address = urlsplit(await asyncio.to_thread(gateway.__enter__))
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield Caller(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        await asyncio.to_thread(gateway.__exit__, None, None, None)


Script = Callable[[Talk], Awaitable[None]]


def unchunked(sent: bytes) -> bytes:
    """The content of a chunked body."""
    content = b""
    while sent:
        size, _, sent = sent.partition(b"\r\n")
        content += sent[: int(size, 16)]
        sent = sent[int(size, 16) + 2 :]
    return content


@pytest.mark.parametrize(
    "target",
    [
        b"/",
        b"/a%2Fb/%2f//./../c;d+e?x=%20+&y",
        b"/batch/repair_orders",
        b"/graphqlx",
        b"/%67raphql",
    ],
)
async def test_target_is_not_touched(target: bytes) -> None:
    """
    Every path but the gateway's own reaches AutoSpot byte for byte.
    """
    async with serving(answering(OK)) as server:
        async with through(server) as caller:
            await caller.say(b"GET " + target + b" HTTP/1.1\r\nHost: legacy.example\r\n\r\n")
            head = await caller.head()
            body = await caller.reader.readexactly(2)
        heard = server.talks[0].received

    assert heard.split(b"\r\n")[0] == b"GET " + target + b" HTTP/1.1"
    assert (head, body) == (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"ok")


async def test_headers_pass_in_order() -> None:
    """
    End-to-end headers pass in order and repeated; those of the connection are taken out.
    """
    async with serving(answering(OK)) as server:
        async with through(server) as caller:
            await caller.say(
                b"GET /a HTTP/1.1\r\nHost: legacy.example\r\nX-API-Key: k\xe9y\r\nAccept: a\r\n"
                b"X-Twice: 1\r\nConnection: X-Hop, X-API-Key\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n"
                b"X-Twice: 2\r\nTE: trailers\r\nVia: 1.0 other\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n"
            )
            await caller.head()
        lines = server.talks[0].received.split(b"\r\n")[1:-2]

    assert lines == [
        b"Host: 127.0.0.1:%d" % server.port,
        b"X-API-Key: k\xe9y",
        b"Accept: a",
        b"X-Twice: 1",
        b"X-Twice: 2",
        b"Via: 1.0 other, 1.1 autospot-gateway",
        b"X-Forwarded-For: 10.0.0.1, 127.0.0.1",
        b"X-Forwarded-Proto: http",
        b"X-Forwarded-Host: legacy.example",
    ]


async def test_host_can_be_kept() -> None:
    """
    The caller's Host reaches AutoSpot when the operator wants that.
    """
    async with serving(answering(OK)) as server:
        async with through(server, upstream_preserve_host=True) as caller:
            await caller.say(b"GET /a HTTP/1.1\r\nHost: legacy.example\r\n\r\n")
            await caller.head()
        lines = server.talks[0].received.split(b"\r\n")

    assert b"Host: legacy.example" in lines


async def test_answer_passes_as_it_was_sent() -> None:
    """
    The status and the headers of an answer pass, repeated ones repeated, and nothing is added.
    """
    answer = (
        b"HTTP/1.1 299 Odd\r\nDate: yesterday\r\nServer: AutoSpot\r\nSet-Cookie: a=1\r\n"
        b"Set-Cookie: b=2\r\nContent-Encoding: gzip\r\nConnection: X-Hop\r\nX-Hop: 1\r\n"
        b"Content-Length: 3\r\n\r\n\x1f\x8b\x00"
    )
    async with serving(answering(answer)) as server, through(server) as caller:
        await caller.say(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await caller.head()
        body = await caller.reader.readexactly(3)

    assert head.split(b"\r\n")[0] == b"HTTP/1.1 299 Odd"
    assert head.split(b"\r\n")[1:-2] == [
        b"Date: yesterday",
        b"Server: AutoSpot",
        b"Set-Cookie: a=1",
        b"Set-Cookie: b=2",
        b"Content-Encoding: gzip",
        b"Content-Length: 3",
    ]
    assert body == b"\x1f\x8b\x00"


@pytest.mark.parametrize(
    ("framing", "body", "content"),
    [
        (b"Content-Length: 11", b'[{"no": JSO', b'[{"no": JSO'),
        (b"Transfer-Encoding: chunked", b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n", b"abcdefg"),
        (b"Content-Length: 0", b"", b""),
    ],
    ids=["length", "chunked", "empty"],
)
async def test_body_passes_with_its_framing(framing: bytes, body: bytes, content: bytes) -> None:
    """
    A body passes byte for byte, with the length it came with, or chunked as it came.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        if body:
            await talk.hear(body[-4:])
        await talk.say(OK)
        await talk.hear_end()

    async with serving(script) as server:
        async with through(server) as caller:
            await caller.say(b"POST /a HTTP/1.1\r\nHost: x\r\n" + framing + b"\r\n\r\n" + body)
            await caller.head()
        head, _, heard = server.talks[0].received.partition(b"\r\n\r\n")

    assert framing.lower() in head.lower()
    assert heard == content or unchunked(heard) == content


async def test_answer_arrives_as_it_is_sent() -> None:
    """
    A piece of an answer reaches the caller before the next is sent.
    """
    may_go_on = asyncio.Event()

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", b"data: 1\n\n"
        )
        await may_go_on.wait()
        await talk.say(b"data: 2\n\n")

    async with serving(script) as server, through(server) as caller:
        await caller.say(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        await caller.head()
        first = await caller.reader.readuntil(b"data: 1\n\n")
        may_go_on.set()
        second = await caller.reader.readuntil(b"0\r\n\r\n")

    assert first.endswith(b"data: 1\n\n")
    assert b"data: 2\n\n" in second


async def test_body_that_breaks_off() -> None:
    """
    An answer that AutoSpot breaks off does not look complete to the caller.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")

    async with serving(script) as server, through(server) as caller:
        await caller.say(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        await caller.head()
        rest = await caller.reader.read()

    assert rest == b"half"


async def body_after(head: bytes, caller: Caller) -> bytes:
    """The body that follows the head of an answer."""
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return await caller.reader.readexactly(int(length))


async def closing(talk: Talk) -> None:
    """Hear a request, and close the connection."""
    await talk.hear()


async def silent(talk: Talk) -> None:
    """Hear a request, and say nothing."""
    await talk.hear()
    await talk.hear_end()


@pytest.mark.parametrize(
    ("script", "seconds", "status"),
    [(closing, 30, b"502"), (silent, 0.05, b"504")],
    ids=["closed", "silent"],
)
async def test_autospot_that_does_not_answer(script: Script, seconds: float, status: bytes) -> None:
    """
    A request that is not answered is a problem document, which does not say that it was in vain.
    """
    async with (
        serving(script) as server,
        through(server, upstream_timeout=seconds) as caller,
    ):
        await caller.say(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        head = await caller.head()

        body = await body_after(head, caller)

    assert head.startswith(b"HTTP/1.1 " + status)
    assert b"content-type: application/problem+json\r\n" in head
    assert b'"outcome": "UNKNOWN", "retryable": false' in body


async def test_autospot_that_is_down() -> None:
    """
    An AutoSpot that cannot be reached is 502.
    """
    async with serving(answering()) as server:
        pass
    async with through(server) as caller:
        await caller.say(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await caller.head()
        body = await body_after(head, caller)

    assert head.startswith(b"HTTP/1.1 502 ")
    assert b'"outcome": "NOTHING_SAVED", "retryable": true' in body


async def test_no_connection_is_free() -> None:
    """
    A caller who finds no free connection gets 503 with Retry-After.
    """
    is_heard = asyncio.Event()

    async def script(talk: Talk) -> None:
        await talk.hear()
        is_heard.set()
        await talk.hear_end()

    async with (
        serving(script) as server,
        through(server, upstream_max_legacy_connections=1, upstream_connect_timeout=0.5) as caller,
    ):
        address = caller.writer.get_extra_info("peername")
        _, first = await asyncio.open_connection(*address)
        first.write(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        await is_heard.wait()
        await caller.say(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await caller.head()
        body = await body_after(head, caller)
        first.close()

    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 1\r\n" in head
    assert b'"outcome": "NOTHING_SAVED", "retryable": true' in body


@pytest.mark.parametrize(("method", "requests"), [(b"GET", 3), (b"DELETE", 2)])
async def test_kept_alive_connection_that_ended(method: bytes, requests: int) -> None:
    """
    What is safe is sent once more when a kept-alive connection ends just then, and nothing else is.
    """

    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.say(OK)
        await talk.hear()
        talk.reset()

    before = told()
    async with serving(script, answering(OK)) as server:
        async with through(server) as caller:
            await caller.say(method + b" /a HTTP/1.1\r\nHost: x\r\n\r\n")
            await caller.head()
            await caller.reader.readexactly(2)
            await caller.say(method + b" /a HTTP/1.1\r\nHost: x\r\n\r\n")
            head = await caller.head()
        heard = sum(talk.received.count(method + b" /a") for talk in server.talks)

    retries = grown(before, told()).get(_RETRIES, 0)
    assert head[:12] == (b"HTTP/1.1 200" if method == b"GET" else b"HTTP/1.1 502")
    assert (heard, retries) == (requests, requests - 2)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
        b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na",
    ],
    ids=["no body", "body", "half a body"],
)
async def test_caller_who_goes_away(sent: bytes) -> None:
    """
    When the caller goes away, the exchange with AutoSpot ends at once.
    """
    is_heard = asyncio.Event()

    async def script(talk: Talk) -> None:
        await talk.hear()
        is_heard.set()
        await talk.hear_end()

    async with serving(script) as server, through(server) as caller:
        await caller.say(sent)
        await is_heard.wait()
        caller.writer.close()
        await server.talks[0].is_over.wait()


async def test_graphql_caller_who_goes_away() -> None:
    """
    When a GraphQL caller goes away, the call of AutoSpot ends at once.
    """
    is_heard = asyncio.Event()

    async def script(talk: Talk) -> None:
        await talk.hear()
        is_heard.set()
        await talk.hear_end()

    body = (
        b'{"query": "mutation { upsertRepairOrders(input: {shops: [{shopId: 1, '
        b'repairOrders: [{repairNumber: \\"1\\"}]}]}) { __typename } }"}'
    )
    async with serving(script) as server, through(server) as caller:
        await caller.say(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        await is_heard.wait()
        caller.writer.close()
        await server.talks[0].is_over.wait()
