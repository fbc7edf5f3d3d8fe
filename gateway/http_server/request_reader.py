"""Requests, read from bytes as they come."""

from typing import Protocol

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from gateway.http_server.request_head import MALFORMED, TOO_LARGE, Refusal, RequestHead
from gateway.raw_head import RawHead

_MAX_OVERHEAD = 256 * 1024


class Requests(Protocol):
    """What is told of the requests that are read."""

    def begin(self, head: RequestHead, *, keeps_alive: bool) -> None:
        """Hear that a request begins."""
        ...

    def take(self, piece: bytes) -> None:
        """Hear a piece of its body."""
        ...

    def end(self) -> None:
        """Hear that it is complete."""
        ...


class Refused(Exception):
    """What came can be answered only with a refusal; nothing after it can be read."""

    def __init__(self, refusal: Refusal, head: RequestHead | None = None) -> None:
        """Give the head, if there was one."""
        super().__init__(refusal.detail)
        self.refusal = refusal
        self.head = head


class RequestReader:
    """Reads requests one after the other.

    Trailers are dropped. The body of a request that offers an upgrade is read as any other: the
    parser takes what follows such a head for another protocol, so the body gets a parser of its
    own, which has been given a head with the same framing.
    """

    def __init__(self, requests: Requests) -> None:
        """Tell what is read."""
        self._requests = requests
        self._parser = HttpRequestParser(self)
        self._overhead = 0
        self._body_framing = b""
        self._is_resuming = False
        self.on_message_begin()
        self.is_between = True
        """Whether no request has begun that is not complete."""

    def feed(self, received: bytes) -> None:
        """Read on. Raises Refused; then nothing more may be fed."""
        self._overhead += len(received)
        try:
            self._parser.feed_data(received)
        except HttpParserUpgrade as upgrade:
            offset: int = upgrade.args[0]
            self._resume()
            self.feed(received[offset:])
        except HttpParserError as error:
            if isinstance(error.__context__, Refused):
                raise error.__context__ from None
            raise Refused(MALFORMED) from error
        if self._overhead > _MAX_OVERHEAD:
            raise Refused(TOO_LARGE)

    def on_message_begin(self) -> None:
        """Forget the head of the request before."""
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._is_in_head = True
        self.is_between = False

    def on_url(self, part: bytes) -> None:
        """Keep the target, or the next part of it."""
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header, and drop a trailer."""
        if self._is_in_head:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Tell the head."""
        self._is_in_head = False
        if self._is_resuming:
            return
        parser, raw = self._parser, RawHead(self._target, self._headers)
        version, is_upgrade = parser.get_http_version(), parser.should_upgrade()
        head = RequestHead(parser.get_method().decode(), raw, version, is_upgrade=is_upgrade)
        if self._overhead > _MAX_OVERHEAD and raw.size > _MAX_OVERHEAD:
            raise Refused(TOO_LARGE, head)
        if refusal := head.refusal():
            raise Refused(refusal, head)
        self._overhead = 0
        self._body_framing = head.framing() if is_upgrade else b""
        self._requests.begin(head, keeps_alive=version == "1.1" and parser.should_keep_alive())

    def on_body(self, piece: bytes) -> None:
        """Tell a piece of a body."""
        self._overhead = 0
        self._requests.take(piece)

    def on_message_complete(self) -> None:
        """Tell the end of a request, unless its body is still to be read."""
        if not self._body_framing:
            self.is_between = True
            self._requests.end()

    def _resume(self) -> None:
        """Go on after the head of a request that offered an upgrade."""
        framing, self._body_framing = self._body_framing, b""
        self._parser = HttpRequestParser(self)
        if framing:
            self._is_resuming = True
            self._parser.feed_data(b"POST / HTTP/1.1\r\nhost: x\r\n%b\r\n" % framing)
            self._is_resuming = False
