"""The mutations: each is one batch."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from gateway.contract import OnDuplicate, RequestError, Verb
from gateway.door import only_request_errors
from gateway.graphql.context import Context, Info
from gateway.graphql.inputs import PatchRepairOrdersInput, UpsertRepairOrdersInput
from gateway.graphql.results import (
    BatchSuccess,
    PatchRepairOrdersResult,
    PatchRepairOrdersSuccess,
    UpsertRepairOrdersResult,
    UpsertRepairOrdersSuccess,
    error_result,
)
from gateway.telemetry import request_id


@strawberry.type(
    description="Writing. Each mutation is one batch: everything in it is saved, or nothing. "
    "A request may carry only one mutation field."
)
class Mutation:
    """Writing."""

    @strawberry.mutation(
        description="Create repair orders (REST POST). With onDuplicate: UPDATE, numbers that "
        "already exist are updated instead of refused.",
        graphql_type=UpsertRepairOrdersResult,
    )
    async def upsert_repair_orders(
        self,
        info: Info,
        input: Annotated[  # noqa: A002, ANN401  # the argument's name in GraphQL; plain data
            Any,
            strawberry.argument(
                description="The repair orders.", graphql_type=UpsertRepairOrdersInput
            ),
        ],
    ) -> object:
        """Create repair orders, or merge them into those that exist."""
        return await _upsert(info.context, input)

    @strawberry.mutation(
        description="Change existing repair orders (REST PATCH). "
        "Send only the number and what changes.",
        graphql_type=PatchRepairOrdersResult,
    )
    async def patch_repair_orders(
        self,
        info: Info,
        input: Annotated[  # noqa: A002, ANN401  # the argument's name in GraphQL; plain data
            Any,
            strawberry.argument(description="The changes.", graphql_type=PatchRepairOrdersInput),
        ],
    ) -> object:
        """Change repair orders that exist."""
        return await _patch(info.context, input)


async def _upsert(context: Context, sent: dict[str, Any]) -> object:
    is_upsert = sent["on_duplicate"].value == OnDuplicate.UPDATE
    verb = Verb.UPSERT if is_upsert else Verb.CREATE
    return await _once(context, sent, verb, UpsertRepairOrdersSuccess)


async def _patch(context: Context, sent: dict[str, Any]) -> object:
    return await _once(context, sent, Verb.UPDATE, PatchRepairOrdersSuccess)


Mutate = Callable[[Context, dict[str, Any]], Awaitable[object]]
"""Runs a mutation on its coerced input; the answer is a member of its result union."""

MUTATIONS: dict[str, tuple[Mutate, type[BatchSuccess]]] = {
    "upsertRepairOrders": (_upsert, UpsertRepairOrdersSuccess),
    "patchRepairOrders": (_patch, PatchRepairOrdersSuccess),
}
"""Each mutation by its name, and the type of its success."""


async def _once(
    context: Context, sent: dict[str, Any], verb: Verb, success: type[BatchSuccess]
) -> object:
    """Save what was sent, unless that was done: a request has one mutation."""
    if context.outcome is None:
        context.outcome = await _saved(context, sent, verb, success)
    return context.outcome


async def _saved(
    context: Context, sent: dict[str, object], verb: Verb, success: type[BatchSuccess]
) -> object:
    """Save what was sent; the answer is a member of the result union, whatever happens."""
    door = context.door
    try:
        with only_request_errors():
            async with door.entered(context.sender) as caller:
                saved = await door.save(sent["shops"], verb, caller)
    except RequestError as error:
        context.note_error(error)
        return error_result(error, request_id())
    return success(batch=saved, request_id=strawberry.ID(request_id()))
