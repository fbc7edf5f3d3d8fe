"""Coercion of long batches that were sent as plain data: graphql-core's own, but with pauses.

All repair orders of such a batch would take a second.
"""

from typing import Any, cast

from graphql import GraphQLInputObjectType, GraphQLNonNull, Undefined
from graphql.utilities import (
    coerce_input_value,  # pyright: ignore[reportUnknownVariableType]  # see InputType
)

from gateway.contract import Steps

InputType = Any
"""An input type of graphql-core, whose type parameters a type checker cannot know."""


def nullable(type_: InputType) -> InputType:
    """The type of what may be null."""
    return cast("Any", type_).of_type if isinstance(type_, GraphQLNonNull) else type_


def is_long(shops: list[object]) -> bool:
    """Whether it takes several steps to coerce the entries of a batch."""
    return sum(max(1, len(_orders_of(entry))) for entry in shops) > _MOST_AT_ONCE


def coercing_shops(shops: list[object], entry_type: InputType) -> Steps[list[Any] | None]:
    """Coerce the entries of a batch; None when one of them is refused."""
    type_: GraphQLInputObjectType = nullable(entry_type)
    rest_type, rest_name = type_.fields[_ORDERS].type, type_.fields[_ORDERS].out_name
    coerced: list[Any] = []
    since_pause = 0
    for sent in shops:
        orders = _orders_of(sent)
        if since_pause + len(orders) > _MOST_AT_ONCE:
            since_pause = 0
            yield
        since_pause += max(1, len(orders))
        entry = coerce_input_value(_with_first_orders(sent, orders), entry_type)
        if entry is Undefined:
            return None
        for start in range(_MOST_AT_ONCE, len(orders), _MOST_AT_ONCE):
            yield
            rest = coerce_input_value(orders[start : start + _MOST_AT_ONCE], rest_type)
            if rest is Undefined:
                return None
            entry[rest_name] += rest
        coerced.append(entry)
    return coerced


def _with_first_orders(entry: Any, orders: list[object]) -> object:  # noqa: ANN401  # as it was sent
    return entry if len(orders) <= _MOST_AT_ONCE else {**entry, _ORDERS: orders[:_MOST_AT_ONCE]}


def _orders_of(entry: object) -> list[object]:
    fields = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
    orders = fields.get(_ORDERS)
    return cast("list[object]", orders) if isinstance(orders, list) else []


_ORDERS = "repairOrders"
_MOST_AT_ONCE = 500
"""Repair orders that are coerced in one step, which takes some ten milliseconds."""
