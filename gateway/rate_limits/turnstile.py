"""The place where requests are counted, and stopped when there are too many."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hashlib import blake2b

from limits import RateLimitItem, parse

from gateway.contract import RateLimited, Sender, Unauthenticated
from gateway.rate_limits.addresses import Addresses, Scope
from gateway.rate_limits.counters import Counters

OFF = "off"
"""The rate that is no limit."""

_MAX_KNOWN = 10_000
_WRONG_KEYS = "Too many wrong API keys came from this address: wait, then send a valid one."


class Turnstile:
    """Stops requests with a key that comes too often, and guesses at keys.

    An address that has sent too many wrong keys gets no other one judged, right ones neither, so
    guessing tells nothing. Only keys that were used from there before still pass: whoever shares
    an address with somebody else's wrong key does not suffer from it.
    """

    def __init__(
        self, counters: Counters, addresses: Addresses, *, rate: str, failed_keys_rate: str
    ) -> None:
        """Allow each key a rate such as 1000/minute, and each address one of wrong keys."""
        self._counters = counters
        self._addresses = addresses
        self._rate = _read(rate)
        self._failed_rate = _read(failed_keys_rate)
        self._known: dict[tuple[str, str], None] = {}

    def sender(self, api_key: str | None, scope: Scope) -> Sender:
        """Who sends an ASGI request with a key."""
        return Sender(api_key, self._addresses.of(scope))

    @asynccontextmanager
    async def passing(self, sender: Sender) -> AsyncGenerator[None]:
        """Let a request pass whose key is judged on the way, here or by a remote AutoSpot.

        Raises RateLimited when no more keys of its address are judged.
        """
        if self._failed_rate is None or not sender.api_key:
            yield
            return
        known = sender.address, _digest(sender.api_key)
        if known not in self._known:
            wait = await self._counters.wait(self._failed_rate, "failed", sender.address)
            if wait is not None:
                raise RateLimited(message=_WRONG_KEYS, retry_after_seconds=wait)
        try:
            yield
        except Unauthenticated:
            self._known.pop(known, None)
            await self._counters.hit(self._failed_rate, "failed", sender.address)
            raise
        self._remember(known)

    async def count(self, sender: Sender) -> None:
        """Count a request with a key. Raises RateLimited when it comes too often."""
        if self._rate is not None and sender.api_key:
            wait = await self._counters.hit(self._rate, "key", _digest(sender.api_key))
            if wait is not None:
                raise RateLimited(retry_after_seconds=wait)

    def _remember(self, known: tuple[str, str]) -> None:
        """Keep that a key is used from an address; what was used longest ago is forgotten."""
        self._known.pop(known, None)
        if len(self._known) >= _MAX_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[known] = None


def _read(rate: str) -> RateLimitItem | None:
    return None if rate == OFF else parse(rate)


def _digest(api_key: str) -> str:
    """What stands for a key where it is counted, which is not what stands for it in the store."""
    return blake2b(
        api_key.encode(errors="surrogatepass"), digest_size=16, person=b"rate limit"
    ).hexdigest()
