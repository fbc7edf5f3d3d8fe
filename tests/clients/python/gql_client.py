"""Runs operations in gql, which checks each one against the schema before it is sent."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport
from serve import Asked, serve

_DOCUMENT = Path(sys.argv[1]).read_text("utf-8")
_SCHEMA = (Path(__file__).parents[3] / "schema.graphql").read_text("utf-8")


def _run(asked: Asked) -> dict[str, Any]:
    client = _client(asked.url, tuple(asked.headers.items()))
    request = GraphQLRequest(
        _DOCUMENT, variable_values=asked.variables, operation_name=asked.operation
    )
    try:
        return {"data": client.execute(request)}
    except TransportQueryError as refused:
        return {"errors": refused.errors}


@cache
def _client(url: str, headers: tuple[tuple[str, str], ...]) -> Client:
    transport = HTTPXTransport(url, headers=dict(headers))
    return Client(transport=transport, schema=_SCHEMA)


serve(_run)
