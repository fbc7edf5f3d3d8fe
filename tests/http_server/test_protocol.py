"""What callers and the application get from one another, over raw sockets."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import pytest
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.server import ServerState

from gateway.contract import ConnectionLimits
from gateway.hang_up import HANG_UP
from gateway.http_server import HttpProtocol, Room
from gateway.raw_head import raw_head
from tests.upstream.clock import jump, settle, with_jumping_clock

pytestmark = pytest.mark.anyio


class Application:
    """Answers each request with its method, target and body, or as a test says."""

    def __init__(self, *messages: Message) -> None:
        self.scopes: list[Scope] = []
        self.bodies: list[bytes] = []
        self._messages = messages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        body = await read(receive)
        self.bodies.append(body)
        for message in self._messages or (start(200, body), end(body)):
            await send(message)


async def read(receive: Receive) -> bytes:
    """Read the body of a request."""
    body, has_more = b"", True
    while has_more:
        message = await receive()
        body += message.get("body", b"")
        has_more = message.get("more_body", False)
    return body


def start(status: int, body: bytes | None = None, *headers: tuple[bytes, bytes]) -> Message:
    """Begin an answer, with the length of its body or without."""
    length = [] if body is None else [(b"Content-Length", b"%d" % len(body))]
    return {"type": "http.response.start", "status": status, "headers": [*length, *headers]}


def end(body: bytes = b"") -> Message:
    """End an answer."""
    return {"type": "http.response.body", "body": body}


def part(body: bytes) -> Message:
    """Go on with an answer."""
    return {"type": "http.response.body", "body": body, "more_body": True}


async def until(is_so: Callable[[], bool]) -> None:
    """Give way until something has happened at the server's end of a connection."""
    while not is_so():  # noqa: ASYNC110  # the server tells nobody
        await asyncio.sleep(0)


class Protocol(HttpProtocol):
    """The protocol, whose transport a test may treat as the event loop does."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport = transport

    def hear_the_end(self) -> None:
        """Hear, in this turn of the event loop, that the caller has closed its side."""
        if not self.eof_received():
            self.transport.close()


class Caller:
    """A connection to the server, and the server's side of it."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        protocols: list[Protocol],
        state: ServerState,
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.protocols = protocols
        self.state = state

    async def all(self, *said: bytes) -> bytes:
        """Say something, and hear all until the server closes the connection."""
        self.writer.write(b"".join(said))
        return await self.reader.read()

    async def leave(self, said: bytes) -> None:
        """Say something, go, and wait until the server has gone too."""
        self.writer.write(said)
        self.writer.write_eof()
        await until(lambda: not self.state.connections)


@asynccontextmanager
async def calling(
    app: ASGIApp, *, limits: ConnectionLimits | None = None
) -> AsyncGenerator[Caller]:
    """Serve an application, and call it."""
    config = uvicorn.Config(
        app,
        http=HttpProtocol,
        interface="asgi3",
        log_config=None,
        proxy_headers=False,
    )
    config.load()
    state = ServerState()
    protocols: list[Protocol] = []
    room = Room(limits or ConnectionLimits())

    def protocol() -> Protocol:
        protocols.append(Protocol(config, state, {"own": 1}, room=room))
        return protocols[-1]

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        yield Caller(reader, writer, protocols, state)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        server.close()
        await until(lambda: not state.connections)
        await asyncio.gather(*state.tasks)


CLOSE = b"Host: x\r\nConnection: close\r\n\r\n"


async def test_head_as_it_was_sent() -> None:
    """
    The application gets the head both as ASGI wants it and byte for byte.
    """
    app = Application()
    async with calling(app) as caller:
        await caller.all(b"GET /a%2Fb%20c?d?e HTTP/1.1\r\nX-Odd: \xe9\r\nx-odd: 2\r\n", CLOSE)

    (scope,) = app.scopes
    assert (scope["path"], scope["raw_path"], scope["query_string"]) == (
        "/a/b c",
        b"/a%2Fb%20c",
        b"d?e",
    )
    assert scope["headers"][:2] == [(b"x-odd", b"\xe9"), (b"x-odd", b"2")]
    assert raw_head(scope).target == b"/a%2Fb%20c?d?e"
    assert raw_head(scope).headers[:2] == [(b"X-Odd", b"\xe9"), (b"x-odd", b"2")]
    assert scope["client"] == caller.writer.get_extra_info("sockname")
    assert scope["state"] == {"own": 1}


@pytest.mark.parametrize(
    ("sent", "target"),
    [
        (b"GET http://evil.example/a?b", b"/a?b"),
        (b"GET HTTP://u@evil.example:8", b"/"),
        (b"GET https://evil.example?b", b"/?b"),
        (b"GET //evil.example/a", b"//evil.example/a"),
        (b"GET /a?", b"/a?"),
        (b"OPTIONS *", b"*"),
    ],
)
async def test_target_names_no_other_host(sent: bytes, target: bytes) -> None:
    """
    Of a target in absolute form only the path and the query are left.
    """
    app = Application()
    async with calling(app) as caller:
        await caller.all(sent, b" HTTP/1.1\r\n", CLOSE)

    assert raw_head(app.scopes[0]).target == target


@pytest.mark.parametrize("offer", [b"h2c", b"TLS/1.0"])
@pytest.mark.parametrize(
    ("framing", "body", "content"),
    [
        (b"Content-Length: 3\r\n", b"abc", b"abc"),
        (b"Content-Length: 0\r\n", b"", b""),
        (b"Transfer-Encoding: chunked\r\n", b"3;x=1\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n", b"abc"),
        (b"", b"", b""),
    ],
)
async def test_body_behind_an_offered_upgrade(
    offer: bytes, framing: bytes, body: bytes, content: bytes
) -> None:
    """
    A body is read also when its head offers an upgrade, and so is the next request.
    """
    app = Application()
    async with calling(app) as caller:
        head = b"POST /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: %b\r\n" % offer
        answers = await caller.all(
            head, framing, b"\r\n", body, b"POST /b HTTP/1.1\r\nContent-Length: 1\r\n", CLOSE, b"d"
        )

    assert app.bodies == [content, b"d"]
    assert answers.endswith(b"d")


async def test_trailers_are_dropped() -> None:
    """
    A trailer is no header, neither of its own request nor of the next.
    """
    app = Application()
    async with calling(app) as caller:
        await caller.all(
            b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\na\r\n0\r\nX-Trailer: 1\r\nX-Other: 2\r\n\r\nGET /b HTTP/1.1\r\n",
            CLOSE,
        )

    names = [name for scope in app.scopes for name, _ in scope["headers"]]
    assert names == [b"host", b"transfer-encoding", b"host", b"connection"]


POST = b"POST /a HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (POST + b"Host: y\r\n\r\n", b"400"),
        (b"GET /a HTTP/1.1\r\n\r\n", b"400"),
        (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n", b"400"),
        (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
        (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", b"400"),
        (POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", b"400"),
        (POST + b"Content-Length: +3\r\n\r\nabc", b"400"),
        (b"POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (b"GET * HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET ftp://x/a HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /a HTTP/2.0\r\nHost: x\r\n\r\n", b"505"),
        (b"CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n", b"501"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n\r\n", b"501"),
        (b"GET /a HTTP/1.1\r\nHost: x\r\nX-Large: " + b"x" * 300_000, b"431"),
        (b"GET /a HTTP/1.1\r\nHost: x\r\nX-Large: " + b"x" * 300_000 + b"\r\n\r\n", b"431"),
        (b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"431"),
    ],
)  # fmt: skip
async def test_refused(sent: bytes, status: bytes) -> None:
    """
    What two servers could read differently, or nobody here, is answered so and goes no further.
    """
    app = Application()
    async with calling(app) as caller:
        caller.writer.write(sent)
        answer = await caller.reader.read()
        await caller.leave(b"more")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status)
    assert b"Connection: close" in head
    assert b"date: " in head
    assert b"request_id" in body
    assert app.bodies == []


async def test_refusal_waits_for_its_turn() -> None:
    """
    A request that is refused is answered after the one before it, and ends the connection.
    """
    app = Application()
    async with calling(app) as caller:
        answers = await caller.all(
            POST, b"Content-Length: 1\r\n\r\na", b"nonsense\r\n\r\n", POST, b"\r\n"
        )

    assert [line for line in answers.split(b"\r\n") if b"HTTP/1.1 " in line] == [
        b"HTTP/1.1 200 OK",
        b"aHTTP/1.1 400 Bad Request",
    ]


async def test_body_that_cannot_be_read() -> None:
    """
    A request whose chunks make no sense is cut for the application, and refused.
    """
    got: list[Message] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        got.extend([await receive(), await receive()])
        await send(start(200, b""))

    async with calling(app) as caller:
        caller.writer.write(POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
        await caller.writer.drain()
        await until(lambda: bool(caller.state.tasks))
        answer = await caller.all(b"nonsense\r\n", b"more")

    assert got[-1] == {"type": "http.disconnect"}
    assert answer.startswith(b"HTTP/1.1 400 ")


async def test_requests_after_the_last_are_not_heard() -> None:
    """
    Whatever comes after a request that ends the connection is left out.
    """
    app = Application()
    async with calling(app) as caller:
        answers = await caller.all(b"GET /a HTTP/1.1\r\n", CLOSE, b"GET /b HTTP/1.1\r\n", CLOSE)

    assert answers.count(b"HTTP/1.1 200") == 1


async def test_many_requests_at_once() -> None:
    """
    Requests that were sent without waiting are answered in their order.
    """
    app = Application()
    bodies = [b"%04d" % number for number in range(100)]
    async with calling(app) as caller:
        sent = [POST + b"Content-Length: 4\r\n\r\n" + body for body in bodies]
        answers = await caller.all(*sent, b"GET /z HTTP/1.1\r\n", CLOSE)

    assert app.bodies == [*bodies, b""]
    assert [answer[-4:] for answer in answers.split(b"HTTP/1.1 ")[1:-1]] == bodies


async def test_continue_is_said_when_the_body_is_wanted() -> None:
    """
    A caller that waits for 100 Continue hears it, and no sooner than the body is asked for.
    """
    app = Application()
    async with calling(app) as caller:
        caller.writer.write(POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        interim = await caller.reader.readuntil(b"\r\n\r\n")
        caller.writer.write(b"abc")
        answer = await caller.reader.readuntil(b"abc")

    assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


async def test_answer_without_the_body() -> None:
    """
    An answer that needs no body is sent without 100 Continue; a body that comes is dropped.
    """

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(start(401, b""))
        await send(end())

    async with calling(app) as caller:
        caller.writer.write(POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        first = await caller.reader.readuntil(b"\r\n\r\n")
        rest = await caller.all(b"abc", b"GET /b HTTP/1.1\r\n", CLOSE)

    assert first.startswith(b"HTTP/1.1 401 ")
    assert rest.startswith(b"HTTP/1.1 401 ")


async def test_last_answer_is_not_lost_under_a_body() -> None:
    """
    The connection stays open for what a caller still sends after its last answer.
    """

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(start(413, b"", (b"Connection", b"close")))
        await send(end())

    async with calling(app) as caller:
        caller.writer.write(POST + b"Content-Length: 1000000\r\n\r\n" + b"x" * 100_000)
        answer = await caller.reader.read()
        await caller.leave(b"x" * 900_000)

    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_body_that_nobody_takes() -> None:
    """
    A body of any size that is left after the answer does not keep the next request waiting.
    """

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(start(200, b""))
        await send(end())

    size = 4 * 1024 * 1024
    async with calling(app) as caller:
        body = b"x" * size
        heard = await caller.all(
            POST, b"Content-Length: %d\r\n\r\n" % size, body, b"GET /b HTTP/1.1\r\n", CLOSE
        )

    assert heard.count(b"HTTP/1.1 200 ") == 2


@pytest.mark.parametrize(
    ("request_line", "messages", "answer"),
    [
        (b"GET /a HTTP/1.1", [start(200), part(b"a"), part(b""), end()],
         b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
         b"1\r\na\r\n0\r\n\r\n"),
        (b"GET /a HTTP/1.1", [start(200), end(b"a")],
         b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
         b"1\r\na\r\n0\r\n\r\n"),
        (b"GET /a HTTP/1.0", [start(200), part(b"a"), end(b"b")],
         b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nab"),
        (b"HEAD /a HTTP/1.1", [start(200, b"abc"), end(b"abc")],
         b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"),
        (b"GET /a HTTP/1.1", [start(304, b"abc"), end()],
         b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"),
        (b"GET /a HTTP/1.1", [start(204), end()],
         b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"),
        (b"GET /a HTTP/1.1", [{**start(299, b""), "reason": b"Odd"}, end()],
         b"HTTP/1.1 299 Odd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        (b"GET /a HTTP/1.1", [start(555, b""), end()],
         b"HTTP/1.1 555 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    ],
)  # fmt: skip
async def test_framing_of_answers(
    request_line: bytes, messages: list[Message], answer: bytes
) -> None:
    """
    An answer is framed so that its caller knows where it ends.
    """
    async with calling(Application(*messages)) as caller:
        heard = await caller.all(request_line, b"\r\n", CLOSE)

    assert heard == answer


@pytest.mark.parametrize(
    "messages",
    [
        [start(200, b"abc"), part(b"ab")],
        [start(200, b"abc"), end(b"ab")],
        [start(200, b"abc"), end(b"abcd")],
        [start(200, b"", (b"X", b"a\r\nb")), end()],
        [start(200), part(b"ab")],
        [],
    ],
    ids=["unfinished", "short", "long", "line break", "unfinished chunks", "none"],
)
async def test_answer_that_is_not_finished(messages: list[Message]) -> None:
    """
    An answer that its application does not finish well does not look complete.
    """

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        with suppress(ValueError):
            for message in messages:
                await send(message)

    async with calling(app) as caller:
        heard = await caller.all(b"GET /a HTTP/1.1\r\n", CLOSE)

    assert b"0\r\n\r\n" not in heard
    assert b"abc" not in heard


async def test_answer_to_http_1_0_that_is_not_finished() -> None:
    """
    Where only the end of the connection ends an answer, a broken one ends with a reset.
    """

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(start(200))
        await send(part(b"ab"))

    async with calling(app) as caller:
        with pytest.raises(ConnectionResetError):
            await caller.all(b"GET /a HTTP/1.0\r\n\r\n")


async def test_caller_who_goes_away() -> None:
    """
    The application hears that its caller has gone, and what it still sends is dropped.
    """
    heard: asyncio.Queue[Any] = asyncio.Queue()

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await heard.put((await receive())["type"])
        await heard.put((await receive())["type"])
        await send(start(200, b""))
        await heard.put("sent")

    async with calling(app) as caller:
        caller.writer.write(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        first = await heard.get()
        caller.writer.close()
        rest = [await heard.get(), await heard.get()]

    assert [first, *rest] == ["http.request", "http.disconnect", "sent"]


@pytest.mark.parametrize("asks_before", [True, False])
async def test_hang_up_is_told(*, asks_before: bool) -> None:
    """
    Whoever asks to be told of a hang-up is told at once, also when it asks too late.
    """
    is_begun, is_gone, is_told = asyncio.Event(), asyncio.Event(), asyncio.Event()
    told: list[bool] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        hang_up = scope["extensions"][HANG_UP]
        if asks_before:
            hang_up.listen(is_told.set)
        is_begun.set()
        await is_gone.wait()
        told.append(is_told.is_set())
        hang_up.listen(is_told.set)
        told.append(is_told.is_set())

    async with calling(app) as caller:
        caller.writer.write(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        await is_begun.wait()
        caller.writer.close()
        await until(lambda: not caller.state.connections)
        is_gone.set()
        await until(lambda: not caller.state.tasks)

    assert told == [asks_before, True]


async def test_answer_that_is_out_ends_the_request() -> None:
    """
    After its answer an application hears that the exchange is over.
    """
    heard: asyncio.Queue[Message] = asyncio.Queue()

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await read(receive)
        await send(start(200, b""))
        await send(end())
        await heard.put(await receive())

    async with calling(app) as caller:
        caller.writer.write(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")

        assert await heard.get() == {"type": "http.disconnect"}


async def test_slow_caller_slows_the_application() -> None:
    """
    An answer is sent no faster than its caller reads, and arrives whole.
    """
    size = 8 * 1024 * 1024
    sent: list[int] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(start(200, b"x" * size))
        for number in range(64):
            await send(part(b"x" * (size // 64)))
            sent.append(number)
        await send(end())

    async with calling(app) as caller:
        caller.writer.write(b"GET /a HTTP/1.1\r\n" + CLOSE)
        await caller.reader.readuntil(b"\r\n\r\n")
        before = len(sent)
        body = await caller.reader.read()

    assert before < 64
    assert body == b"x" * size


async def test_slow_application_slows_the_caller() -> None:
    """
    A body is read no faster than the application takes it.
    """
    may_read = asyncio.Event()
    read_whole: asyncio.Queue[int] = asyncio.Queue()

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await may_read.wait()
        await read_whole.put(len(await read(receive)))
        await send(start(200, b""))
        await send(end())

    size = 32 * 1024 * 1024
    async with calling(app) as caller:
        caller.writer.write(POST + b"Content-Length: %d\r\n\r\n" % size + b"x" * size)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(caller.writer.drain(), 0.05)
        may_read.set()

        assert await read_whole.get() == size


@pytest.mark.parametrize(
    ("said", "idle", "answers"), [(b"", 0, 0), (b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 1, 1)]
)
async def test_idle_connection(said: bytes, idle: float, answers: int) -> None:
    """
    A connection on which nothing is asked is closed after a while.
    """
    async with calling(Application(), limits=ConnectionLimits(idle_timeout=idle)) as caller:
        heard = await caller.all(said)

    assert heard.count(b"HTTP/1.1 200") == answers


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        (b"G", [b"HTTP/1.1 408 Request Timeout"]),
        (b"GET /a HTTP/1.1\r\nX-Slow: ", [b"HTTP/1.1 408 Request Timeout"]),
        (
            b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nX-S",
            [b"HTTP/1.1 200 OK", b"HTTP/1.1 408 Request Timeout"],
        ),
    ],
)
async def test_slow_head(said: bytes, answers: list[bytes]) -> None:
    """
    A head that has begun and does not come to its end is refused, in its turn.
    """
    app = Application()
    async with calling(app, limits=ConnectionLimits(head_timeout=0.1)) as caller:
        caller.writer.write(said)
        heard = await caller.reader.read()
        await caller.leave(b"more")

    assert re.findall(rb"HTTP/1.1 [^\r]*", heard) == answers
    assert b"did not come in time" in heard
    assert len(app.scopes) == len(answers) - 1


async def test_head_that_trickles() -> None:
    """
    Each byte of a head is no new time for the rest.
    """
    async with calling(Application(), limits=ConnectionLimits(head_timeout=0.2)) as caller:
        caller.writer.write(b"GET /a HTTP/1.1\r\n")
        answer = asyncio.create_task(caller.reader.read())
        while not answer.done():
            caller.writer.write(b"X")
            await asyncio.sleep(0)

    assert (await answer).startswith(b"HTTP/1.1 408 ")


async def test_rest_of_a_body_that_nobody_takes() -> None:
    """
    Whoever stops in the middle of a body whose request was answered is idle.
    """

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(start(200, b""))
        await send(end())

    async with calling(app, limits=ConnectionLimits(head_timeout=0.0, idle_timeout=0.2)) as caller:
        caller.writer.write(POST + b"Content-Length: 9\r\n\r\n")
        answer = await caller.reader.readuntil(b"\r\n\r\n")
        rest = await caller.all(b"abc")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert rest == b""


LARGE = b"x" * (8 * 1024 * 1024)
OWN, PASSED_ON = False, True
GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
LAST_GET = b"GET /a HTTP/1.1\r\n" + CLOSE


class LargeAnswers:
    """Gives answers that do not fit between the two, its own or such as are passed on."""

    def __init__(self, *kinds: bool) -> None:
        self.may_end = asyncio.Event()
        self._kinds = iter(kinds)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["raw_path"] == b"/other":
            await self.may_end.wait()
            await send(start(200, b""))
            await send(end())
        else:
            await send({**start(200, LARGE), "may_pause": next(self._kinds)})
            await send(end(LARGE))


@asynccontextmanager
async def not_reading(
    app: LargeAnswers, *said: bytes, is_busy: bool, limits: ConnectionLimits | None = None
) -> AsyncGenerator[Caller]:
    """Say something and read nothing, until something is left to read at the server's end.

    While a server is busy with another request, it gathers what it sends, and an answer may be
    over before its caller has read any of it.
    """
    async with calling(app, limits=limits) as caller:
        transport = cast("asyncio.Transport", caller.writer.transport)
        transport.pause_reading()
        address = transport.get_extra_info("peername")
        _, other_writer = await asyncio.open_connection(*address)
        if is_busy:
            other_writer.write(b"GET /other HTTP/1.1\r\n" + CLOSE)
            await until(lambda: bool(caller.state.tasks))
        caller.writer.write(b"".join(said))
        await until(lambda: caller.protocols[0].unread() > 0)
        try:
            yield caller
        finally:
            app.may_end.set()
            other_writer.close()


@pytest.mark.parametrize(
    ("said", "is_busy", "kinds", "seconds"),
    [
        ([GET], False, [OWN], 60),
        ([GET.replace(b"1.1", b"1.0")], False, [OWN], 60),
        ([LAST_GET], True, [OWN], 60),
        ([GET], True, [OWN], 75 + 60),
        ([GET, GET], True, [PASSED_ON, OWN], 60),
        ([b"POST" + GET[3:-2] + b"Content-Length: 9\r\n\r\n"], True, [OWN], 75 + 60),
    ],
)
@with_jumping_clock
async def test_answer_that_is_not_read(
    said: list[bytes], kinds: list[bool], seconds: int, *, is_busy: bool
) -> None:
    """
    A caller who does not read an answer loses the connection, whatever it waits for.
    """
    async with not_reading(LargeAnswers(*kinds), *said, is_busy=is_busy) as caller:
        protocol = caller.protocols[0]
        await settle()
        for _ in range(seconds // 15 - 1):
            await jump(15)
        was_open = protocol in caller.state.connections
        await jump(15)

        assert (was_open, protocol in caller.state.connections) == (True, False)


@pytest.mark.parametrize(
    ("said", "is_busy", "kinds"),
    [
        ([GET], False, [PASSED_ON]),
        ([LAST_GET], True, [PASSED_ON]),
        ([GET, GET], True, [OWN, PASSED_ON]),
    ],
)
@with_jumping_clock
async def test_answer_that_is_passed_on(
    said: list[bytes], kinds: list[bool], *, is_busy: bool
) -> None:
    """
    Whoever reads an answer that is passed on may pause for a day, and gets it whole.
    """
    async with not_reading(LargeAnswers(*kinds), *said, is_busy=is_busy) as caller:
        await settle()
        await jump(24 * 60 * 60)
        cast("asyncio.Transport", caller.writer.transport).resume_reading()
        answers: list[bytes] = []
        for _ in kinds:
            await caller.reader.readuntil(b"\r\n\r\n")
            answers.append(await caller.reader.readexactly(len(LARGE)))

    assert answers == [LARGE] * len(kinds)


@with_jumping_clock
async def test_answer_that_is_read_slowly() -> None:
    """
    A caller who reads an answer of 8 MB in 8 minutes gets it whole.
    """
    async with not_reading(LargeAnswers(OWN), LAST_GET, is_busy=False) as caller:
        cast("asyncio.Transport", caller.writer.transport).resume_reading()
        await caller.reader.readuntil(b"\r\n\r\n")
        for _ in range(8):
            assert await caller.reader.readexactly(len(LARGE) // 8)
            await jump(59)

        assert await caller.reader.read() == b""


@with_jumping_clock
async def test_end_of_a_caller_who_does_not_read() -> None:
    """
    That a caller has closed its side is no reason to keep its answer for ever.
    """
    async with not_reading(LargeAnswers(OWN), GET, is_busy=True) as caller:
        caller.writer.write_eof()
        await until(caller.protocols[0].transport.is_closing)
        await jump(60)

        assert len(caller.state.connections) == 1


async def test_caller_who_does_not_read_gives_way() -> None:
    """
    When there are too many connections, one whose answer is not read is closed for another.
    """
    limits = ConnectionLimits(max_connections=2)
    app = LargeAnswers(OWN)
    async with not_reading(app, GET, is_busy=True, limits=limits) as caller:
        address = caller.writer.get_extra_info("peername")
        _, writer = await asyncio.open_connection(*address)
        await until(lambda: len(caller.protocols) == 3)

        assert caller.protocols[0] not in caller.state.connections
        writer.close()


async def test_oldest_connection_gives_way() -> None:
    """
    One connection too many closes the one that has waited longest for its caller.
    """
    app = Application()
    async with calling(app, limits=ConnectionLimits(max_connections=2)) as oldest:
        address = oldest.writer.get_extra_info("peername")
        oldest.writer.write(b"GET /slow")
        await until(lambda: len(oldest.protocols) == 1)
        others = [await asyncio.open_connection(*address) for _ in range(3)]
        with suppress(ConnectionResetError):
            assert await oldest.reader.read() == b""
        answers: list[bytes] = []
        for reader, writer in others[1:]:
            writer.write(b"GET /a HTTP/1.1\r\n" + CLOSE)
            answers.append(await reader.read())
        for _, writer in others:
            writer.close()

    assert [answer[:15] for answer in answers] == [b"HTTP/1.1 200 OK"] * 2


async def test_no_room() -> None:
    """
    While all connections are at work, one more is told to come back.
    """
    is_begun, may_end = asyncio.Event(), asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        is_begun.set()
        await may_end.wait()
        await send(start(200, b""))
        await send(end())

    async with calling(app, limits=ConnectionLimits(max_connections=1)) as caller:
        caller.writer.write(b"GET /a HTTP/1.1\r\n" + CLOSE)
        await is_begun.wait()
        reader, writer = await asyncio.open_connection(*caller.writer.get_extra_info("peername"))
        refusal = await reader.read()
        may_end.set()
        answer = await caller.reader.read()
        writer.close()

    assert refusal.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 1" in refusal.lower()
    assert answer.startswith(b"HTTP/1.1 200 ")


async def test_shutdown() -> None:
    """
    At a shutdown an idle connection is closed, and another once its answer is out.
    """
    is_begun, may_end = asyncio.Event(), asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        is_begun.set()
        await may_end.wait()
        await send(start(200, b"a"))
        await send(end(b"a"))

    async with calling(app) as caller, calling(app) as idle:
        caller.writer.write(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        await is_begun.wait()
        caller.protocols[0].shutdown()
        may_end.set()
        heard = await caller.reader.read()
        await until(lambda: bool(idle.protocols))
        idle.protocols[0].shutdown()
        rest = await idle.reader.read()

    assert heard.endswith(b"Connection: close\r\n\r\na")
    assert rest == b""


async def test_answers_of_one_moment() -> None:
    """
    Callers who are answered in the same turn of the event loop get each their own answer, whole.
    """
    all_have_called = asyncio.Barrier(2)

    async def answer_together(scope: Scope, _receive: Receive, send: Send) -> None:
        await all_have_called.wait()
        await send(start(200, scope["raw_path"]))
        await send(end(scope["raw_path"]))

    async with calling(answer_together) as caller:
        address = caller.writer.get_extra_info("peername")
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"GET /other HTTP/1.1\r\n" + CLOSE)

        answers = [await caller.all(b"GET /one HTTP/1.1\r\n", CLOSE), await reader.read()]

        writer.close()
        await writer.wait_closed()
    assert [answer.partition(b"\r\n\r\n")[2] for answer in answers] == [b"/one", b"/other"]


async def test_end_of_a_caller_at_the_moment_of_its_answer() -> None:
    """
    A caller who closes its side in the turn in which it is answered still gets the answer.
    """
    may_end = asyncio.Event()
    callers: list[Caller] = []

    async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["raw_path"] == b"/other":
            await may_end.wait()
        await send(start(200, b"a"))
        await send(end(b"a"))
        if scope["raw_path"] == b"/one":
            callers[0].protocols[0].hear_the_end()

    async with calling(answer) as caller:
        callers.append(caller)
        address = caller.writer.get_extra_info("peername")
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"GET /other HTTP/1.1\r\n" + CLOSE)
        await until(lambda: bool(caller.state.tasks))

        heard = await caller.all(b"GET /one HTTP/1.1\r\nHost: x\r\n\r\n")

        may_end.set()
        await reader.read()
        writer.close()
        await writer.wait_closed()
    assert heard.endswith(b"\r\n\r\na")
