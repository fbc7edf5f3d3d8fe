"""The gateway's application: what it is made of, and how its parts are wired."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from gateway.auth import Authenticator
from gateway.backing import LocalAutoSpot
from gateway.demo import prepare_demo
from gateway.door import Door
from gateway.graphql import GRAPHQL_PATH, graphql_refusal, graphql_router
from gateway.rest import http_problem_response, rest_routes
from gateway.settings import Settings
from gateway.store import Store, Wanted, open_store
from gateway.telemetry import RequestTelemetry


def create_app(settings: Settings) -> RequestTelemetry:
    """Build the ASGI application of a gateway that keeps the repair orders itself.

    Its lifespan opens the store; StoreError comes out of it when the database cannot be used.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_store(
            settings.database_url, max_waiting=settings.max_waiting_batches
        ) as store:
            await _open_doors(app, settings, store)
            yield

    app = FastAPI(
        lifespan=lifespan,
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: _http_error},
    )
    return RequestTelemetry(app)


async def _open_doors(app: FastAPI, settings: Settings, store: Store) -> None:
    autospot = LocalAutoSpot(store)
    if settings.demo:
        await prepare_demo(store, autospot, settings.limits)
    door = Door(
        batches=autospot,
        orders=autospot,
        authenticate=Authenticator(store).caller,
        api_key_header=settings.api_key_header,
        limits=settings.limits,
    )

    async def is_ready() -> None:
        await store.read(Wanted(shop_ids=(), keys=()))

    app.include_router(graphql_router(door))
    app.router.routes.extend(rest_routes(door, settings.batch_path, is_ready))


async def _http_error(request: Request, error: Exception) -> Response:
    """Answer a path or a method that is not there, in the form of its door."""
    error = cast("HTTPException", error)
    status = HTTPStatus(error.status_code)
    detail = _DETAILS.get(status, status.description)
    if request.url.path == GRAPHQL_PATH:
        return graphql_refusal(status, status.name, detail)
    return http_problem_response(status, detail, dict(error.headers or {}))


_DETAILS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this path.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This method is not allowed; the Allow header names others.",
}
