"""The paths of the REST door."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from gateway.door import Door
from gateway.rest.batch import METHODS, BatchEndpoint
from gateway.rest.docs import docs_files, docs_page, docs_script
from gateway.rest.health import IsReady, Readiness, live
from gateway.rest.openapi import openapi_document


def rest_routes(door: Door, batch_path: str, is_ready: IsReady) -> list[BaseRoute]:
    """List the routes of a door: the batch API, and what is below /-/."""
    description = openapi_document(door, batch_path)

    async def openapi(_request: Request) -> Response:
        return JSONResponse(description)

    return [
        Route(batch_path, BatchEndpoint(door).answer, methods=METHODS),
        Route("/-/live", live),
        Route("/-/ready", Readiness(is_ready).answer),
        Route("/-/openapi.json", openapi),
        Route("/-/docs", docs_page),
        Route("/-/docs/start.js", docs_script),
        Mount("/-/docs/files", docs_files()),
    ]
