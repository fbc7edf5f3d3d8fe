"""Legacy REST callers, passed through to AutoSpot byte for byte."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from time import perf_counter

from fastapi import Response
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from gateway.contract import BatchOutcome
from gateway.hang_up import CallerWatch
from gateway.raw_head import raw_head
from gateway.rest.dated import dated
from gateway.rest.forwarded import Forwarding, answer_headers
from gateway.rest.problem import http_problem_response
from gateway.telemetry import call_span, meters, note, note_wait, pass_on_untouched
from gateway.upstream import (
    NoFreeConnection,
    StaleConnection,
    TimedOut,
    Upstream,
    UpstreamError,
    UpstreamRequest,
    UpstreamResponse,
)

_BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding"})
_SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS"})


class Passthrough:
    """An ASGI application that has the upstream answer.

    Nothing is parsed, added or judged beyond what an intermediary must: AutoSpot does that.
    """

    def __init__(self, upstream: Upstream, prefix: bytes, forwarding: Forwarding) -> None:
        """Send to an engine, each target behind the path of the upstream's URL."""
        self._upstream = upstream
        self._prefix = prefix
        self._forwarding = forwarding

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say that the upstream did not."""
        try:
            with CallerWatch(scope, receive), call_span("AutoSpot"):
                began_at = perf_counter()
                with await self._response(scope, receive) as response:
                    note_wait(perf_counter() - began_at)
                    await _pass_on(response, send)
        except UpstreamError as error:
            if error.answered:
                # An answer that is not ended is broken off by the server, and looks broken off.
                note(outcome="broken off")
                return
            await dated(_problem_response(error))(scope, receive, send)

    async def _response(self, scope: Scope, receive: Receive) -> UpstreamResponse:
        head = raw_head(scope)
        has_body = any(name in _BODY_HEADERS and value != b"0" for name, value in scope["headers"])
        request = UpstreamRequest(
            scope["method"].encode(),
            self._target(head.target),
            self._forwarding.request_headers(head.headers, scope["client"], scope["scheme"]),
            _pieces(receive) if has_body else None,
        )
        try:
            return await self._upstream.send(request)
        except StaleConnection:
            if has_body or scope["method"] not in _SAFE_TO_REPEAT:
                raise
            meters().upstream_retries("passthrough").inc()
            return await self._upstream.send(request)

    def _target(self, sent: bytes) -> bytes:
        """The target byte for byte; no other host can be named in it."""
        return sent if sent == b"*" else self._prefix + sent


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    """The body of a request as it comes."""
    has_more = True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        yield message.get("body", b"")
        has_more = message.get("more_body", False)


async def _pass_on(response: UpstreamResponse, send: Send) -> None:
    """Give the caller an answer as it comes, with nothing of our own."""
    pass_on_untouched()
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "reason": response.reason,
            "headers": answer_headers(response.headers),
            "may_pause": True,
        }
    )
    while piece := await response.read():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})


def _problem_response(error: UpstreamError) -> Response:
    """Say that AutoSpot could not be reached, or gave no answer."""
    status, headers = HTTPStatus.BAD_GATEWAY, dict[str, str]()
    if isinstance(error, NoFreeConnection):
        status, headers = HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "1"}
        detail = "All connections to AutoSpot are busy; nothing was sent."
    elif isinstance(error, TimedOut):
        status = HTTPStatus.GATEWAY_TIMEOUT
        detail = "AutoSpot did not answer in time; what became of the request is not known."
    elif error.was_sent:
        detail = "AutoSpot broke off without an answer; what became of the request is not known."
    else:
        detail = "AutoSpot could not be reached; nothing was sent."
    outcome = BatchOutcome.UNKNOWN if error.was_sent else BatchOutcome.NOTHING_SAVED
    return http_problem_response(
        status, detail, headers, outcome=outcome, retryable=not error.was_sent
    )
