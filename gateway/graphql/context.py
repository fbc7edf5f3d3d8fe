"""What the resolvers of one request know."""

import strawberry
from strawberry.fastapi import BaseContext

from gateway.door import Door


class Context(BaseContext):
    """One request: the door it came through, and the key it came with."""

    def __init__(self, door: Door, api_key: str | None) -> None:
        """Know the door and the key; None is no key."""
        super().__init__()
        self.door = door
        self.api_key = api_key


Info = strawberry.Info[Context, None]
