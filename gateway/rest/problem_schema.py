"""The problem documents as JSON Schema, made from the contract's error classes."""

import dataclasses
from collections.abc import Sequence
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from gateway.contract import (
    ITEM_PROBLEMS,
    REQUEST_ERRORS,
    BatchOutcome,
    BatchRejected,
    DescribedEnum,
    InvalidInput,
    InvalidInputReason,
    ItemProblem,
    Place,
    RequestError,
)
from gateway.rest.problem import wire_name

Json = dict[str, Any]

_SERVED = [error for error in REQUEST_ERRORS if not error.remote_only]


def problem_schemas() -> Json:
    """Describe a problem document, and the problems of items in it."""
    return {
        "Problem": _problem(),
        **{problem.__name__: _item_problem(problem) for problem in ITEM_PROBLEMS},
    }


def meanings_by_status() -> dict[int, list[str]]:
    """What each HTTP status of an error can mean, in ascending order."""
    meanings: dict[int, list[str]] = {}
    for error in _SERVED:
        meanings.setdefault(error.status, []).append(f"{error.code}: {error.code_description}")
    for problem in ITEM_PROBLEMS:
        meanings.setdefault(problem.status, []).append(
            f"{problem.code}: {problem.code_description}"
        )
    for reason in InvalidInputReason:
        status = InvalidInput(place=(), reason=reason).http_status
        if status != InvalidInput.status:
            meanings.setdefault(status, []).append(f"{reason.value}: {reason.description}")
    return dict(sorted(meanings.items()))


def _problem() -> Json:
    own = {
        "type": {"type": "string", "description": "Names the kind of problem; it leads nowhere."},
        "title": {"type": "string", "description": "The kind of problem in words."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "code": {
            "type": "string",
            "description": "For programs: " + ", ".join(error.code for error in _SERVED) + ".",
        },
        "detail": {"type": "string", "description": "One sentence; it holds no customer data."},
        "outcome": _enum(BatchOutcome),
        "request_id": {"type": "string", "description": "Quote this to support."},
    }
    retryable = {name: schema for name, (schema, _) in _fields(RequestError).items()}
    errors: Json = {
        "type": "array",
        "description": "The problems, in the order of the input.",
        "items": {
            "anyOf": [{"$ref": f"#/components/schemas/{cls.__name__}"} for cls in ITEM_PROBLEMS]
        },
    }
    more = {
        name: schema
        for error in _SERVED
        for name, (schema, _) in _fields(error).items()
        if name not in retryable and error is not BatchRejected
    }
    count = {"type": "integer", "description": "How many problems there are in all."}
    required = [*own, *(name for name in retryable if name != "message")]
    del retryable["message"]
    return {
        "type": "object",
        "description": "What went wrong (RFC 9457). errors and error_count come with "
        f"{BatchRejected.code} only.",
        "required": required,
        "properties": {**own, **retryable, "errors": errors, "error_count": count, **more},
    }


def _item_problem(problem: type[ItemProblem]) -> Json:
    fields = _fields(problem)
    return {
        "type": "object",
        "description": problem.__doc__,
        "required": ["code", *(name for name, (_, required) in fields.items() if required)],
        "properties": {
            "code": {"const": problem.code, "description": problem.code_description},
            **{name: schema for name, (schema, _) in fields.items()},
        },
    }


def _fields(error: type[ItemProblem | RequestError]) -> dict[str, tuple[Json, bool]]:
    """The schema of each field of an error, and whether it is always there."""
    hints = get_type_hints(error)
    return {
        wire_name(field.name): _field(hints[field.name], field.metadata["description"])
        for field in dataclasses.fields(error)
        if field.name != "errors"
    }


def _field(hint: Any, description: str) -> tuple[Json, bool]:  # noqa: ANN401  # an annotation has no type
    if hint in (Place, Place | None):
        pointer = {"type": "string", "description": "JSON pointer (RFC 6901) into the body."}
        return pointer, hint == Place
    arguments = get_args(hint)
    if NoneType in arguments:
        (hint,) = (argument for argument in arguments if argument is not NoneType)
    return {**_type(hint), "description": description}, NoneType not in arguments


def _type(hint: Any) -> Json:  # noqa: ANN401  # an annotation has no type
    if get_origin(hint) is Sequence:
        return {"type": "array", "items": _type(get_args(hint)[0])}
    if issubclass(hint, DescribedEnum):
        return _enum(hint)
    return {"type": {str: "string", int: "integer", bool: "boolean"}[hint]}


def _enum(enum: type[DescribedEnum]) -> Json:
    return {
        "type": "string",
        "enum": [member.value for member in enum],
        "description": " ".join(f"{member.value}: {member.description}" for member in enum),
    }
