"""The gateway's application, in the mode that the settings choose."""

from gateway.embedded import embedded_app
from gateway.proxy import proxy_app
from gateway.settings import Settings
from gateway.telemetry import RequestTelemetry


def create_app(settings: Settings) -> RequestTelemetry:
    """Build the ASGI application of a gateway.

    Raises UpstreamUrlError and UpstreamTlsError when a remote AutoSpot cannot be called as set.
    Out of its lifespan comes StoreError, when the database cannot be used.
    """
    url = settings.upstream_url
    return RequestTelemetry(proxy_app(settings, url) if url else embedded_app(settings))
