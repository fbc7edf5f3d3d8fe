"""The parameters of a GraphQL request, from its body or its query string."""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from gateway.contract import Limits, reading_json
from gateway.graphql.refusal import Refused
from gateway.http_body import json_in_turns


class Parameters(NamedTuple):
    """What is asked to be executed."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


def from_json(sent: object) -> Parameters:
    """Read parameters that were sent as JSON. Raises Refused when they are none."""
    if isinstance(sent, list):
        raise Refused(400, "ONE_OPERATION_PER_REQUEST", _BATCHED)
    if not isinstance(sent, dict):
        raise Refused(400, "BAD_REQUEST", 'Expected a JSON object with the field "query".')
    fields = cast("dict[str, Any]", sent)
    for name, (type_, meaning) in _TYPES.items():
        if not isinstance(fields.get(name), type_ | None):
            raise Refused(400, "BAD_REQUEST", f'The field "{name}" must be {meaning}.')
    query = fields.get("query")
    if not query:
        raise Refused(400, "BAD_REQUEST", 'Send the document in the field "query".')
    return Parameters(query, fields.get("variables"), fields.get("operationName") or None)


async def from_query_string(sent: Mapping[str, str], limits: Limits) -> Parameters:
    """Read parameters of a query string, in which those that are objects stand as JSON.

    Raises Refused, and BatchRejected when they are no JSON.
    """
    objects = {
        name: await json_in_turns(reading_json(sent[name].encode(), limits.max_json_depth))
        for name in _OBJECTS
        if sent.get(name)
    }
    return from_json({**sent, **dict.fromkeys(_OBJECTS), **objects})


_BATCHED = "A list of operations is not executed: send each operation as a request."
_TYPES: dict[str, tuple[type, str]] = {
    "query": (str, "text"),
    "variables": (dict, "an object"),
    "operationName": (str, "text"),
    "extensions": (dict, "an object"),
}
_OBJECTS = ("variables", "extensions")
