"""Ending work whose caller has gone."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.requests import ClientDisconnect
from starlette.types import Receive

# To watch takes a task, which costs a quarter of a quick answer, and saves nothing there.
_QUICK_SECONDS = 0.05


class CallerWatch:
    """Cancels the work of its `with` block when the caller hangs up, once it was started.

    The block then raises ClientDisconnect.
    """

    def __init__(self, receive: Receive) -> None:
        """Watch the caller whose messages these are."""
        self._receive = receive
        self._timer: asyncio.TimerHandle | None = None
        self._listener: asyncio.Task[None] | None = None
        self._has_gone = False

    def start(self) -> None:
        """Begin to watch; nobody else may wait for a message from now on."""
        self._listener = asyncio.create_task(self._listen())

    def start_unless_quick(self) -> None:
        """Begin to watch in a moment, unless the work is done by then."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_QUICK_SECONDS, self.start)

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._has_gone = True
        self._work.cancel()

    def __enter__(self) -> Self:
        work = asyncio.current_task()
        assert work is not None  # noqa: S101  # a coroutine runs in a task
        self._work: asyncio.Task[object] = work
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._listener is not None:
            self._listener.cancel()
        if self._has_gone and isinstance(error, asyncio.CancelledError):
            self._work.uncancel()
            raise ClientDisconnect from None
