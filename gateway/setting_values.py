"""The types of settings whose values follow a rule of their own."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, LiteralString
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def read_networks(text: str) -> list[IPv4Network | IPv6Network]:
    """Read addresses and networks with commas between them. Raises ValueError."""
    return [ip_network(part.strip()) for part in text.split(",")]


def _legacy_path(path: str) -> str:
    if not re.fullmatch(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", path):
        raise _wrong("must be a path like /batch/repair_orders, of letters, digits and - . _ ~")
    if path.split("/")[1] in {"-", "graphql"}:
        raise _wrong("must not be /graphql or /-, nor below them: they are the gateway's own")
    return path


def _header_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
        raise _wrong("must be the name of an HTTP header, such as X-API-Key")
    if name.lower() in _TAKEN_HEADERS:
        raise _wrong("must not be a header that has a meaning of its own")
    return name


def _origins(text: str) -> str:
    origins = [origin.strip().lower() for origin in text.split(",")]
    if origins != ["*"] and not all(map(_is_origin, origins)):
        raise _wrong("must be origins like https://app.example, separated by commas, or *")
    return ",".join(origins)


_is_origin = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?").fullmatch


def _rate(text: str) -> str:
    rate = text.strip().lower()
    if not re.fullmatch(r"off|[1-9]\d{0,8}/(second|minute|hour|day)", rate, re.ASCII):
        raise _wrong("must be off, or a number and a time, such as 1000/minute or 20/second")
    return rate


def _redis_url(text: str) -> str:
    try:
        url = urlsplit(text)
        is_redis = url.scheme in {"redis", "rediss"} and url.hostname and url.port != 0
    except ValueError:
        is_redis = False
    else:
        is_redis = is_redis and re.fullmatch(r"(/\d*)?", url.path) and not url.query + url.fragment
    if not is_redis:
        raise _wrong("must be the URL of a Redis, such as redis://host:6379/0")
    return text


def _networks(text: str) -> str:
    try:
        read_networks(text)
    except ValueError:
        raise _wrong(
            "must be addresses and networks with commas between them, such as 127.0.0.1,10.0.0.0/8"
        ) from None
    return text


def _wrong(requirement: LiteralString) -> PydanticCustomError:
    return PydanticCustomError("setting", requirement)


_TAKEN_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "date",
        "expect",
        "forwarded",
        "host",
        "keep-alive",
        "origin",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-forwarded-for",
        "x-request-id",
    }
)

LegacyPath = Annotated[str, AfterValidator(_legacy_path)]
"""A path that reads the same encoded and decoded, outside of the gateway's own."""

HeaderName = Annotated[str, AfterValidator(_header_name)]
"""The name of a header that carries nothing else, and that no proxy takes away."""

Origins = Annotated[str, AfterValidator(_origins)]
"""Origins as browsers send them, separated by commas; or `*`, which is any."""

Rate = Annotated[str, AfterValidator(_rate)]
"""So many in a time, or no limit."""

RedisUrl = Annotated[str, AfterValidator(_redis_url)]
"""The URL of a Redis, which holds no option of the client library."""

Networks = Annotated[str, AfterValidator(_networks)]
"""Addresses and networks, as `read_networks` reads them."""
