"""API keys: making them, and finding who holds one."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe

from gateway.contract import Caller
from gateway.store import ApiKey, Store

LOOKUP_SECONDS = 5
"""How old an answer of the store may be: revoking a key takes effect within this time."""

_MAX_KEY_LENGTH = 512
_MAX_LOOKUPS = 10_000
_KEY_BYTES = 32


def new_key() -> str:
    """Make an API key of 256 random bits; its prefix lets people and scanners recognise it."""
    return f"ask_{token_urlsafe(_KEY_BYTES)}"


def digest(api_key: str) -> bytes:
    """The SHA-256 of a key, which is kept and looked up in its place."""
    return sha256(api_key.encode(errors="surrogatepass")).digest()


@dataclass(frozen=True)
class _Lookup:
    """A question to the store, answered or on its way, and when it was asked."""

    found: asyncio.Task[ApiKey | None]
    asked_at: float


class Authenticator:
    """Finds who holds an API key, asking the store at most once in 5 seconds for each key."""

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Look keys up in a store; `clock` tells seconds."""
        self._store = store
        self._clock = clock
        self._lookups: dict[bytes, _Lookup] = {}

    async def caller(self, api_key: str | None) -> Caller | None:
        """The holder of a key; None when there is no key, or no valid one.

        Raises what the store raises; then the next call asks again.
        """
        if not api_key or len(api_key) > _MAX_KEY_LENGTH:
            return None
        # The shield keeps a caller who goes away from taking the answer from the others.
        found = await asyncio.shield(self._lookup(digest(api_key)))
        if found is None:
            return None
        return Caller(found.name, found.can_write, found.shop_ids, api_key)

    def _lookup(self, key_digest: bytes) -> asyncio.Task[ApiKey | None]:
        now = self._clock()
        known = self._lookups.get(key_digest)
        if known and now - known.asked_at < LOOKUP_SECONDS and not _has_failed(known.found):
            return known.found
        self._lookups.pop(key_digest, None)
        self._forget_oldest(now)
        found = asyncio.create_task(self._store.key(key_digest))
        self._lookups[key_digest] = _Lookup(found, now)
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
