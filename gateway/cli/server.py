"""The HTTP server."""

import asyncio
import gc
import logging
import math
import os
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any, cast

import uvicorn

from gateway.cli.ending import ending_on_signals
from gateway.cli.failure import CommandFailed
from gateway.contract import ConnectionLimits
from gateway.http_server import HttpProtocol, Room
from gateway.rest import IS_STOPPING
from gateway.site import GIVE_UP
from gateway.store import StoreError
from gateway.telemetry import log_failure

_TICK_SECONDS = 0.1
_LAST_SECONDS = 1.0
"""How much of the grace is left when requests may wait no longer."""

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_App = Callable[[MutableMapping[str, Any], _Receive, _Send], Awaitable[None]]

_GARBAGE_THRESHOLDS = (200_000, 20, 20)
"""A batch of 50,000 repair orders makes fewer objects that are looked at, and leaves none."""

_TURN_SECONDS = 0.000_5
"""How long a thread waits for another that computes. The one that writes to SQLite waits so with
each statement, and the callers whose batches it commits wait with it."""


def run_server(
    app: _App,
    listener: socket.socket,
    *,
    grace_seconds: int,
    connections: ConnectionLimits,
    on_start: Callable[[], None],
) -> None:
    """Serve an ASGI application until a signal; `on_start` is called once it listens.

    Raises CommandFailed when the application cannot start, or fails to stop.
    """
    watched = _LifespanWatch(app)
    config = server_config(watched, grace_seconds=grace_seconds, connections=connections)
    server = _Server(config, on_start)
    with suppress(SystemExit), ending_on_signals(server.handle_exit):  # of a start that failed
        server.run([listener])
    if watched.failure:
        raise CommandFailed(_sentence(watched.failure)) from watched.failure


def server_config(
    app: _App, *, grace_seconds: int, connections: ConnectionLimits
) -> uvicorn.Config:
    """Configure the server: it adds nothing to an answer, so that AutoSpot's stay as they are."""
    return uvicorn.Config(
        app,
        http=cast("type[HttpProtocol]", partial(HttpProtocol, room=Room(connections))),
        loop="uvloop",
        ws="none",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        log_level=logging.CRITICAL,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=grace_seconds,
    )


class _Server(uvicorn.Server):
    """A server that tells when it listens, and when it is about to stop.

    Until it listens what it logs is left out.
    """

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        _settle_garbage_collector()
        sys.setswitchinterval(_TURN_SECONDS)
        self._on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; while nobody can have been heard yet the process ends at once.

        What it waits for, such as a database that is silent, might never come.
        """
        if not self.started:
            os._exit(0)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say first that no requests are wanted; who has not heard yet is answered for a while."""
        self.lifespan.state[IS_STOPPING] = True
        grace = self.config.timeout_graceful_shutdown or 0
        self._give_up_after(grace - min(_LAST_SECONDS, grace / 2))
        left = await self._answer_those_under_way(grace / 2)
        self.config.timeout_graceful_shutdown = math.ceil(grace / 2 + left)
        await super().shutdown(sockets)

    def _give_up_after(self, seconds: float) -> None:
        """Leave time to answer those who would wait longer, and to close what they wait for."""
        if give_up := self.lifespan.state.get(GIVE_UP):
            asyncio.get_running_loop().call_later(seconds, give_up)

    async def _answer_those_under_way(self, seconds: float) -> float:
        """Wait until no request is under way, at most so long; returns what is left of it."""
        now = asyncio.get_running_loop().time
        end = now() + seconds
        while (tasks := self.server_state.tasks.copy()) and not self.force_exit and now() < end:
            await asyncio.wait(tasks, timeout=_TICK_SECONDS)
        return max(0.0, end - now())


def _settle_garbage_collector() -> None:
    """Look for garbage less often, and not among what is there from the start.

    Requests make many objects, and leave hardly any that counting references does not find.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE_THRESHOLDS)


class _LifespanWatch:
    """Keeps the failure with which an application starts or stops; uvicorn only logs it."""

    def __init__(self, app: _App) -> None:
        self.failure: Exception | None = None
        self._app = app

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: _Receive, send: _Send
    ) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def send_without_traceback(message: _Message) -> None:
            await send({"type": message["type"]})

        try:
            await self._app(scope, receive, send_without_traceback)
        except Exception as error:
            self.failure = error
            raise


def _sentence(failure: Exception) -> str:
    if isinstance(failure, StoreError):
        return str(failure)
    log_failure(failure)
    return f"The gateway failed to start or to stop ({type(failure).__name__}); the log says where."
