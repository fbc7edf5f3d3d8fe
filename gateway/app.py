"""The gateway's application, in the mode that the settings choose."""

from collections.abc import Callable

from gateway.embedded import embedded_app
from gateway.graphql import GRAPHQL_PATH
from gateway.proxy import proxy_app
from gateway.settings import Settings
from gateway.telemetry import RequestTelemetry


def create_app(settings: Settings) -> RequestTelemetry:
    """Build the ASGI application of a gateway.

    Raises UpstreamUrlError and UpstreamTlsError when a remote AutoSpot cannot be called as set.
    Out of its lifespan comes StoreError, when the database cannot be used.
    """
    url = settings.upstream_url
    app = proxy_app(settings, url) if url else embedded_app(settings)
    return RequestTelemetry(app, _door_of(settings))


def _door_of(settings: Settings) -> Callable[[bytes], str]:
    """Tell the door that a path leads to."""
    doors = {GRAPHQL_PATH.encode(): "graphql"}
    if not settings.upstream_url:
        doors[settings.batch_path.encode()] = "rest"
    other = "passthrough" if settings.upstream_url else "none"

    def door_of(path: bytes) -> str:
        return "own" if path.startswith(b"/-/") else doors.get(path, other)

    return door_of
