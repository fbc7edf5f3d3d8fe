"""Counting in fixed windows of time: in this process, or in a Redis that several share."""

import time
from collections.abc import Awaitable, Callable
from math import ceil
from typing import TypeVar

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError

from gateway.telemetry import log_failure

T = TypeVar("T")

AWAY_SECONDS = 5.0
"""How long a Redis that did not answer is left alone."""


class Counters:
    """Counts what subjects do, and tells how long they must wait when that is too much.

    A Redis that does not answer holds up nobody for long and stops nobody: it is logged, and then
    counted in this process until Redis is back.
    """

    def __init__(
        self, redis_url: str | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Count in this process, or in the Redis of a URL; `clock` tells seconds."""
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._shared: FixedWindowRateLimiter | None = None
        if redis_url:
            storage, self._close = _redis(redis_url)
            self._shared = FixedWindowRateLimiter(storage)
        self._clock = clock
        self._away_until = clock()

    async def aclose(self) -> None:
        """End the connections to Redis."""
        if self._shared:
            await self._close()

    async def hit(self, rate: RateLimitItem, *subject: str) -> int | None:
        """Count once more; returns the seconds to wait when that is over the rate."""

        async def count(limiter: FixedWindowRateLimiter) -> int | None:
            is_within = await limiter.hit(rate, *subject)
            return None if is_within else await _seconds_left(limiter, rate, *subject)

        return await self._asked(count)

    async def wait(self, rate: RateLimitItem, *subject: str) -> int | None:
        """The seconds to wait when once more would be over the rate; nothing is counted."""

        async def look(limiter: FixedWindowRateLimiter) -> int | None:
            is_within = await limiter.test(rate, *subject)
            return None if is_within else await _seconds_left(limiter, rate, *subject)

        return await self._asked(look)

    async def _asked(self, question: Callable[[FixedWindowRateLimiter], Awaitable[T]]) -> T:
        if self._shared and self._clock() >= self._away_until:
            try:
                return await question(self._shared)
            except StorageError as error:
                self._away_until = self._clock() + AWAY_SECONDS
                log_failure(error)
        return await question(self._own)


async def _seconds_left(limiter: FixedWindowRateLimiter, rate: RateLimitItem, *subject: str) -> int:
    ends_at, _ = await limiter.get_window_stats(rate, *subject)
    return max(1, ceil(ends_at - time.time()))


def _redis(url: str) -> tuple[Storage, Callable[[], Awaitable[None]]]:
    from gateway.rate_limits.redis_storage import open_redis  # noqa: PLC0415  # slow, and rarely used

    return open_redis(url)
