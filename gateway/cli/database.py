"""The database of a command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.settings import Settings, load_settings
from gateway.store import PoolLimits, Revision, Store, database_revision, open_store

Answer = TypeVar("Answer")


def with_store(use: Callable[[Store], Awaitable[Answer]], *, may_upgrade: bool = False) -> Answer:
    """Use the store that the settings name, and close it again."""
    settings = load_settings()

    async def run() -> Answer:
        async with open_store(
            settings.database_url, pool=_pool_limits(settings), may_upgrade=may_upgrade
        ) as store:
            return await use(store)

    return asyncio.run(run())


def revision() -> Revision:
    """How far the tables have come in the database that the settings name."""
    settings = load_settings()
    return asyncio.run(database_revision(settings.database_url, pool=_pool_limits(settings)))


def _pool_limits(settings: Settings) -> PoolLimits:
    """A command asks one thing after the other."""
    return PoolLimits(
        size=1,
        wait=settings.database_pool_timeout,
        statement=settings.database_timeout,
        is_preparing=settings.database_prepare,
    )
