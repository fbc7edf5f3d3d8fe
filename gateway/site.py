"""The web application that both modes fill with their paths."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.graphql import GRAPHQL_PATH, graphql_refusal
from gateway.rest import dated, http_problem_response

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, object]]]
"""Opens what the application needs; it gives entries for the server's state."""

GIVE_UP = "autospot.give_up"
"""What the server's state may hold: a function to call when requests may wait no longer."""


class Site:
    """An application whose paths are its routes; what is not there is answered in its door's form.

    The routes are to be complete before the first request.
    """

    def __init__(self, lifespan: Lifespan, middleware: Sequence[Middleware]) -> None:
        """Make a site without any route."""
        self.routes: list[BaseRoute] = []
        framework = FastAPI(
            lifespan=lifespan,
            openapi_url=None,
            redirect_slashes=False,
            exception_handlers={HTTPException: _http_error, ClientDisconnect: _hung_up},
        )
        framework.router.routes = self.routes
        app: ASGIApp = _Straight(framework, self.routes)
        for cls, arguments, options in reversed(middleware):
            app = cls(app, *arguments, **options)
        self._app = dated(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or begin or end."""
        await self._app(scope, receive, send)


_Endpoint = Callable[[Request], Awaitable[Response]]


class _Straight:
    """Answers at plain paths without the framework, whose layers cost as much as a small batch."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Routes may be added until the end of the start.
        is_http = scope["type"] == "http"
        endpoint = self._endpoints.get((scope["method"], scope["path"])) if is_http else None
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await endpoint(request)
        except ClientDisconnect as error:
            response = await _hung_up(request, error)
        await response(scope, receive, send)

    @cached_property
    def _endpoints(self) -> dict[tuple[object, object], _Endpoint]:
        return {
            (method, route.path): route.endpoint
            for route in self._routes
            if isinstance(route, Route) and not route.param_convertors
            for method in route.methods or ()
        }


async def _hung_up(_request: Request, _error: Exception) -> Response:
    """Answer nobody; the status is for the log, and is the one that nginx uses."""
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


async def _http_error(request: Request, error: Exception) -> Response:
    error = cast("HTTPException", error)
    status = HTTPStatus(error.status_code)
    detail = _DETAILS.get(status, status.description)
    if request.url.path == GRAPHQL_PATH:
        return graphql_refusal(request, status, status.name, detail)
    headers = {"Cache-Control": "no-store", **(error.headers or {})}
    return http_problem_response(status, detail, headers)


_CLIENT_CLOSED_REQUEST = 499
_DETAILS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this path.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This method is not allowed; the Allow header names others.",
}
