"""Headers on their way through: what an intermediary takes out and adds (RFC 9110, section 7.6)."""

from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"http2-settings",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"transfer-encoding",
        b"upgrade",
    }
)
# Whatever `Connection` names, a request without these would be another one.
_ALWAYS_KEPT = frozenset({b"authorization", b"content-length", b"content-type", b"cookie", b"host"})
_VIA = b"1.1 autospot-gateway"


class Forwarding:
    """How requests are forwarded to one upstream.

    `host` is what `Host` becomes; None keeps the caller's.
    """

    def __init__(self, host: bytes | None, api_key_header: str) -> None:
        """Never lose the API key."""
        self._host = host
        self._kept = _ALWAYS_KEPT | {api_key_header.lower().encode()}

    def request_headers(
        self, sent: Headers, caller: tuple[str, int] | None, scheme: str
    ) -> Headers:
        """The headers of a request, as the upstream gets them."""
        forwarded = _end_to_end(sent, self._kept)
        host = _value(forwarded, b"host")
        if self._host is not None:
            forwarded = [(n, self._host if n.lower() == b"host" else v) for n, v in forwarded]
        if caller is not None:
            _append(forwarded, b"X-Forwarded-For", caller[0].encode())
        if _value(forwarded, b"x-forwarded-proto") is None:
            forwarded.append((b"X-Forwarded-Proto", scheme.encode()))
        if host is not None and _value(forwarded, b"x-forwarded-host") is None:
            forwarded.append((b"X-Forwarded-Host", host))
        _append(forwarded, b"Via", _VIA)
        if _value(sent, b"transfer-encoding") is not None:
            forwarded.append((b"Transfer-Encoding", b"chunked"))
        return forwarded


def answer_headers(sent: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers of an answer, as the caller gets them."""
    return _end_to_end(list(sent), _ALWAYS_KEPT)


def _end_to_end(headers: Headers, kept: frozenset[bytes]) -> Headers:
    named = {
        token.strip(b" \t").lower()
        for name, value in headers
        if name.lower() == b"connection"
        for token in value.split(b",")
    }
    dropped = _HOP_BY_HOP | (named - kept)
    return [(name, value) for name, value in headers if name.lower() not in dropped]


def _value(headers: Headers, name: bytes) -> bytes | None:
    return next((value for key, value in headers if key.lower() == name), None)


def _append(headers: Headers, name: bytes, value: bytes) -> None:
    """Append to a list that a header holds, in its last line, or add the header."""
    lowered = name.lower()
    for index in reversed(range(len(headers))):
        key, held = headers[index]
        if key.lower() == lowered:
            headers[index] = (key, held + b", " + value)
            return
    headers.append((name, value))
