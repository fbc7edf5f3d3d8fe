"""An answer of GraphQL over HTTP: its media type, its status and its body."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from fastapi import Request, Response
from strawberry.types import ExecutionResult

from gateway.contract import InternalServerError, RateLimited, Unauthenticated, write_json
from gateway.graphql.media_type import GRAPHQL_RESPONSE, JSON, accepted

_PARTIAL_SUCCESS = 294
_STATUSES = {
    Unauthenticated.code: HTTPStatus.UNAUTHORIZED,
    "INTROSPECTION_DISABLED": HTTPStatus.FORBIDDEN,
    RateLimited.code: HTTPStatus.TOO_MANY_REQUESTS,
    InternalServerError.code: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def result_response(
    request: Request, result: ExecutionResult, headers: Mapping[str, str]
) -> Response:
    """Answer with the result of an operation, and headers that it asks for.

    As plain JSON it has status 200 whatever it holds, since clients that know no other type look
    into no body of another status.
    """
    answer: dict[str, object] = {}
    errors = [error.formatted for error in result.errors or ()]
    # Nothing was executed when the first error has no path: there is no data then.
    is_executed = not errors or result.data is not None or "path" in errors[0]
    if is_executed:
        answer["data"] = result.data
    if errors:
        answer["errors"] = errors
    is_plain = accepted(request.headers.get("accept")) == JSON
    if not errors or is_plain:
        status = HTTPStatus.OK
    elif is_executed:
        status = _PARTIAL_SUCCESS
    else:
        code = cast("str", errors[0].get("extensions", {}).get("code"))
        status = _STATUSES.get(code, HTTPStatus.BAD_REQUEST)
    response = answered(request, answer, status)
    response.headers.update(headers)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = Unauthenticated.challenge
    return response


def answered(request: Request, answer: Mapping[str, object], status: int) -> Response:
    """Answer with a body in the media type that the caller accepts."""
    media_type = accepted(request.headers.get("accept")) or JSON
    return Response(write_json(answer), status, _HEADERS[media_type])


_HEADERS = {
    media_type: {
        "Cache-Control": "no-store",
        "Content-Type": f"{media_type}; charset=utf-8",
        "Vary": "Accept",
    }
    for media_type in (JSON, GRAPHQL_RESPONSE)
}
