"""Proxy mode: a remote AutoSpot keeps the repair orders."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.contract import Caller, UpstreamUnavailable
from gateway.cors import cors
from gateway.door import Door
from gateway.graphql import GRAPHQL_METHODS, GRAPHQL_PATH, graphql_routes
from gateway.rate_limits import Addresses, Counters, Turnstile
from gateway.remote import RemoteApi, RemoteAutoSpot
from gateway.rest import Forwarding, Passthrough, health_routes, metrics_routes
from gateway.settings import Settings
from gateway.site import Site
from gateway.upstream import (
    NotConnected,
    Upstream,
    UpstreamAddress,
    UpstreamLimits,
    tls_context,
)


def proxy_app(settings: Settings, url: str) -> ASGIApp:
    """Build the application; its lifespan ends with the connections to AutoSpot.

    Raises UpstreamUrlError and UpstreamTlsError when AutoSpot cannot be called as set.
    """
    address = UpstreamAddress.parse(url)
    calls = _upstream(settings, address, "graphql", settings.upstream_max_connections)
    legacy = _upstream(settings, address, "passthrough", settings.upstream_max_legacy_connections)
    counters = Counters(settings.rate_limit_storage)

    @asynccontextmanager
    async def lifespan(_framework: FastAPI) -> AsyncGenerator[Mapping[str, object]]:
        async with calls, legacy, aclosing(counters):
            yield {}

    methods = {GRAPHQL_PATH: GRAPHQL_METHODS}
    site = Site(lifespan, cors(settings.cors_origins, methods, settings.api_key_header))
    door = _door(settings, address, calls, counters)
    site.routes.extend(
        graphql_routes(door, introspection=settings.introspection, graphiql=settings.graphiql)
    )

    async def is_ready() -> None:
        try:
            await calls.reach()
        except NotConnected as error:
            raise UpstreamUnavailable from error

    site.routes.extend(health_routes(is_ready, "AutoSpot cannot be reached."))
    site.routes.extend(metrics_routes(is_on=settings.metrics))
    host = None if settings.upstream_preserve_host else address.host_header
    forwarding = Forwarding(host, settings.api_key_header)
    return _Split(site, Passthrough(legacy, address.prefix, forwarding))


class _Split:
    """Keeps the gateway's own paths, byte for byte; every other one is AutoSpot's."""

    def __init__(self, own: ASGIApp, legacy: ASGIApp) -> None:
        self._own = own
        self._legacy = legacy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_own = scope["type"] != "http" or _is_own(scope["raw_path"])
        await (self._own if is_own else self._legacy)(scope, receive, send)


def _is_own(raw_path: bytes) -> bool:
    return raw_path == GRAPHQL_PATH.encode() or raw_path.startswith(b"/-/")


def _upstream(
    settings: Settings, address: UpstreamAddress, door: str, max_connections: int
) -> Upstream:
    limits = UpstreamLimits(
        connect_timeout=settings.upstream_connect_timeout,
        read_timeout=settings.upstream_timeout,
        max_connections=max_connections,
        keepalive=settings.upstream_keepalive,
    )
    tls = tls_context(
        ca_file=settings.upstream_ca_file,
        certificate=settings.upstream_client_certificate,
        key=settings.upstream_client_key,
    )
    return Upstream(address, limits, tls, door=door)


def _door(
    settings: Settings, address: UpstreamAddress, upstream: Upstream, counters: Counters
) -> Door:
    api = RemoteApi(
        target=address.target(settings.batch_path.encode()),
        host=address.host_header,
        api_key_header=settings.api_key_header,
        deadline_seconds=settings.upstream_deadline,
    )
    return Door(
        batches=RemoteAutoSpot(upstream, api),
        orders=None,
        authenticate=_whoever_has_a_key,
        api_key_header=settings.api_key_header,
        limits=settings.limits,
        turnstile=Turnstile(
            counters,
            Addresses(settings.trusted_networks),
            rate=settings.rate_limit,
            failed_keys_rate=settings.rate_limit_failed_keys,
        ),
    )


async def _whoever_has_a_key(api_key: str | None) -> Caller | None:
    """Take any key: AutoSpot judges it."""
    return Caller("", can_write=True, shop_ids=None, api_key=api_key) if api_key else None
