"""Finding who holds an API key."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.auth.key_uses import KeyUses
from gateway.auth.keys import digest
from gateway.contract import Caller
from gateway.store import ApiKey, Store

LOOKUP_SECONDS = 5
"""How old an answer of the store may be: revoking a key takes effect within this time."""

_MAX_KEY_LENGTH = 512
_MAX_LOOKUPS = 10_000


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class _Lookup:
    """A question to the store, answered or on its way, and when it was asked."""

    found: asyncio.Task[ApiKey | None]
    asked_at: float


class Authenticator:
    """Finds who holds an API key, asking the store at most once in 5 seconds for each key.

    The store is told with the lookups, and not with the requests, that a key is in use.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Look keys up in a store; `clock` tells seconds, and `now` the time of day."""
        self._store = store
        self._clock = clock
        self._now = now
        self._lookups: dict[bytes, _Lookup] = {}
        self._uses = KeyUses(store)

    async def aclose(self) -> None:
        """Tell the store what it was not told yet."""
        await self._uses.close()

    async def caller(self, api_key: str | None) -> Caller | None:
        """The holder of a key; None when there is no key, or no valid one.

        Raises what the store raises; then the next call asks again.
        """
        if not api_key or len(api_key) > _MAX_KEY_LENGTH:
            return None
        # The shield keeps a caller who goes away from taking the answer from the others.
        found = await asyncio.shield(self._lookup(digest(api_key)))
        if found is None or found.has_expired(self._now()):
            return None
        return Caller(found.name, found.can_write, found.shop_ids, api_key)

    def _lookup(self, key_digest: bytes) -> asyncio.Task[ApiKey | None]:
        now = self._clock()
        known = self._lookups.get(key_digest)
        if known and now - known.asked_at < LOOKUP_SECONDS and not _has_failed(known.found):
            return known.found
        self._lookups.pop(key_digest, None)
        self._forget_oldest(now)
        found = asyncio.create_task(self._find(key_digest))
        self._lookups[key_digest] = _Lookup(found, now)
        return found

    async def _find(self, key_digest: bytes) -> ApiKey | None:
        found = await self._store.key(key_digest)
        now = self._now()
        if found and not found.has_expired(now):
            self._uses.note(found, now)
        return found

    def _forget_oldest(self, now: float) -> None:
        """Drop what is too old, and make room for one more; the oldest lookups come first."""
        while self._lookups:
            oldest = next(iter(self._lookups))
            is_fresh = now - self._lookups[oldest].asked_at < LOOKUP_SECONDS
            if is_fresh and len(self._lookups) < _MAX_LOOKUPS:
                return
            del self._lookups[oldest]


def _has_failed(found: asyncio.Task[ApiKey | None]) -> bool:
    return found.done() and (found.cancelled() or found.exception() is not None)
