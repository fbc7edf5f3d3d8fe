"""The scalars that carry the contract's kinds of values."""

from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from gateway.contract import Scalar

DateTime = NewType("DateTime", str)


def _any_text(value: object) -> str:
    """Take any text: one that is no date and time becomes a typed member of the result."""
    if not isinstance(value, str):
        raise GraphQLError("DateTime is written as text.")
    return value


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="ISO 8601 date and time, best with a UTC offset: 2020-03-11T09:30:00-07:00. "
    "Without an offset it is the shop's local time. Returned exactly as it was written.",
    serialize=str,
    parse_value=_any_text,
)

SCALAR_MAP: dict[object, ScalarDefinition] = {DateTime: DATE_TIME}

SCALAR_TYPES: dict[Scalar, Any] = {
    Scalar.BOOLEAN: bool,
    Scalar.DATE_TIME: DateTime,
    Scalar.FLOAT: float,
    Scalar.ID: strawberry.ID,
    Scalar.INT: int,
    Scalar.STRING: str,
}
