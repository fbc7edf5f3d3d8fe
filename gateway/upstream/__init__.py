"""One HTTP engine to AutoSpot: bytes go out as they are given, and come back as they were sent."""

from gateway.upstream.address import UpstreamAddress, UpstreamUrlError
from gateway.upstream.engine import Answer, Upstream, UpstreamResponse
from gateway.upstream.errors import (
    BrokenOff,
    NoFreeConnection,
    NotConnected,
    StaleConnection,
    TimedOut,
    UpstreamError,
)
from gateway.upstream.limits import UpstreamLimits
from gateway.upstream.request import UpstreamRequest
from gateway.upstream.tls import UpstreamTlsError, tls_context

__all__ = [
    "Answer",
    "BrokenOff",
    "NoFreeConnection",
    "NotConnected",
    "StaleConnection",
    "TimedOut",
    "Upstream",
    "UpstreamAddress",
    "UpstreamError",
    "UpstreamLimits",
    "UpstreamRequest",
    "UpstreamResponse",
    "UpstreamTlsError",
    "UpstreamUrlError",
    "tls_context",
]
