"""A connection to one of several hosts."""

from typing import Any

import asyncpg
from asyncpg import CannotConnectNowError
from asyncpg.exceptions import TargetServerAttributeNotMatched

from gateway.store.postgres_url import one_host_each


async def connect(*, dsn: str, **options: Any) -> Any:  # noqa: ANN401  # the driver's own
    """Connect to the first host of a URL that answers, and is of the kind that the URL asks for.

    The `timeout` among the options is that of each host. The driver alone would have one that is
    silent use up the time of all: who lost its primary would never find the next.
    """
    *others, last = one_host_each(dsn)
    for host in others:
        try:
            return await asyncpg.connect(host, **options)
        except (OSError, CannotConnectNowError, TargetServerAttributeNotMatched):
            continue
    return await asyncpg.connect(last, **options)
