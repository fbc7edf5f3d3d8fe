"""A request as it is sent: nothing is added but the framing that it lacks."""

from collections.abc import AsyncIterable, Sequence
from typing import NamedTuple

Headers = Sequence[tuple[bytes, bytes]]


class UpstreamRequest(NamedTuple):
    """A request, whose method, target and headers are sent byte for byte."""

    method: bytes
    target: bytes
    headers: Headers
    body: bytes | AsyncIterable[bytes] | None = None
    """In pieces it is sent with the headers' Content-Length, and chunked if they have none."""


class FramedRequest(NamedTuple):
    """A request that is ready to be sent."""

    head: bytes
    length: int | None
    """Of the body; None when it is chunked."""
    body: bytes | AsyncIterable[bytes] | None


def framed(request: UpstreamRequest) -> FramedRequest:
    """Encode the head of a request.

    Raises ValueError for one that the upstream could read as another: with a line break or a space
    in a wrong place, or with headers that contradict the body.
    """
    method, target, headers, body = request
    length, is_chunked = _declared(headers)
    added = b""
    if length is None and not is_chunked:
        length, added = _undeclared(body)
    elif isinstance(body, bytes | None) and length != len(body or b""):
        raise ValueError("The headers of the request contradict its body.")
    lines = b"".join([b"%b: %b\r\n" % header for header in headers])
    start = b"%b %b HTTP/1.1\r\n" % (method, target)
    head = b"%b%b%b\r\n" % (start, lines, added)
    if not head.count(b"\n") == head.count(b"\r") == len(headers) + (3 if added else 2):
        raise ValueError("The head of the request has a line break inside a line.")
    if not method or not target or start.count(b" ") != _SPACES:
        raise ValueError("The method and the target of a request are not empty, and have no space.")
    return FramedRequest(head, length, body)


_SPACES = 2


def _declared(headers: Headers) -> tuple[int | None, bool]:
    """The length that headers declare, and whether they declare chunks."""
    framing = [
        (lowered, value.strip(b" \t").lower())
        for name, value in headers
        if (lowered := name.lower()) in _FRAMING
    ]
    match framing:
        case []:
            return None, False
        case [(b"content-length", length)] if length.isdigit():
            return int(length), False
        case [(b"transfer-encoding", b"chunked")]:
            return None, True
        case _:
            raise ValueError("The headers of the request do not frame its body in one plain way.")


_FRAMING = frozenset({b"content-length", b"transfer-encoding"})


def _undeclared(body: bytes | AsyncIterable[bytes] | None) -> tuple[int | None, bytes]:
    """The length of a body, and the header that says so."""
    if body is None:
        return 0, b""
    if isinstance(body, bytes):
        return len(body), b"Content-Length: %d\r\n" % len(body)
    return None, b"Transfer-Encoding: chunked\r\n"
