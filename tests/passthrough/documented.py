"""What the gateway takes out of a message and adds to it, as its documents say."""

from tests.passthrough.wire import Headers, Message

_HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-connection te transfer-encoding upgrade http2-settings".split()
)
_ALWAYS_KEPT = frozenset(b"host content-length content-type authorization cookie".split())
_API_KEY = frozenset([b"x-api-key"])


def end_to_end(headers: Headers, kept: frozenset[bytes] = _ALWAYS_KEPT) -> Headers:
    """The headers that are for whoever is at the other end; some are, whatever Connection names."""
    named = {
        token.strip().lower()
        for name, value in headers
        if name == b"connection"
        for token in value.split(b",")
    }
    taken_out = _HOP_BY_HOP | (named - kept)
    return [(name, value) for name, value in headers if name not in taken_out]


def forwarded(direct: Message, host: bytes) -> Message:
    """A request that AutoSpot got directly, as it gets it through a gateway at this host."""
    headers = end_to_end(direct.headers, _ALWAYS_KEPT | _API_KEY)
    _append(headers, b"x-forwarded-for", b"127.0.0.1")
    _add(headers, b"x-forwarded-proto", b"http")
    _add(headers, b"x-forwarded-host", host)
    _append(headers, b"via", b"1.1 autospot-gateway")
    if direct.framing == "chunks":
        headers.append((b"transfer-encoding", b"chunked"))
    return direct._replace(headers=headers)


def passed_on(answer: Message, direct: Message | None = None) -> Message:
    """An answer without what each connection has of its own, and without the reason phrase.

    Of one that AutoSpot also gave directly, the id that only the gateway gave is left out.
    """
    framing = "chunks" if answer.framing == "close" else answer.framing
    headers = end_to_end(answer.headers)
    if direct is not None and all(name != b"x-request-id" for name, _ in direct.headers):
        headers = [header for header in headers if header[0] != b"x-request-id"]
    return Message(b"HTTP/1.1 %d" % answer.status, headers, framing, answer.body)


def _add(headers: Headers, name: bytes, value: bytes) -> None:
    if all(key != name for key, _ in headers):
        headers.append((name, value))


def _append(headers: Headers, name: bytes, value: bytes) -> None:
    """Append to the last of the lines that a header has, or be the first."""
    lines = [line for line, (key, _) in enumerate(headers) if key == name]
    if lines:
        value = headers.pop(lines[-1])[1] + b", " + value
    headers.insert(lines[-1] if lines else len(headers), (name, value))
