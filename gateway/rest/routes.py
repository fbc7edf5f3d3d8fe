"""The paths of the REST door."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from gateway.door import Door
from gateway.rest.batch import METHODS, BatchEndpoint
from gateway.rest.caching import NO_CACHE
from gateway.rest.docs import docs_files, docs_page, docs_script
from gateway.rest.health import IsReady, Readiness, live
from gateway.rest.metrics import metrics
from gateway.rest.openapi import openapi_document


def batch_routes(door: Door, batch_path: str) -> list[BaseRoute]:
    """List the routes of the batch API that is served here, and of its description."""
    description = openapi_document(door, batch_path)

    async def openapi(_request: Request) -> Response:
        return JSONResponse(description, headers=NO_CACHE)

    return [
        Route(batch_path, BatchEndpoint(door).answer, methods=METHODS),
        Route("/-/openapi.json", openapi),
        Route("/-/docs", docs_page),
        Route("/-/docs/start.js", docs_script),
        Mount("/-/docs/files", docs_files()),
    ]


def metrics_routes(*, is_on: bool) -> list[BaseRoute]:
    """List the route by which Prometheus sees what the gateway counts."""
    return [Route("/-/metrics", metrics)] if is_on else []


def health_routes(is_ready: IsReady, unready: str) -> list[BaseRoute]:
    """List the routes by which an orchestrator sees whether the gateway works.

    `unready` is the sentence that is answered when it is not ready.
    """
    return [
        Route("/-/live", live),
        Route("/-/ready", Readiness(is_ready, unready).answer),
    ]
