"""When keys were used last: noted beside the requests, so that none waits for it."""

import asyncio
from datetime import datetime

from gateway.contract import RequestError
from gateway.store import USE_PRECISION, ApiKey, Store
from gateway.telemetry import log_failure


class KeyUses:
    """Notes uses of keys in the store, for each key at most once in a minute."""

    def __init__(self, store: Store) -> None:
        """Note uses in a store."""
        self._store = store
        self._waiting: dict[bytes, datetime] = {}
        self._writing: asyncio.Task[None] | None = None

    def note(self, key: ApiKey, at: datetime) -> None:
        """Have a use written, unless the store knows one that was hardly earlier."""
        if key.last_used_at is not None and at - key.last_used_at < USE_PRECISION:
            return
        self._waiting[key.digest] = at
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Write what waits."""
        if self._writing:
            await self._writing

    async def _write(self) -> None:
        """Write what waits; what is noted meanwhile shares the next transaction."""
        while self._waiting:
            uses, self._waiting = self._waiting, {}
            try:
                await self._store.note_uses(uses)
            except RequestError as error:
                # It fails no request, and the next lookup of the key notes it again.
                log_failure(error)
