"""Problem documents (RFC 9457): the contract's errors, and HTTP's own, as REST answers."""

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import Response

from gateway.contract import BatchOutcome, ItemProblem, Place, RequestError, Unauthenticated
from gateway.rest.caching import NO_STORE
from gateway.telemetry import note, request_id

MEDIA_TYPE = "application/problem+json"


def error_response(error: RequestError) -> Response:
    """Answer with an error of the contract."""
    fields = _fields(error)
    members = {
        "code": error.code,
        "detail": fields.pop("message"),
        "outcome": error.outcome.value,
        **fields,
    }
    return _response(title_of(type(error)), error.http_status, members, _headers(error))


def http_problem_response(
    status: HTTPStatus,
    detail: str,
    headers: Mapping[str, str],
    *,
    outcome: BatchOutcome = BatchOutcome.NOTHING_SAVED,
    retryable: bool = False,
) -> Response:
    """Answer with an error that is HTTP's own, such as a wrong method."""
    note(outcome=outcome.value, code=status.name)
    members = {
        "code": status.name,
        "detail": detail,
        "outcome": outcome.value,
        "retryable": retryable,
    }
    return _response(status.phrase.capitalize(), int(status), members, headers)


def title_of(error: type[RequestError]) -> str:
    """The title of an error: its name in words."""
    return re.sub(r"(?<!^)([A-Z])", r" \1", error.__name__).capitalize()


def _response(
    title: str, status: int, members: Mapping[str, object], headers: Mapping[str, str]
) -> Response:
    document = {
        "type": f"urn:autospot-gateway:{title.lower().replace(' ', '-')}",
        "title": title,
        "status": status,
        "request_id": request_id(),
        **members,
    }
    # Escaped, since a pointer may hold a lone surrogate that was sent as a field name.
    return Response(json.dumps(document), status, {**headers, **NO_STORE}, MEDIA_TYPE)


def _headers(error: RequestError) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = error.challenge
    if error.http_status == HTTPStatus.REQUEST_TIMEOUT:
        headers["Connection"] = "close"
    retry_after = getattr(error, "retry_after_seconds", None)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return headers


def _fields(error: ItemProblem | RequestError) -> dict[str, Any]:
    """The fields of an error that hold something."""
    values = {field.name: getattr(error, field.name) for field in dataclasses.fields(error)}
    return {
        wire_name(name): _value(name, value) for name, value in values.items() if value is not None
    }


def wire_name(name: str) -> str:
    """The name of an error's field in REST, where a place is a pointer."""
    return name.replace("place", "pointer")


def _value(name: str, value: Any) -> Any:  # noqa: ANN401  # any field of any error
    if isinstance(value, ItemProblem):
        return {"code": value.code, **_fields(value)}
    if name.endswith("place"):
        return _pointer(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_value("", entry) for entry in cast("Sequence[Any]", value)]
    return value


def _pointer(place: Place) -> str:
    """Write a place as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)
