"""A request that is no GraphQL, or is not executed: answered in GraphQL's form all the same."""

from http import HTTPStatus

from fastapi import Request, Response

from gateway.contract import BatchOutcome, RequestError, Unauthenticated
from gateway.graphql.answer import answered
from gateway.telemetry import note

METHODS = ("GET", "HEAD", "POST")


class Refused(Exception):
    """A request is not executed."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Say why, for programs and for people."""
        super().__init__(message)
        self.status = status
        self.code = code


def error_refusal(request: Request, error: RequestError) -> Response:
    """Answer a request that is not executed, for an error of the contract."""
    response = graphql_refusal(request, error.http_status, error.code, error.message)
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = error.challenge
    seconds = getattr(error, "retry_after_seconds", None)
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def graphql_refusal(request: Request, status: int, code: str, message: str) -> Response:
    """Answer a request that is not executed."""
    note(outcome=BatchOutcome.NOTHING_SAVED.value, code=code)
    answer = {"errors": [{"message": message, "extensions": {"code": code}}]}
    response = answered(request, answer, int(status))
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(METHODS)
    if status == HTTPStatus.REQUEST_TIMEOUT:
        response.headers["Connection"] = "close"
    return response
