"""The web application that both modes fill with their paths."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect

from gateway.graphql import GRAPHQL_PATH, graphql_refusal
from gateway.rest import dated, http_problem_response

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, object]]]
"""Opens what the application needs; it gives entries for the server's state."""

GIVE_UP = "autospot.give_up"
"""What the server's state may hold: a function to call when requests may wait no longer."""


def new_site(lifespan: Lifespan, middleware: Sequence[Middleware]) -> FastAPI:
    """Make an application without any path; what is not there is answered in its door's form."""
    return FastAPI(
        lifespan=lifespan,
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: _http_error, ClientDisconnect: _hung_up},
        middleware=[Middleware(dated), *middleware],
    )


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
