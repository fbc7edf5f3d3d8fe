"""The database of a command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.settings import load_settings
from gateway.store import Store, open_store

Answer = TypeVar("Answer")


def with_store(use: Callable[[Store], Awaitable[Answer]]) -> Answer:
    """Use the store that the settings name, and close it again."""
    settings = load_settings()

    async def run() -> Answer:
        async with open_store(settings.database_url) as store:
            return await use(store)

    return asyncio.run(run())
