"""Ending work whose caller has gone."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.requests import ClientDisconnect
from starlette.types import Receive


class CallerWatch:
    """Cancels the work of its `with` block when the caller hangs up, once it was started.

    The block then raises ClientDisconnect.
    """

    def __init__(self, receive: Receive) -> None:
        """Watch the caller whose messages these are."""
        self._receive = receive
        self._listener: asyncio.Task[None] | None = None
        self._has_gone = False

    def start(self) -> None:
        """Begin to watch; nobody else may wait for a message from now on."""
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen())

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
        if self._listener is not None:
            self._listener.cancel()
        if self._has_gone and isinstance(error, asyncio.CancelledError):
            self._work.uncancel()
            raise ClientDisconnect from None
