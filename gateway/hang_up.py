"""Ending work whose caller has gone."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self, cast

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

HANG_UP = "autospot.hang_up"
"""The ASGI extension by which the server gives the HangUp of a request."""


class HangUp:
    """Whether nobody waits for an answer any more, which one who asks is told when it happens.

    It knows nothing of the request, so that no cycle of references is left to the collector.
    """

    __slots__ = ("_tell", "has_happened")

    def __init__(self) -> None:
        """Begin with a caller who waits."""
        self.has_happened = False
        self._tell: Callable[[], None] | None = None

    def happen(self) -> None:
        """Note that the caller has gone."""
        self.has_happened = True
        if self._tell is not None:
            self._tell()

    def listen(self, tell: Callable[[], None]) -> None:
        """Call a function when it happens, or now if it has."""
        self._tell = tell
        if self.has_happened:
            tell()

    def leave(self) -> None:
        """Call nobody."""
        self._tell = None


class CallerWatch:
    """Cancels the work of its `with` block when the caller hangs up.

    The block then raises ClientDisconnect.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        """Watch the caller of a request that came in by the gateway's own server."""
        self._hang_up = cast("HangUp", scope["extensions"][HANG_UP])
        self._receive = receive
        self._listener: asyncio.Task[None] | None = None
        self._has_gone = False

    def __enter__(self) -> Self:
        work = asyncio.current_task()
        assert work is not None  # noqa: S101  # a coroutine runs in a task
        self._work: asyncio.Task[object] = work
        self._hang_up.listen(self._hung_up)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._hang_up.leave()
        if self._listener is not None:
            self._listener.cancel()
        if self._has_gone and isinstance(error, asyncio.CancelledError):
            self._work.uncancel()
            raise ClientDisconnect from None

    def _hung_up(self) -> None:
        # A task, only now: one for each request would cost a quarter of a quick answer.
        self._listener = asyncio.create_task(self._end_work())

    async def _end_work(self) -> None:
        await self._receive()  # Whoever counts messages on their way hears of it too.
        self._has_gone = True
        self._work.cancel()
