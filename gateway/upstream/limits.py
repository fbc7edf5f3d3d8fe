"""How long and how much the engine waits for, keeps and reads."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class UpstreamLimits:
    """Limits of one engine; times are in seconds."""

    connect_timeout: float = 5.0
    """For a connection to be made, and before that for one of `max_connections` to be free."""

    read_timeout: float = 30.0
    """Silence while the upstream owes something: it must read the request, or go on answering."""

    max_connections: int = 100
    """Connections at one time, idle ones included."""

    keepalive: float = 4.0
    """How long an idle connection is kept: less long than the upstream does, often 5 s, since a
    request that meets a connection as it is closed fails."""

    max_head_bytes: int = 64 * 1024
    """Of an answer's headers, of its trailers, and of what else is no body."""

    max_headers: int = 256
    """How many headers an answer may have."""
