"""The head of a request: read into an ASGI scope, or refused (RFC 9112, sections 3 and 6)."""

import re
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote

from starlette.types import Scope

from gateway.raw_head import RAW_HEAD, RawHead


class Refusal(NamedTuple):
    """Why a request is not answered by the application; the connection ends with it."""

    status: HTTPStatus
    detail: str


MALFORMED = Refusal(HTTPStatus.BAD_REQUEST, "This is not a request of HTTP/1.1.")
TOO_LARGE = Refusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The head of the request is too large."
)
TOO_SLOW = Refusal(HTTPStatus.REQUEST_TIMEOUT, "The head of the request did not come in time.")
NO_ROOM = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE, "All connections are at work; nothing was read of the request."
)


class RequestHead:
    """The head of one request."""

    __slots__ = (
        "_headers",
        "_is_upgrade",
        "_method",
        "_raw_headers",
        "_target",
        "_version",
        "_weighed",
    )

    def __init__(self, method: str, raw: RawHead, version: str, *, is_upgrade: bool) -> None:
        """Take a head as it was sent; for the parser CONNECT is an upgrade too."""
        self._method = method
        self._raw_headers = raw.headers
        self._target = _path_and_query(method, raw.target)
        self._version = version
        self._is_upgrade = is_upgrade
        self._headers = [(name.lower(), value) for name, value in raw.headers]
        self._weighed: dict[bytes, list[bytes]] = {}
        for name, value in self._headers:
            if name in _WEIGHED:
                self._weighed.setdefault(name, []).append(value.strip().lower())

    def framing(self) -> bytes:
        """The header line that frames the body; empty when there is no body."""
        if b"transfer-encoding" in self._weighed:
            return b"transfer-encoding: chunked\r\n"
        lengths = self._weighed.get(b"content-length")
        return b"content-length: %b\r\n" % lengths[0] if lengths else b""

    def awaits_continue(self) -> bool:
        """Whether the caller sends the body only when told to (RFC 9110, section 10.1.1)."""
        return self._version == "1.1" and b"100-continue" in self._weighed.get(b"expect", ())

    def refusal(self) -> Refusal | None:
        """Why two servers could read the request differently, or why it is not served."""
        weighed = self._weighed
        if self._version not in _VERSIONS:
            return _OTHER_VERSION
        if self._is_upgrade and self._method == "CONNECT":
            return _TUNNEL
        if self._is_upgrade and b"websocket" in b",".join(weighed[b"upgrade"]).split(b","):
            return _WEBSOCKET
        hosts = weighed.get(b"host", ())
        if len(hosts) != 1 and (hosts or self._version == "1.1"):
            return _HOSTS
        encodings = weighed.get(b"transfer-encoding")
        if encodings and (encodings != [b"chunked"] or self._version == "1.0"):
            return _ENCODING
        return None if self._target else _TARGET

    def fill(self, scope: Scope) -> Scope:
        """Add what the head says to a scope, and give it back."""
        path, _, query = self._target.partition(b"?")
        scope["method"] = self._method
        scope["http_version"] = self._version
        scope["path"] = unquote(path.decode("ascii")) if b"%" in path else path.decode("ascii")
        scope["raw_path"] = path
        scope["query_string"] = query
        scope["headers"] = self._headers
        scope["extensions"] = {RAW_HEAD: RawHead(self._target, self._raw_headers)}
        return scope


def _path_and_query(method: str, target: bytes) -> bytes:
    """The target without the host that its absolute form may name; empty when it is no target."""
    if target.startswith(b"/") or (target == b"*" and method == "OPTIONS"):
        return target
    if absolute := _absolute_form(target):
        rest = target[absolute.end() :]
        return rest if rest.startswith(b"/") else b"/" + rest
    return b""


_WEIGHED = frozenset({b"content-length", b"expect", b"host", b"transfer-encoding", b"upgrade"})
_VERSIONS = frozenset({"1.0", "1.1"})
_absolute_form = re.compile(rb"https?://[^/?#]+", re.IGNORECASE).match

_OTHER_VERSION = Refusal(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 is spoken here.")
_TUNNEL = Refusal(HTTPStatus.NOT_IMPLEMENTED, "CONNECT is not served here.")
_WEBSOCKET = Refusal(HTTPStatus.NOT_IMPLEMENTED, "WebSockets are not served here.")
_HOSTS = Refusal(HTTPStatus.BAD_REQUEST, "A request must have one Host header, and one only.")
_ENCODING = Refusal(HTTPStatus.BAD_REQUEST, "Only Transfer-Encoding: chunked is understood here.")
_TARGET = Refusal(HTTPStatus.BAD_REQUEST, "The target of a request must begin with a slash.")
