"""Any exchange is the same through the gateway as it is without it, but for what is documented."""

import socket
from collections.abc import Generator, Iterable
from contextlib import closing
from io import BufferedIOBase
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.passthrough.autospot import Answer, AutoSpot, playing
from tests.passthrough.documented import end_to_end, forwarded, passed_on
from tests.passthrough.wire import BODILESS, Headers, Message, read_answer
from tests.server import running

# Those that a server on llhttp knows, but for CONNECT.
_METHODS = (
    b"GET HEAD POST PUT PATCH DELETE OPTIONS TRACE ACL BIND CHECKOUT COPY LINK LOCK M-SEARCH MERGE "
    b"MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY PROPFIND PROPPATCH PURGE REBIND REPORT SEARCH "
    b"SUBSCRIBE UNBIND UNLINK UNLOCK UNSUBSCRIBE"
).split()
_NAME_LETTERS = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# What frames a message or asks for a go-ahead is chosen apart.
_CHOSEN = frozenset(
    b"connection content-length expect host transfer-encoding upgrade x-request-id".split()
)


class Body(NamedTuple):
    """A body, its framing, and the pieces in which it is sent."""

    framing: bytes
    pieces: tuple[bytes, ...]


class Exchange(NamedTuple):
    """A request but for its Host, and its answer."""

    start: bytes
    headers: Headers
    body: Body
    answer: Answer

    @property
    def method(self) -> bytes:
        """The request's method."""
        return self.start.split(b" ")[0]


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")


def _is_passed(target: bytes) -> bool:
    """Whether a target is AutoSpot's."""
    path = target.partition(b"?")[0]
    return path != b"/graphql" and not path.startswith(b"/-/")


_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
_targets = (
    st.text(_VISIBLE.replace("#", ""), max_size=30)
    .map(lambda text: b"/" + text.encode())
    .filter(_is_passed)
)
_names = st.one_of(
    st.sampled_from(
        b"Accept Cookie Keep-Alive Set-Cookie TE Via X-API-Key X-Forwarded-For X-Forwarded-Host "
        b"X-Forwarded-Proto X-Twice x-twice Date Server Content-Encoding Content-Type ETag".split()
    ),
    st.text(_NAME_LETTERS, min_size=1, max_size=20).map(_bytes),
).filter(lambda name: name.lower() not in _CHOSEN)
_values = st.text("\t " + _VISIBLE + "".join(map(chr, range(0x80, 0x100))), max_size=40).map(
    lambda text: _bytes(text.strip("\t "))
)


@st.composite
def _header_lists(draw: st.DrawFn) -> Headers:
    headers = draw(st.lists(st.tuples(_names, _values), max_size=8))
    if headers and draw(st.booleans()):
        named = draw(st.lists(st.sampled_from([name for name, _ in headers]), max_size=3))
        place = draw(st.integers(0, len(headers)))
        headers.insert(place, (b"Connection", b", ".join([b"keep-alive", *named])))
    return headers


_pieces = st.lists(
    st.one_of(
        st.binary(max_size=100),
        st.builds(bytes.__mul__, st.binary(min_size=1), st.integers(1, 5_000)),
    ),
    max_size=6,
).map(tuple)


@st.composite
def _bodies(draw: st.DrawFn, framings: list[bytes]) -> Body:
    framing = draw(st.sampled_from(framings))
    pieces = draw(_pieces) if framing != b"nothing" else ()
    if framing == b"chunks":
        chunks = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece]
        return Body(b"Transfer-Encoding: chunked\r\n", (*chunks, b"0\r\n\r\n"))
    length = b"Content-Length: %d\r\n" % sum(map(len, pieces))
    return Body(length if framing == b"length" else b"", pieces)


def _lines(headers: Headers) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers)


@st.composite
def _answers(draw: st.DrawFn, method: bytes) -> Answer:
    status = draw(st.one_of(st.sampled_from([204, 304]), st.integers(200, 599)))
    head = b"HTTP/1.1 %d Reason\r\n%b" % (status, _lines(draw(_header_lists())))
    if method == b"HEAD" or status in BODILESS:
        framings = [b"nothing", b"length"] + ([b"chunks"] if method == b"HEAD" else [])
        body = draw(_bodies(framings))
        return Answer((head + body.framing + b"\r\n",))
    body = draw(_bodies([b"length", b"chunks", b"close"]))
    return Answer((head + body.framing + b"\r\n", *body.pieces), closes=not body.framing)


@st.composite
def _exchanges(draw: st.DrawFn) -> Exchange:
    method = draw(st.one_of(st.just(b"HEAD"), st.sampled_from(_METHODS)))
    start = b"%b %b HTTP/1.1\r\n" % (method, draw(_targets))
    body = draw(_bodies([b"nothing", b"length", b"chunks"]))
    return Exchange(start, draw(_header_lists()), body, draw(_answers(method)))


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int

    @property
    def name(self) -> bytes:
        """What a caller puts into Host."""
        return b"%b:%d" % (self.host.encode(), self.port)


@pytest.fixture(scope="module")
def autospot() -> Generator[AutoSpot]:
    """
    A stand-in for AutoSpot.
    """
    with playing(lambda _: Answer(())) as autospot:
        yield autospot


@pytest.fixture(scope="module")
def gateway(autospot: AutoSpot) -> Generator[Address]:
    """
    A gateway in front of it.
    """
    with running(upstream_url=autospot.url) as url:
        yield Address("127.0.0.1", urlsplit(url).port or 0)


def _calls(exchange: Exchange, address: Address, times: int) -> list[Message]:
    """Make a call some times on one connection, each piece of it as a packet of its own."""
    head = exchange.start + b"Host: %b\r\n" % address.name + _lines(exchange.headers)
    pieces = (head + exchange.body.framing + b"\r\n", *exchange.body.pieces)
    with closing(socket.create_connection(address)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection.makefile("rb") as stream:
            return [_call(connection, stream, pieces, exchange.method) for _ in range(times)]


def _call(
    connection: socket.socket, stream: BufferedIOBase, pieces: Iterable[bytes], method: bytes
) -> Message:
    for piece in pieces:
        connection.sendall(piece)
    return read_answer(stream, method)


@settings(max_examples=200)
@given(_exchanges())
def test_any_exchange(autospot: AutoSpot, gateway: Address, exchange: Exchange) -> None:
    """
    AutoSpot and the caller see what they would see of each other without a gateway.

    A body that ends with the connection comes in chunks, since the caller's connection goes on.
    """
    autospot.answer = lambda _: exchange.answer
    autospot.forget()
    [answer] = _calls(exchange, Address(*autospot.address), times=1)
    answers = _calls(exchange, gateway, times=2)
    direct, *through = autospot.forget()

    assert through == [forwarded(direct, gateway.name)] * 2
    assert [passed_on(each) for each in answers] == [passed_on(answer)] * 2


def test_not_modified_with_a_length(autospot: AutoSpot, gateway: Address) -> None:
    """
    A 304 that tells the length of what was not modified has no body, and ends no connection.
    """
    answer = Answer((b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",))
    exchange = Exchange(b"GET /a HTTP/1.1\r\n", [], Body(b"", ()), answer)
    autospot.answer = lambda _: answer

    answers = _calls(exchange, gateway, times=2)

    assert [(each.status, end_to_end(each.headers)[0]) for each in answers] == [
        (304, (b"Content-Length", b"5"))
    ] * 2
