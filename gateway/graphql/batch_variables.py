"""Which variables of an operation hold batches, and how those reach the resolvers."""

from typing import Any, cast

from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    type_from_ast,  # pyright: ignore[reportUnknownVariableType]  # see InputType
)
from strawberry.utils.str_converters import to_camel_case

from gateway.contract import BatchObject, DecodedVariables, VariablesDecoder
from gateway.graphql.inputs import SHOP_INPUTS

InputType = Any
"""An input type of graphql-core, whose type parameters a type checker cannot know."""


def variables_decoder(
    schema: GraphQLSchema, operation: OperationDefinitionNode
) -> VariablesDecoder | None:
    """Make what reads the variables of an operation; None when none of them holds a batch."""
    batches: dict[str, BatchObject | None] = {}
    others: list[str] = []
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        type_: InputType = _nullable(type_from_ast(schema, definition.type))
        place = _batch_object(type_)
        if place or _is_batch(type_):
            batches[name] = place
        else:
            others.append(name)
    is_usable = batches and not any(name.startswith("_") for name in (*batches, *others))
    return VariablesDecoder(batches, others, to_camel_case) if is_usable else None


def put_batches(sent: DecodedVariables, coerced: dict[str, Any]) -> None:
    """Put batches where graphql-core has coerced the empty lists that stood for them."""
    for name, shops in sent.batches.items():
        if isinstance(coerced[name], list):
            coerced[name] = shops
        else:
            coerced[name]["shops"] = shops


def _nullable(type_: InputType) -> InputType:
    return cast("Any", type_).of_type if isinstance(type_, GraphQLNonNull) else type_


def _batch_object(type_: InputType) -> BatchObject | None:
    if not isinstance(type_, GraphQLInputObjectType):
        return None
    fields = {name: _nullable(field.type) for name, field in type_.fields.items()}
    batches = [name for name, field in fields.items() if _is_batch(field)]
    others = tuple(name for name in fields if name not in batches)
    return BatchObject(batches[0], others) if batches else None


def _is_batch(type_: InputType) -> bool:
    if not isinstance(type_, GraphQLList):
        return False
    entry: InputType = _nullable(cast("Any", type_).of_type)
    return isinstance(entry, GraphQLInputObjectType) and entry.name in SHOP_INPUTS
