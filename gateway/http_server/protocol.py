"""The connection of a caller: its requests are answered one after the other."""

import asyncio
from collections import deque
from typing import cast

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.server import ServerState

from gateway.hang_up import HANG_UP
from gateway.http_server.exchange import Exchange
from gateway.http_server.flow import Flow
from gateway.http_server.refusing import refusing
from gateway.http_server.request_head import NO_ROOM, TOO_SLOW, RequestHead
from gateway.http_server.request_reader import Refused, RequestReader
from gateway.http_server.room import Room
from gateway.http_server.waiting import Patience, Wait


class HttpProtocol(asyncio.Protocol):
    """Takes the place of uvicorn's protocol for HTTP/1.1.

    Beyond what that one does, the head of a request is handed on as it was sent, framing that two
    servers could read differently is refused, and whatever is answered is answered in turn.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        room: Room,
    ) -> None:
        """Serve the application of a configuration, as a part of uvicorn's server.

        The room is that of all connections of the server.
        """
        self._app = cast("ASGIApp", config.loaded_app)  # pyright: ignore[reportUnknownMemberType]  # uvicorn's
        self._room = room
        self._state = app_state
        self._connections = cast("set[object]", server_state.connections)
        self._tasks = server_state.tasks
        self._loop = asyncio.get_running_loop()
        self._reader = RequestReader(self)
        self._waiting: deque[tuple[Exchange, ASGIApp]] = deque()
        self._current: Exchange | None = None
        self._newest: Exchange | None = None
        self._patience = Patience(self, room)
        self._is_deaf = False
        self._may_pause = False
        self._is_paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._flow = Flow(self._transport, self._tasks)
        self._same_in_each_scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "scheme": "https" if transport.get_extra_info("sslcontext") else "http",
            "server": transport.get_extra_info("sockname")[:2],
            "client": transport.get_extra_info("peername")[:2],
            "method": "-",
            "root_path": "",
            "path": "",
            "raw_path": b"",
            "query_string": b"",
        }
        self._connections.add(self)
        if self._room.enter():
            self._watch()
        else:
            self._refuse(Refused(NO_ROOM))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        self._connections.discard(self)
        self._room.leave(self)
        self._patience.stop()
        self._waiting.clear()
        if self._current is not None:
            self._current.cut()
        self._flow.resume()

    def data_received(self, data: bytes) -> None:
        if self._is_deaf:
            return
        try:
            self._reader.feed(data)
        except Refused as refused:
            self._refuse(refused)
        self._patience.begin_anew(Wait.REST)  # It still comes.
        self._watch()
        self.has_room()

    def eof_received(self) -> None:
        self._flow.flush()  # The transport closes now, and sends what it has.
        self._limit_reading()

    def pause_writing(self) -> None:
        self._flow.pause()
        self._watch()

    def resume_writing(self) -> None:
        self._flow.resume()
        if self._current is not None and not self._transport.is_closing():
            self._watch()

    def unread(self) -> int:
        return self._flow.unread()

    def shutdown(self) -> None:
        """Answer what has begun, and close the connection then; uvicorn calls this."""
        if self._current is None:
            self.finish()
        else:
            self._current.keeps_alive = False

    def give_way(self) -> None:
        self._transport.abort()

    def refuse_slow_head(self) -> None:
        self._refuse(Refused(TOO_SLOW))

    def finish(self) -> None:
        self._flow.close()
        self._limit_reading()

    def begin(self, head: RequestHead, *, keeps_alive: bool) -> None:
        scope = head.fill(self._scope())
        self._newest = self._exchange(
            scope, keeps_alive=keeps_alive, awaits_continue=head.awaits_continue()
        )
        scope["extensions"][HANG_UP] = self._newest.hang_up
        self._enqueue(self._newest, self._app)

    def take(self, piece: bytes) -> None:
        assert self._newest is not None  # noqa: S101  # it has begun
        self._newest.take(piece)

    def end(self) -> None:
        assert self._newest is not None  # noqa: S101  # it has begun
        self._newest.end_of_request()

    def has_room(self) -> None:
        is_full = bool(self._waiting) or (self._newest is not None and self._newest.is_full)
        if is_full is self._is_paused or self._transport.is_closing():
            return
        self._is_paused = is_full
        if is_full:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def begins_answer(self, *, may_pause: bool) -> None:
        self._may_pause = may_pause
        if self._flow.is_paused:
            self._watch()

    def ended(self) -> None:
        ended, self._current = self._current, None
        if self._transport.is_closing() or ended is None:
            return
        if not (ended.keeps_alive or ended.is_cut):
            self._close(ended)
        elif self._waiting:
            self._start(*self._waiting.popleft())
        else:
            self._watch()
        self.has_room()

    def _refuse(self, refused: Refused) -> None:
        """Answer with a refusal when its turn comes, and hear nothing more."""
        self._is_deaf = True
        newest = self._newest
        if newest is not None and newest.is_received and not newest.keeps_alive:
            return  # It was said that the connection ends; this came after.
        if newest is not None and not newest.is_received:
            newest.cut()
        scope = self._scope()
        if refused.head:
            refused.head.fill(scope)
        exchange = self._exchange(scope, keeps_alive=False, awaits_continue=False)
        self._enqueue(exchange, refusing(refused.refusal))

    def _exchange(self, scope: Scope, *, keeps_alive: bool, awaits_continue: bool) -> Exchange:
        return Exchange(
            scope, self._flow, self, keeps_alive=keeps_alive, awaits_continue=awaits_continue
        )

    def _enqueue(self, exchange: Exchange, app: ASGIApp) -> None:
        if self._current is None:
            self._start(exchange, app)
        else:
            self._waiting.append((exchange, app))

    def _start(self, exchange: Exchange, app: ASGIApp) -> None:
        self._current = exchange
        task = self._loop.create_task(exchange.run(app))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _close(self, ended: Exchange) -> None:
        """Close the connection, but not under what the caller still sends (RFC 9112, 9.6)."""
        if ended.is_received and not self._is_deaf:
            self.finish()
            return
        self._is_deaf = True
        self._flow.end()
        self._patience.linger()

    def _limit_reading(self) -> None:
        """Limit how long the caller may read on a connection that closes then."""
        if self._flow.unread() and not self._may_pause:
            self._patience.wait_for(Wait.READING)

    def _scope(self) -> Scope:
        """What a scope says before the head of the request is known."""
        return {**self._same_in_each_scope, "headers": [], "state": self._state.copy()}

    def _watch(self) -> None:
        """Limit how long the caller is waited for; nothing is, while an answer is under way."""
        self._patience.wait_for(self._awaited())

    def _awaited(self) -> Wait:
        if self._current is not None:
            return Wait.READING if self._is_read_slowly else Wait.NOTHING
        if self._reader.is_between:
            return Wait.REQUEST
        is_answered = self._newest is not None and not self._newest.is_received
        return Wait.REST if is_answered else Wait.HEAD

    @property
    def _is_read_slowly(self) -> bool:
        return self._flow.is_paused and not self._may_pause
