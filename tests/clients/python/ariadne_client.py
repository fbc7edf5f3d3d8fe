"""Runs operations in the client that ariadne-codegen generated of them."""

from typing import Any

# Generated anew by each run of the tests.
from autospot import (  # pyright: ignore[reportMissingImports]
    Client,
    GraphQLClientGraphQLMultiError,
    PatchRepairOrdersInput,
    UpsertRepairOrdersInput,
)
from serve import Asked, serve


def _run(asked: Asked) -> dict[str, Any]:
    with Client(asked.url, headers=asked.headers) as client:
        try:
            return {"data": _result(client, asked).model_dump(mode="json", by_alias=True)}
        except GraphQLClientGraphQLMultiError as refused:
            return {"errors": [vars(error) for error in refused.errors]}


def _result(client: Client, asked: Asked) -> Any:
    match asked.operation:
        case "Upsert":
            return client.upsert(UpsertRepairOrdersInput(**asked.variables["input"]))
        case "Patch":
            return client.patch(PatchRepairOrdersInput(**asked.variables["input"]))
        case _:
            return client.read(asked.variables["shopId"], asked.variables["repairNumber"])


serve(_run)
