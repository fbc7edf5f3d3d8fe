"""Gateways over one database, under load, to which something happens."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from time import monotonic

from tests.conftest import filled
from tests.databases import run_sql
from tests.durability.checker import violations
from tests.durability.gateways import Gateway, started
from tests.durability.history import SHOPS, Answer, FullRead, History
from tests.durability.load import Load, under_load
from tests.durability.orders import row_of

_ROWS = "SELECT shop_id, repair_number, version, document FROM repair_order"


@dataclass
class World:
    """What a fault may reach, and what came of the faults so far.

    `url` is the database as it is read behind the gateways' back.
    """

    url: str
    gateways: Sequence[Gateway]
    load: Load
    history: History
    random: Random
    problems: list[str] = field(default_factory=list[str])

    async def suffer(self, fault: "Fault") -> None:
        """Have a fault happen, and check what is there once all gateways save again."""
        await fault(self)
        try:
            await self.load.flows()
        except TimeoutError:
            self.problems.append("A gateway saves nothing any more.")
        await self.read_all()

    async def read_all(self) -> None:
        """Note all that is stored."""
        sent_at = monotonic()
        lines = await asyncio.to_thread(run_sql, self.url, _ROWS)
        answered_at = monotonic()
        columns = (line.split("|", 3) for line in lines)
        rows = {
            (int(shop_id), number): row_of(document, int(version))
            for shop_id, number, version, document in columns
        }
        self.history.reads.append(FullRead(rows, sent_at, answered_at))

    def violations(self) -> list[str]:
        """All that is wrong with what happened so far."""
        return [*self.problems, *violations(self.history)]

    def answers(self) -> Counter[Answer | None]:
        """How many batches were answered in each way."""
        return Counter(attempt.answer for attempt in self.history.attempts)


Fault = Callable[[World], Awaitable[None]]
"""Something that happens, and is over at the end."""


@asynccontextmanager
async def living(url: str, gateways: Sequence[Gateway], random: Random) -> AsyncGenerator[World]:
    """Fill a database, start gateways over it, and put them under load until the end."""
    _, api_key = await asyncio.to_thread(filled, url, range(1, SHOPS + 1))
    history = History()
    async with started(*gateways):
        async with under_load(history, gateways, api_key, random) as load:
            world = World(url, gateways, load, history, random)
            await load.flows()
            yield world
        await world.read_all()
