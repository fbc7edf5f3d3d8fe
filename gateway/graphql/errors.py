"""The errors of the standard `errors` list: each with a code, none with the caller's values."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphql import (
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    SourceLocation,
)
from strawberry.types import ExecutionResult

from gateway.contract import InternalServerError, Steps
from gateway.graphql.input_errors import finding_variable_errors, null_error
from gateway.telemetry import log_failure, note

_FOUND = re.compile(
    r"((?:found|Unexpected) (?:Name|String|BlockString|Int|Float|Comment)"
    r"|(?:got|character|sequence|after 0|within String):|expected digit before '\.'),? .*",
    re.DOTALL,
)


class Request(NamedTuple):
    """What was executed."""

    operation: OperationDefinitionNode
    variables: Mapping[str, object]


def rewording(
    result: ExecutionResult, request: Request | None, schema: GraphQLSchema, limit: int
) -> Steps[list[GraphQLError]]:
    """Name every problem of a request that failed, up to a limit; None was not executed."""
    errors = yield from _rewording(result.errors or [], request, schema, limit)
    note(outcome="NOTHING_SAVED", code=(errors[0].extensions or {}).get("code"), errors=len(errors))
    return errors


def _rewording(
    errors: Sequence[GraphQLError],
    request: Request | None,
    schema: GraphQLSchema,
    limit: int,
) -> Steps[list[GraphQLError]]:
    first = errors[0]
    if isinstance(first, GraphQLSyntaxError):
        return [_syntax_error(first)]
    named: list[GraphQLError] = []
    if request and first.path is None:
        named = yield from finding_variable_errors(
            schema, request.operation, request.variables, limit
        )
    return named or [
        error if _code(error) else null_error(error) or _unexpected(error) for error in errors
    ]


def _code(error: GraphQLError) -> object:
    return (error.extensions or {}).get("code")


def _syntax_error(error: GraphQLSyntaxError) -> GraphQLError:
    (location,) = error.locations or [SourceLocation(1, 1)]
    message = _FOUND.sub(r"\1", error.message).rstrip(".: ")
    return GraphQLError(
        f"{message} (line {location.line}, column {location.column}).",
        source=error.source,
        positions=error.positions,
        extensions={"code": "GRAPHQL_PARSE_FAILED"},
    )


def _unexpected(error: GraphQLError) -> GraphQLError:
    """Log what nobody foresaw, and mask it."""
    log_failure(error.original_error or error)
    return GraphQLError(
        InternalServerError().message,
        error.nodes,
        path=error.path,
        extensions={"code": InternalServerError.code},
    )
