"""Who is told the schema."""

import re
from typing import Literal

from graphql import FieldNode, GraphQLError

from gateway.contract import RequestError
from gateway.door import only_request_errors
from gateway.graphql.context import Context

Introspection = Literal["on", "keyed", "off"]
"""The schema is told to everybody, to callers with a valid API key, or to nobody."""


async def refusal_of_introspection(
    introspection: Introspection, context: Context, asking: list[FieldNode] | None = None
) -> GraphQLError | None:
    """Why a caller is not told the schema, which some fields ask for; None when it is."""
    if introspection == "on":
        return None
    if introspection == "off":
        return GraphQLError(
            "This gateway does not tell its schema: introspection is turned off.",
            asking,
            extensions={"code": "INTROSPECTION_DISABLED"},
        )
    try:
        with only_request_errors():
            await context.caller()
    except RequestError as error:
        context.note_error(error)
        return GraphQLError(error.message, asking, extensions={"code": error.code})
    return None


def without_hints(message: str) -> str:
    """A message that names nothing of the schema but what the caller has named."""
    return _NAMES.sub("expected another name", _SUGGESTION.sub("", message))


_SUGGESTION = re.compile(r" Did you mean .*\?$", re.DOTALL)
_NAMES = re.compile(r"expected one of [^.]*")
