"""Where gateways live in these tests: on which database, and what is between."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.durability.gateways import Gateway
from tests.durability.network import network_to
from tests.durability.outages import Outages
from tests.durability.processes import GRACE_SECONDS
from tests.durability.servers import KillableServer
from tests.durability.world import World, living
from tests.nest import Nest
from tests.postgres import through

_PATIENCE_SECONDS = 1
"""Short, so that nobody waits long for what will not come."""

SETTINGS = {
    "grace_seconds": GRACE_SECONDS,
    "database_timeout": _PATIENCE_SECONDS,
    "database_pool_timeout": _PATIENCE_SECONDS,
    "database_pool_size": 5,
}


class PostgresPlace(NamedTuple):
    """A world, and what else can break in it."""

    world: World
    outages: Outages


@asynccontextmanager
async def on_sqlite(
    nest: Nest, folder: Path, random: Random, *, workers: int = 1
) -> AsyncGenerator[World]:
    """A gateway on a file."""
    url = f"sqlite:///{folder / 'gateway.db'}"
    gateway = Gateway(nest, "the gateway", url, SETTINGS | {"workers": workers})
    async with living(url, [gateway], random) as world:
        yield world


@asynccontextmanager
async def on_postgres(
    nest: Nest,
    server: KillableServer,
    random: Random,
    *,
    workers: int = 1,
    patience: float = _PATIENCE_SECONDS,
) -> AsyncGenerator[PostgresPlace]:
    """Two gateways over one database, each with a network of its own to the server.

    They wait for the server as long as their patience lasts.
    """
    settings = SETTINGS | {
        "workers": workers,
        "database_timeout": patience,
        "database_pool_timeout": patience,
    }
    url = server.url(server.new_database())
    async with AsyncExitStack() as stack:
        networks = [await stack.enter_async_context(network_to(server.port)) for _ in range(2)]
        gateways = [
            Gateway(nest, f"gateway {number}", through(url, network.port), settings)
            for number, network in enumerate(networks)
        ]
        world = await stack.enter_async_context(living(url, gateways, random))
        yield PostgresPlace(world, Outages(server, dict(zip(gateways, networks, strict=True))))
