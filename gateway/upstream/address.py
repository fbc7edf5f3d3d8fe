"""The upstream's URL: read, or refused with one sentence."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_is_plain = re.compile(r"[!-~]+").fullmatch
_is_name = re.compile(r"(?!.{254})[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?").fullmatch


class UpstreamUrlError(Exception):
    """A URL names no usable upstream; the message says why, and does not repeat the URL."""


@dataclass(frozen=True)
class UpstreamAddress:
    """Where the upstream is."""

    is_tls: bool
    host: str
    port: int
    prefix: bytes
    """The path of the URL, without a slash at its end: what every target begins with."""
    host_header: bytes
    """The value of `Host` in a request to it."""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read a URL. Raises UpstreamUrlError."""
        parts = _split(url)
        host, port = _host(parts), _port(parts)
        shown = f"[{host}]" if ":" in host else host
        is_default = port == _DEFAULT_PORTS[parts.scheme]
        return cls(
            is_tls=parts.scheme == "https",
            host=host,
            port=port,
            prefix=parts.path.rstrip("/").encode(),
            host_header=(shown if is_default else f"{shown}:{port}").encode(),
        )

    def target(self, path: bytes) -> bytes:
        """The target of a request for a path, with its query: nothing but the prefix is added."""
        return self.prefix + path


def _split(url: str) -> SplitResult:
    if not _is_plain(url):
        raise UpstreamUrlError(
            "The upstream's URL must be ASCII without spaces, for example https://autospot.example."
        )
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UpstreamUrlError("The upstream's URL has no valid host.") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise UpstreamUrlError("The upstream's URL must begin with http:// or https://.")
    if "@" in parts.netloc:
        raise UpstreamUrlError(
            "The upstream's URL must not hold a user name or password: callers send their own key."
        )
    if "?" in url or "#" in url:
        raise UpstreamUrlError("The upstream's URL must end before any ? or #.")
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not _is_name(host) and not _is_ipv6(host):
        raise UpstreamUrlError("The upstream's URL has no valid host.")
    return host


def _is_ipv6(host: str) -> bool:
    try:
        return ipaddress.IPv6Address(host).scope_id is None
    except ValueError:
        return False


def _port(parts: SplitResult) -> int:
    try:
        port = _DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port
    except ValueError:
        port = 0
    if not port:
        raise UpstreamUrlError("The port in the upstream's URL must be from 1 to 65535.")
    return port
