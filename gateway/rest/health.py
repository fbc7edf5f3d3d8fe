"""Whether the gateway works: what an orchestrator asks."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from gateway.contract import RequestError
from gateway.door import only_request_errors
from gateway.rest.problem import http_problem_response

IsReady = Callable[[], Awaitable[object]]
"""Raises a RequestError when requests cannot be answered."""


async def live(_request: Request) -> Response:
    """Say that the process works."""
    return JSONResponse({"status": "ok"})


class Readiness:
    """Says whether requests can be answered now."""

    def __init__(self, check: IsReady) -> None:
        """Find out by a check."""
        self._check = check

    async def answer(self, _request: Request) -> Response:
        """Run the check."""
        try:
            with only_request_errors():
                await self._check()
        except RequestError:
            return http_problem_response(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "The database cannot be read; the log says why.",
                {"Retry-After": "1"},
            )
        return JSONResponse({"status": "ok"})
