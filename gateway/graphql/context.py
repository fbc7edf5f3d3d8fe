"""What the resolvers of one request know."""

import asyncio

import strawberry

from gateway.contract import Caller, RequestError, Sender
from gateway.door import Door


class Context:
    """One request: the door it came through, and who sent it."""

    def __init__(self, door: Door, sender: Sender) -> None:
        """Know the door and the sender."""
        self.door = door
        self.sender = sender
        self.headers: dict[str, str] = {}
        self.outcome: object = None
        """What the mutation of the request came to, once it was run."""
        self._caller: asyncio.Task[Caller] | None = None

    async def caller(self) -> Caller:
        """Who holds the key, for all fields of a query together: a request is counted once.

        Raises as the door does.
        """
        if self._caller is None:
            self._caller = asyncio.create_task(self._entered())
        return await self._caller

    def note_error(self, error: RequestError) -> None:
        """Have the answer say, as REST's would, when the request may be sent again."""
        seconds = getattr(error, "retry_after_seconds", None)
        if seconds is not None:
            self.headers["Retry-After"] = str(seconds)

    async def _entered(self) -> Caller:
        async with self.door.entered(self.sender) as caller:
            return caller


Info = strawberry.Info[Context, None]
