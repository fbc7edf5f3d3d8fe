"""A primary and a server that stands by for it, of which either may be lost."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random
from time import monotonic

from tests.durability.gateways import Gateway
from tests.durability.history import Answer
from tests.durability.places import SETTINGS
from tests.durability.servers import KillableServer
from tests.durability.world import World, living
from tests.nest import Nest


class Pair:
    """Two servers, which take turns in being the primary."""

    def __init__(self, primary: KillableServer, standby: KillableServer) -> None:
        """Let the second one stand by for the first."""
        self.gaps: list[float] = []
        self._primary = primary
        self._standby = standby
        self._databases = 0
        standby.stop()
        standby.follow(primary)

    @property
    def _database(self) -> str:
        return f"database_{self._databases}"

    @property
    def url(self) -> str:
        """Where the database is, whichever of the two is the primary."""
        hosts = ",".join(f"127.0.0.1:{one.port}" for one in (self._primary, self._standby))
        return f"postgresql://postgres@{hosts}/{self._database}?target_session_attrs=read-write"

    async def lose_primary(self, world: World) -> None:
        """Kill the primary and promote the other; notes for how long nothing was saved."""
        await world.load.until_answered(Answer.SAVED, count=world.random.randrange(1, 50))
        await asyncio.to_thread(self._primary.kill)
        lost_at = monotonic()
        await asyncio.to_thread(self._standby.promote)
        self.gaps.append(await world.load.flows(since=lost_at))
        self._primary, self._standby = self._standby, self._primary
        world.url = self._primary.url(self._database)

    async def fail_over(self, world: World) -> None:
        """Lose the primary, and let it stand by for the other when it comes back."""
        await self.lose_primary(world)
        await asyncio.to_thread(self._standby.follow, self._primary)

    def begin(self) -> None:
        """Have a database of its own."""
        self._databases += 1
        self._primary.sql("postgres", f"CREATE DATABASE {self._database}")


@asynccontextmanager
async def on_pair(nest: Nest, pair: Pair, random: Random) -> AsyncGenerator[World]:
    """A gateway whose URL names both."""
    await asyncio.to_thread(pair.begin)
    gateway = Gateway(nest, "the gateway", pair.url, SETTINGS)
    async with living(pair.url, [gateway], random) as world:
        yield world
