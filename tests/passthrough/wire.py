"""Messages of HTTP/1.1, read by the letter of RFC 9112 and without a library."""

from io import BufferedIOBase
from typing import NamedTuple

Headers = list[tuple[bytes, bytes]]

BODILESS = frozenset({204, 304})


class CutOff(Exception):
    """The connection ended within a message."""


class Message(NamedTuple):
    """A request or an answer, byte for byte."""

    start: bytes
    headers: Headers
    framing: str
    """What ends the body: its "length", the last of "chunks", or the connection's "close"; it is
    "nothing" where there is no body."""
    body: bytes

    @property
    def method(self) -> bytes:
        """The method of a request."""
        return self.start.split(b" ")[0]

    @property
    def target(self) -> bytes:
        """The target of a request."""
        return self.start.split(b" ")[1]

    @property
    def status(self) -> int:
        """The status of an answer."""
        return int(self.start.split(b" ")[1])


def read_request(stream: BufferedIOBase, answers: BufferedIOBase) -> Message | None:
    """Read a request, whose sender may first ask for a go-ahead; None when no more come.

    Raises CutOff.
    """
    start = stream.readline()
    if not start:
        return None
    headers = _headers(stream)
    if (b"expect", b"100-continue") in _lowered(headers):
        answers.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    framing = _framing(headers, "nothing")
    return Message(start.rstrip(), headers, framing, _body(stream, headers, framing))


def read_answer(stream: BufferedIOBase, method: bytes) -> Message:
    """Read the final answer to a request. Raises CutOff."""
    start, headers = _line(stream), _headers(stream)
    status = int(start.split(b" ")[1])
    if status < 200:
        return read_answer(stream, method)
    is_bodiless = method == b"HEAD" or status in BODILESS
    framing = "nothing" if is_bodiless else _framing(headers, "close")
    return Message(start, headers, framing, _body(stream, headers, framing))


def _headers(stream: BufferedIOBase) -> Headers:
    headers: Headers = []
    while line := _line(stream):
        name, _, value = line.partition(b":")
        headers.append((name, value.strip(b" \t")))
    return headers


def _lowered(headers: Headers) -> Headers:
    return [(name.lower(), value) for name, value in headers]


def _framing(headers: Headers, otherwise: str) -> str:
    names = {name for name, _ in _lowered(headers)}
    if b"transfer-encoding" in names:
        return "chunks"
    return "length" if b"content-length" in names else otherwise


def _body(stream: BufferedIOBase, headers: Headers, framing: str) -> bytes:
    if framing == "chunks":
        return _chunks(stream)
    if framing == "length":
        return _exactly(stream, int(dict(_lowered(headers))[b"content-length"]))
    return stream.read() if framing == "close" else b""


def _chunks(stream: BufferedIOBase) -> bytes:
    body = b""
    while size := int(_line(stream), 16):
        body += _exactly(stream, size)
        assert _line(stream) == b""
    assert _line(stream) == b""
    return body


def _line(stream: BufferedIOBase) -> bytes:
    line = stream.readline()
    if not line.endswith(b"\r\n"):
        raise CutOff
    return line[:-2]


def _exactly(stream: BufferedIOBase, size: int) -> bytes:
    body = stream.read(size)
    if len(body) < size:
        raise CutOff
    return body
