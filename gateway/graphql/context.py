"""What the resolvers of one request know."""

from typing import NamedTuple

import strawberry

from gateway.door import Door


class Context(NamedTuple):
    """One request: the door it came through, and the key it came with; None is no key."""

    door: Door
    api_key: str | None


Info = strawberry.Info[Context, None]
