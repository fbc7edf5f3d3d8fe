"""The mutations: each is one batch."""

from typing import Annotated, Any

import strawberry

from gateway.contract import OnDuplicate, RequestError, Verb
from gateway.door import only_request_errors
from gateway.graphql.context import Info
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
        is_upsert = input["on_duplicate"].value == OnDuplicate.UPDATE
        verb = Verb.UPSERT if is_upsert else Verb.CREATE
        return await _saved(info, input, verb, UpsertRepairOrdersSuccess)

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
        return await _saved(info, input, Verb.UPDATE, PatchRepairOrdersSuccess)


async def _saved(
    info: Info, sent: dict[str, object], verb: Verb, success: type[BatchSuccess]
) -> object:
    """Save what was sent; the answer is a member of the result union, whatever happens."""
    door = info.context.door
    try:
        with only_request_errors():
            async with door.entered(info.context.sender) as caller:
                saved = await door.save(sent["shops"], verb, caller)
    except RequestError as error:
        info.context.note_error(error)
        return error_result(error, request_id())
    return success(batch=saved, request_id=strawberry.ID(request_id()))
