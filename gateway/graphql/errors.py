"""The errors of the standard `errors` list: each with a code, none with the caller's values."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphql import (
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    SourceLocation,
    ValuesOfCorrectTypeRule,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from gateway.contract import InternalServerError
from gateway.graphql.input_errors import LiteralsRule, null_error, variable_errors
from gateway.telemetry import log_failure, note

_RULES = [LiteralsRule, *(rule for rule in specified_rules if rule is not ValuesOfCorrectTypeRule)]
_FOUND = re.compile(
    r"((?:found|Unexpected) (?:Name|String|BlockString|Int|Float|Comment)"
    r"|(?:got|character|sequence|after 0|within String):|expected digit before '\.'),? .*",
    re.DOTALL,
)


class Request(NamedTuple):
    """What was asked to be executed."""

    query: str
    variables: Mapping[str, object]
    operation_name: str | None


def reworded(
    result: ExecutionResult, request: Request, schema: GraphQLSchema, limit: int
) -> list[GraphQLError]:
    """Name every problem of a request that failed, up to a limit."""
    errors = _reworded(result, result.errors or [], request, schema, limit)
    note(outcome="NOTHING_SAVED", code=(errors[0].extensions or {}).get("code"), errors=len(errors))
    return errors


def _reworded(
    result: ExecutionResult,
    errors: Sequence[GraphQLError],
    request: Request,
    schema: GraphQLSchema,
    limit: int,
) -> list[GraphQLError]:
    first = errors[0]
    if isinstance(first, GraphQLSyntaxError):
        return [_syntax_error(first)]
    if isinstance(result, PreExecutionError) and not _code(first):
        return _validation_errors(schema, request.query, limit)
    is_before_any_field = not isinstance(result, PreExecutionError) and first.path is None
    named = _variable_errors(schema, request, limit) if is_before_any_field else []
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


def _validation_errors(schema: GraphQLSchema, query: str, limit: int) -> list[GraphQLError]:
    errors = validate(schema, parse(query), _RULES, max_errors=limit)
    for error in errors:
        error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"} | (error.extensions or {})
    return errors


def _variable_errors(schema: GraphQLSchema, request: Request, limit: int) -> list[GraphQLError]:
    operation = get_operation_ast(parse(request.query), request.operation_name)
    assert operation is not None  # noqa: S101  # it was found when it was executed
    return variable_errors(schema, operation, request.variables, limit)


def _unexpected(error: GraphQLError) -> GraphQLError:
    """Log what nobody foresaw, and mask it."""
    log_failure(error.original_error or error)
    return GraphQLError(
        InternalServerError().message,
        error.nodes,
        path=error.path,
        extensions={"code": InternalServerError.code},
    )
