"""The outermost layer of the gateway: an id, a log line and a count for each HTTP request."""

import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gateway.telemetry.counting import count_request
from gateway.telemetry.log import log_failure, write
from gateway.telemetry.request import (
    ID_HEADER,
    answering,
    header,
    is_passed_on_untouched,
    note,
    request_id,
)
from gateway.telemetry.tracing import open_tracer, request_span

if TYPE_CHECKING:
    from gateway.telemetry.spans import Tracer

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
DoorOf = Callable[[bytes], str]
"""Tells which door a path leads to."""

_MAX_PATH = 200


def _nowhere(_path: bytes) -> str:
    return "none"


class RequestTelemetry:
    """Gives each request an id, sends it back, and logs and counts it when the answer is out.

    The id is the caller's X-Request-Id when that is well-formed. The line holds no query string,
    no header and no body. A failure that nobody below handled is logged, and answered as a bare
    Internal Server Error; it goes no further.
    """

    def __init__(self, app: App, door_of: DoorOf = _nowhere) -> None:
        """Stand in front of an ASGI application; requests are counted by their doors."""
        self._app = app
        self._door_of = door_of
        self._tracer: Tracer | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or live as long as the application does."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
            return
        await self._app(scope, receive, partial(self._open_and_close, send))

    async def _open_and_close(self, send: Send, message: Message) -> None:
        """Begin and end as the application does; after its last message nothing may come."""
        if message["type"] == "lifespan.startup.complete":
            self._tracer = open_tracer()
        elif self._tracer:
            await self._tracer.close()
        await send(message)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began_at = perf_counter()
        with (
            answering(scope["headers"], self._tracer) as request,
            request_span(scope["method"]) as span,
        ):
            exchange = _Exchange(receive, send)
            try:
                await self._app(scope, exchange.receive, exchange.send)
            except Exception as error:  # noqa: BLE001  # the edge
                await exchange.fail(error)
            except BaseException:
                exchange.outcome = "cancelled"
                raise
            finally:
                seconds = perf_counter() - began_at
                path = _raw_path(scope)
                line = _where(scope["method"], path) | exchange.facts(seconds) | request.notes
                if span:
                    line |= span.told(self._door_of(path), line)
                write(logging.INFO, "request", request_id=request.id, **line)
                count_request(self._door_of(path), line, seconds)


class _Exchange:
    """What is received for a request, and what is sent: watched, counted and given the id."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.outcome: str | None = None
        self._receive = receive
        self._send = send
        self._status: int | None = None
        self._is_complete = False
        self._bytes_in = 0
        self._bytes_out = 0

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._bytes_in += len(message.get("body", b""))
        elif not self._is_complete:
            self.outcome = "disconnected"
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            # As a number: a member of HTTPStatus would be written by its name on a terminal.
            self._status = int(message["status"])
            if not is_passed_on_untouched():
                message = {**message, "headers": _with_id(message.get("headers", ()))}
        elif message["type"] == "http.response.body":
            self._bytes_out += len(message.get("body", b""))
            self._is_complete = not message.get("more_body", False)
        await self._send(message)

    async def fail(self, error: Exception) -> None:
        """Log a failure, and answer it if nothing was answered yet and somebody is there."""
        if self.outcome == "disconnected":
            note(failure=type(error).__name__)
            return
        log_failure(error)
        self.outcome = "failed"
        if self._status is None:
            headers = [(b"content-length", b"0")]
            await self.send({"type": "http.response.start", "status": 500, "headers": headers})
            await self.send({"type": "http.response.body"})

    def facts(self, seconds: float) -> dict[str, object]:
        facts: dict[str, object] = {
            "status": self._status,
            "milliseconds": round(seconds * 1_000, 1),
            "bytes_in": self._bytes_in,
            "bytes_out": self._bytes_out,
        }
        return facts | {"outcome": self.outcome} if self.outcome else facts


def _with_id(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, with the request id unless the application gave one."""
    given = list(headers)
    if header(given, ID_HEADER) is None:
        given.append((ID_HEADER, request_id().encode()))
    return given


def _raw_path(scope: Scope) -> bytes:
    """The path as it was sent."""
    return scope.get("raw_path") or quote(scope["path"]).encode()


def _where(method: str, path: bytes) -> dict[str, object]:
    """The method and the path, which cannot forge a line on a terminal."""
    return {
        "method": method,
        "path": path[:_MAX_PATH].decode("ascii", "backslashreplace"),
    }
