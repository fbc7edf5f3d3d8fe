"""Whether the gateway works: what an orchestrator asks."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from gateway.contract import RequestError
from gateway.door import only_request_errors
from gateway.rest.caching import NO_STORE
from gateway.rest.problem import http_problem_response

IsReady = Callable[[], Awaitable[object]]
"""Raises a RequestError when requests cannot be answered."""

IS_STOPPING = "autospot.is_stopping"
"""What the server's state holds from when the gateway was told to stop."""


async def live(_request: Request) -> Response:
    """Say that the process works, whatever it depends on."""
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


class Readiness:
    """Says whether requests can be answered now, and may be sent."""

    def __init__(self, check: IsReady, unready: str) -> None:
        """Find out by a check; `unready` is what is wrong when it fails."""
        self._check = check
        self._unready = unready

    async def answer(self, request: Request) -> Response:
        """Run the check, unless the gateway is stopping."""
        if request.scope["state"].get(IS_STOPPING):
            return _unavailable("The gateway is stopping.")
        try:
            with only_request_errors():
                await self._check()
        except RequestError:
            return _unavailable(self._unready)
        return JSONResponse({"status": "ok"}, headers=NO_STORE)


def _unavailable(detail: str) -> Response:
    return http_problem_response(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "1"})
