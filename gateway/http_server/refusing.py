"""The application that answers a request which no other may see."""

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.http_server.request_head import Refusal
from gateway.rest import dated, http_problem_response
from gateway.telemetry import RequestTelemetry


def refusing(refusal: Refusal) -> ASGIApp:
    """Make an application that says why, and has the connection closed."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"Connection": "close"}
        if refusal.status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = "1"
        response = http_problem_response(refusal.status, refusal.detail, headers)
        await response(scope, receive, send)

    return RequestTelemetry(dated(answer))
