"""The queries: what the gateway is, who asks, and repair orders read back."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Annotated

import strawberry
from graphql import GraphQLError

from gateway import __version__
from gateway.contract import Caller, DescribedEnum, OrderKey, RequestError, Unauthenticated
from gateway.door import only_request_errors
from gateway.graphql.context import Context, Info
from gateway.graphql.derive import described_enum_type
from gateway.graphql.outputs import RepairOrderType, repair_order_fields
from gateway.telemetry import note


class GatewayMode(DescribedEnum):
    """Where repair orders live."""

    EMBEDDED = "EMBEDDED", "In the gateway's own store."
    PROXY = "PROXY", "In a remote AutoSpot; the gateway keeps no copy."


@strawberry.type(description="Limits of this gateway.")
class Limits:
    """Limits of this gateway."""

    max_repair_orders_per_request: int = strawberry.field(
        description="Over all shops of one mutation."
    )
    max_request_bytes: int = strawberry.field(description="Size of one HTTP request.")
    max_reported_errors: int = strawberry.field(description="Longest BatchRejectedError.errors.")


@strawberry.type(description="What this gateway can do. Read it once at start-up.")
class Gateway:
    """What this gateway can do."""

    version: str = strawberry.field(description="Version of the gateway.")
    mode: GatewayMode = strawberry.field(
        description="Where repair orders live.", graphql_type=described_enum_type(GatewayMode)
    )
    can_read: bool = strawberry.field(description="Whether repair orders can be read (embedded).")
    upsert_mixes_atomically: bool = strawberry.field(
        description="Whether one upsert may create and update together (embedded)."
    )
    limits: Limits = strawberry.field(description="Limits.")


@strawberry.type(description="The API key this request was made with.")
class Viewer:
    """The API key this request was made with."""

    name: str = strawberry.field(description="Name of the key.")
    can_read: bool = strawberry.field(description="Whether it may read.")
    can_write: bool = strawberry.field(description="Whether it may write.")
    all_shops: bool = strawberry.field(description="Whether it may use every shop.")
    shop_ids: Sequence[int] = strawberry.field(
        description="The shops it may use; empty when allShops is true."
    )


@strawberry.type(
    description="Reading. gateway and viewer need no API key; repairOrder without a valid one "
    "fails with code UNAUTHENTICATED, and in proxy mode with code NOT_AVAILABLE_IN_PROXY_MODE."
)
class Query:
    """Reading."""

    @strawberry.field(description="What this gateway can do.")
    def gateway(self, info: Info) -> Gateway:
        """What this gateway can do."""
        door = info.context.door
        can_read = door.orders is not None
        return Gateway(
            version=__version__,
            mode=GatewayMode.EMBEDDED if can_read else GatewayMode.PROXY,
            can_read=can_read,
            upsert_mixes_atomically=can_read,
            limits=Limits(
                max_repair_orders_per_request=door.limits.max_repair_orders,
                max_request_bytes=door.limits.max_body_bytes,
                max_reported_errors=door.limits.max_reported_errors,
            ),
        )

    @strawberry.field(
        description="The API key of this request; null without a valid one, and in proxy mode, "
        "where the remote API judges keys."
    )
    async def viewer(self, info: Info) -> Viewer | None:
        """The API key of this request."""
        if info.context.door.orders is None:
            return None
        with _errors_of(info.context):
            caller = await _known_caller(info.context)
        return _viewer(caller) if caller else None

    @strawberry.field(
        description="One repair order, or null (embedded).", graphql_type=RepairOrderType | None
    )
    async def repair_order(
        self,
        info: Info,
        shop_id: Annotated[int, strawberry.argument(description="The shop's id.")],
        repair_number: Annotated[str, strawberry.argument(description="The number.")],
    ) -> dict[str, object] | None:
        """One repair order."""
        door = info.context.door
        if door.orders is None:
            raise GraphQLError(
                "Repair orders cannot be read here: the remote API has no call for it.",
                extensions={"code": "NOT_AVAILABLE_IN_PROXY_MODE"},
            )
        with _errors_of(info.context):
            caller = await info.context.caller()
            note(operation="read", shops=[shop_id], orders=1)
            order = await door.orders.repair_order(OrderKey(shop_id, repair_number), caller)
        return repair_order_fields(order) if order else None


def _viewer(caller: Caller) -> Viewer:
    return Viewer(
        name=caller.name,
        can_read=True,
        can_write=caller.can_write,
        all_shops=caller.shop_ids is None,
        shop_ids=sorted(caller.shop_ids or ()),
    )


async def _known_caller(context: Context) -> Caller | None:
    try:
        return await context.caller()
    except Unauthenticated:
        return None


@contextmanager
def _errors_of(context: Context) -> Generator[None]:
    """Raise the contract's errors as GraphQL's own."""
    try:
        with only_request_errors():
            yield
    except RequestError as error:
        context.note_error(error)
        raise GraphQLError(error.message, extensions={"code": error.code}) from error
