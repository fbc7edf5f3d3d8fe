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
        if name.lower() == b"connection"
        for token in value.split(b",")
    }
    taken_out = _HOP_BY_HOP | (named - kept)
    return [(name, value) for name, value in headers if name.lower() not in taken_out]


def forwarded(direct: Message, host: bytes) -> Message:
    """A request that AutoSpot got directly, as it gets it through a gateway at this host."""
    headers = end_to_end(direct.headers, _ALWAYS_KEPT | _API_KEY)
    _append(headers, b"X-Forwarded-For", b"127.0.0.1")
    _add(headers, b"X-Forwarded-Proto", b"http")
    _add(headers, b"X-Forwarded-Host", host)
    _append(headers, b"Via", b"1.1 autospot-gateway")
    if direct.framing == "chunks":
        headers.append((b"Transfer-Encoding", b"chunked"))
    return direct._replace(headers=headers)


def passed_on(answer: Message) -> Message:
    """An answer without what each connection has of its own."""
    framing = "chunks" if answer.framing == "close" else answer.framing
    return answer._replace(headers=end_to_end(answer.headers), framing=framing)


def _add(headers: Headers, name: bytes, value: bytes) -> None:
    if all(key.lower() != name.lower() for key, _ in headers):
        headers.append((name, value))


def _append(headers: Headers, name: bytes, value: bytes) -> None:
    """Append to the last of the lines that a header has, or be the first."""
    lines = [line for line, (key, _) in enumerate(headers) if key.lower() == name.lower()]
    if lines:
        key, held = headers[lines[-1]]
        headers[lines[-1]] = (key, held + b", " + value)
    else:
        headers.append((name, value))
