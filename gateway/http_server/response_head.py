"""The head of an answer, and how its body is framed (RFC 9112, section 6)."""

from enum import Enum, auto
from http import HTTPStatus
from typing import NamedTuple

from starlette.types import Message

_REASONS = {int(status): status.phrase.encode() for status in HTTPStatus}
_WITHOUT_BODY = frozenset({204, 304})


class Framing(Enum):
    """How a caller knows where a body ends."""

    NO_BODY = auto()
    LENGTH = auto()
    CHUNKED = auto()
    CONNECTION = auto()


class ResponseHead(NamedTuple):
    """The head of one answer."""

    data: bytes
    framing: Framing
    length: int
    """Of the body, in bytes, when it is framed by its length."""
    keeps_alive: bool


def response_head(
    message: Message, *, is_to_head: bool, version: str, keeps_alive: bool
) -> ResponseHead:
    """Write the head that an ASGI message starts an answer with; names and values stay as given.

    Raises ValueError when a header would break a line.
    """
    status: int = message["status"]
    length = None
    lines = [b"HTTP/1.1 %d %b" % (status, message.get("reason", _REASONS.get(status, b"")))]
    for name, value in message["headers"]:
        lowered = name.lower()
        if lowered == b"content-length":
            length = int(value)
        elif lowered == b"connection" and b"close" in value.lower():
            keeps_alive = False
            continue
        lines.append(name + b": " + value)
    framing = _framing(status, length, is_to_head=is_to_head, version=version)
    if framing is Framing.CHUNKED:
        lines.append(b"Transfer-Encoding: chunked")
    if framing is Framing.CONNECTION:
        keeps_alive = False
    if not keeps_alive:
        lines.append(b"Connection: close")
    data = b"\r\n".join((*lines, b"", b""))
    if not data.count(b"\n") == data.count(b"\r") == len(lines) + 1:
        raise ValueError("A header of the answer holds a line break.")
    return ResponseHead(data, framing, length or 0, keeps_alive)


def _framing(status: int, length: int | None, *, is_to_head: bool, version: str) -> Framing:
    if is_to_head or status in _WITHOUT_BODY:
        return Framing.NO_BODY
    if length is not None:
        return Framing.LENGTH
    return Framing.CONNECTION if version == "1.0" else Framing.CHUNKED
