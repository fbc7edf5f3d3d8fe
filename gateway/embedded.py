"""Embedded mode: the gateway keeps the repair orders itself."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager

from fastapi import FastAPI

from gateway.auth import Authenticator
from gateway.backing import LocalAutoSpot
from gateway.cors import cors
from gateway.demo import DEMO_KEY, prepare_demo
from gateway.door import Door
from gateway.graphql import GRAPHQL_METHODS, GRAPHQL_PATH, graphql_routes
from gateway.rate_limits import Addresses, Counters, Turnstile
from gateway.rest import BATCH_METHODS, batch_routes, health_routes, metrics_routes
from gateway.settings import Settings
from gateway.site import GIVE_UP, Site
from gateway.store import PoolLimits, Store, Wanted, open_store


def embedded_app(settings: Settings) -> Site:
    """Build the application; its lifespan opens the store.

    StoreError comes out of the lifespan when the database cannot be used.
    """

    @asynccontextmanager
    async def lifespan(_framework: FastAPI) -> AsyncGenerator[Mapping[str, object]]:
        async with (
            open_store(
                settings.database_url,
                max_waiting=settings.max_waiting_batches,
                pool=_pool_limits(settings),
                may_upgrade=settings.demo,
            ) as store,
            aclosing(Authenticator(store)) as authenticator,
            aclosing(Counters(settings.rate_limit_storage)) as counters,
        ):
            turnstile = Turnstile(
                counters,
                Addresses(settings.trusted_networks),
                rate=settings.rate_limit,
                failed_keys_rate=settings.rate_limit_failed_keys,
            )
            await _open_doors(site, settings, store, authenticator, turnstile)
            yield {GIVE_UP: store.give_up}

    methods = {GRAPHQL_PATH: GRAPHQL_METHODS, settings.batch_path: BATCH_METHODS}
    site = Site(lifespan, cors(settings.cors_origins, methods, settings.api_key_header))
    return site


def _pool_limits(settings: Settings) -> PoolLimits:
    return PoolLimits(
        size=settings.database_pool_size,
        wait=settings.database_pool_timeout,
        statement=settings.database_timeout,
        is_preparing=settings.database_prepare,
    )


async def _open_doors(
    site: Site,
    settings: Settings,
    store: Store,
    authenticator: Authenticator,
    turnstile: Turnstile,
) -> None:
    autospot = LocalAutoSpot(store)
    if settings.demo:
        await prepare_demo(store, autospot, settings.limits)
    door = Door(
        batches=autospot,
        orders=autospot,
        authenticate=authenticator.caller,
        api_key_header=settings.api_key_header,
        limits=settings.limits,
        turnstile=turnstile,
    )

    async def is_ready() -> None:
        await store.read(Wanted(shop_ids=(), keys=()))

    graphql = graphql_routes(
        door,
        introspection=settings.introspection,
        graphiql=settings.graphiql,
        known_key=DEMO_KEY if settings.demo else "",
    )
    site.routes.extend(graphql)
    site.routes.extend(batch_routes(door, settings.batch_path))
    site.routes.extend(health_routes(is_ready, "The database cannot be read; the log says why."))
    site.routes.extend(metrics_routes(is_on=settings.metrics))
