"""A Redis that counts for several gateways."""

from collections.abc import Awaitable, Callable
from typing import Any

from limits.aio.storage import RedisStorage
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

_ANSWER_SECONDS = 0.5
_MAX_CONNECTIONS = 20
_PREFIX = "autospot-gateway"


def open_redis(url: str) -> tuple[RedisStorage, Callable[[], Awaitable[None]]]:
    """The storage at a URL, and what ends its connections; they are made when they are needed."""
    pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]  # its options
        url,
        max_connections=_MAX_CONNECTIONS,
        timeout=_ANSWER_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
        socket_connect_timeout=_ANSWER_SECONDS,
        # A connection that Redis has closed in the meantime is made anew.
        retry=Retry(NoBackoff(), 1),
    )
    options: dict[str, Any] = {"connection_pool": pool}
    storage = RedisStorage(
        "async+redis://",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix=_PREFIX,
        **options,
    )
    return storage, pool.aclose
