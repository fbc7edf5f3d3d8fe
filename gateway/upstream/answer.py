"""An answer, read from bytes as they come."""

from typing import NamedTuple

from httptools import HttpParserError, HttpResponseParser

from gateway.upstream.limits import UpstreamLimits


class AnswerHead(NamedTuple):
    """The head of an answer, byte for byte."""

    status: int
    reason: bytes
    http_version: str
    headers: list[tuple[bytes, bytes]]


class BadAnswer(Exception):
    """What came is no answer, or not the whole of one; the message says why."""


class AnswerReader:
    """Reads answers, one at a time; what it has of a body waits in it until it is taken."""

    def __init__(self, limits: UpstreamLimits) -> None:
        self._limits = limits
        self.begin(is_to_head=False)

    def begin(self, *, is_to_head: bool) -> None:
        """Expect an answer, to a HEAD or to another request."""
        self.head: AnswerHead | None = None
        self.has_begun = False
        self.is_complete = False
        self.keeps_alive = False
        self.buffered = 0
        self._pieces: list[bytes] = []
        self._overhead = 0
        self._is_to_head = is_to_head
        self._ends_with_connection = False
        # A parser cannot be told that this answer has no body, so it is not used for the next one.
        self._parser = HttpResponseParser(self)

    def feed(self, received: bytes | memoryview) -> None:
        """Read on. Raises BadAnswer."""
        self.has_begun = True
        if self.is_complete:
            self.keeps_alive = False
            return
        self._overhead += len(received)
        try:
            self._parser.feed_data(received)
        except HttpParserError as error:
            self._stumble(error)
        if self._overhead > self._limits.max_head_bytes and not self.is_complete:
            raise BadAnswer(_TOO_LARGE)

    def end(self) -> None:
        """Hear that nothing more comes. Raises BadAnswer when the answer is not complete."""
        self.keeps_alive = False
        if not (self.is_complete or self._ends_with_connection):
            raise BadAnswer("The upstream closed the connection before its answer was complete.")
        self.is_complete = True

    def take(self) -> bytes:
        """Take what has come of the body."""
        pieces, self._pieces, self.buffered = self._pieces, [], 0
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def on_message_begin(self) -> None:
        """Forget an answer that was not the last, such as 100 Continue."""
        if self.is_complete:
            raise BadAnswer("More came than an answer.")
        self._reason = b""
        self._headers: list[tuple[bytes, bytes]] = []

    def on_status(self, reason: bytes) -> None:
        """Keep the reason, or the next part of it."""
        self._reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header, and drop a trailer."""
        if self.head is None:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Check the head, and keep it if it is the last."""
        status, version = self._parser.get_status_code(), self._parser.get_http_version()
        if _FIRST_INTERIM <= status < _FIRST_FINAL and status != _SWITCHING_PROTOCOLS:
            return
        if not _FIRST_FINAL <= status < _FIRST_UNKNOWN:
            raise BadAnswer(f"The upstream answered with status {status}.")
        if version not in _VERSIONS:
            raise BadAnswer(f"The upstream answered in HTTP/{version}.")
        self._check_size()
        is_chunked, has_length = _framing(self._headers)
        self._ends_with_connection = not (is_chunked or has_length)
        self.head = AnswerHead(status, self._reason, version, self._headers)
        self._overhead = 0
        if self._is_to_head:
            self.is_complete = True
            self.keeps_alive = self._parser.should_keep_alive() and not is_chunked

    def on_body(self, piece: bytes) -> None:
        """Keep a piece of the body."""
        if self.is_complete:
            raise BadAnswer("A body came in answer to HEAD.")
        self._overhead = 0
        self._pieces.append(piece)
        self.buffered += len(piece)

    def on_message_complete(self) -> None:
        """Note the end of the last answer."""
        if self.head is not None:
            self.is_complete = True
            self.keeps_alive = self._parser.should_keep_alive()

    def _stumble(self, error: HttpParserError) -> None:
        """Raise what is wrong with an answer; after a complete one, only close the connection."""
        self.keeps_alive = False
        if not self.is_complete:
            reason = error.__context__ if isinstance(error.__context__, BadAnswer) else error
            raise BadAnswer(str(reason)) from error

    def _check_size(self) -> None:
        """Refuse a head that is too large, when it may be: what was fed may go beyond it."""
        size = 0
        if self._overhead > self._limits.max_head_bytes:
            size = sum(len(name) + len(value) for name, value in self._headers)
        if size > self._limits.max_head_bytes or len(self._headers) > self._limits.max_headers:
            raise BadAnswer(_TOO_LARGE)


_FIRST_INTERIM, _SWITCHING_PROTOCOLS, _FIRST_FINAL, _FIRST_UNKNOWN = 100, 101, 200, 600
_VERSIONS = frozenset({"1.0", "1.1"})
_TOO_LARGE = "The upstream's answer has too many headers, or too much that is no body."


def _framing(headers: list[tuple[bytes, bytes]]) -> tuple[bool, bool]:
    """Whether a body is chunked, and whether its length is known; the parser checks the rest."""
    is_chunked = has_length = False
    for name, value in headers:
        lowered = name.lower()
        if lowered == b"content-length":
            has_length = True
        elif lowered == b"transfer-encoding":
            if is_chunked or value.strip(b" \t").lower() != b"chunked":
                raise BadAnswer("The upstream's answer has a transfer encoding besides chunked.")
            is_chunked = True
    return is_chunked, has_length
