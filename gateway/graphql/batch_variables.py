"""Which variables of an operation hold batches, and how those reach the resolvers."""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLSchema,
    OperationDefinitionNode,
    type_from_ast,  # pyright: ignore[reportUnknownVariableType]  # see InputType
)
from strawberry.utils.str_converters import to_camel_case

from gateway.contract import BatchObject, DecodedVariables, Steps, VariablesDecoder
from gateway.graphql.coercion import InputType, coercing_shops, is_long, nullable
from gateway.graphql.inputs import SHOP_INPUTS


class BatchVariables(NamedTuple):
    """The variables of an operation that hold batches.

    `entry_types` are those of the entries; `objects` are what holds a batch that is no variable
    itself. `decoder` reads the variables, unless something about the operation is unusual.
    """

    entry_types: Mapping[str, InputType]
    objects: Mapping[str, BatchObject | None]
    decoder: VariablesDecoder | None

    def coercing(self, sent: dict[str, Any]) -> Steps[dict[str, Any] | None]:
        """Coerce the long batches in variables that are plain data; None when one is refused.

        Everything else is left for graphql-core to coerce.
        """
        rest = dict(sent)
        batches: dict[str, list[object]] = {}
        for name, entry_type in self.entry_types.items():
            holder, field = rest, name
            if place := self.objects[name]:
                if not isinstance(rest.get(name), dict):
                    continue
                holder = rest[name] = dict(rest[name])
                field = place.field
            shops = _entries(holder.get(field))
            if is_long(shops):
                coerced = yield from coercing_shops(shops, entry_type)
                if coerced is None:
                    return None
                batches[name] = coerced
                holder[field] = []
        return DecodedVariables(rest, batches) if batches else sent


def batch_variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode
) -> BatchVariables | None:
    """Find the variables of an operation that hold batches; None when there are none."""
    entry_types: dict[str, InputType] = {}
    objects: dict[str, BatchObject | None] = {}
    others: list[str] = []
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        type_: InputType = nullable(type_from_ast(schema, definition.type))
        place = _batch_object(type_)
        batch: InputType = nullable(type_.fields[place.field].type) if place else type_
        if _is_batch(batch):
            entry_types[name] = batch.of_type
            objects[name] = place
        else:
            others.append(name)
    if not objects:
        return None
    is_usual = not any(name.startswith("_") for name in (*objects, *others))
    decoder = VariablesDecoder(objects, others, to_camel_case) if is_usual else None
    return BatchVariables(entry_types, objects, decoder)


def put_batches(sent: DecodedVariables, coerced: dict[str, Any]) -> None:
    """Put batches where graphql-core has coerced the empty lists that stood for them."""
    for name, shops in sent.batches.items():
        if isinstance(coerced[name], list):
            coerced[name] = shops
        else:
            coerced[name]["shops"] = shops


def _entries(shops: object) -> list[object]:
    """The entries of a batch; a lone one counts as a list of one."""
    if isinstance(shops, list):
        return cast("list[object]", shops)
    return [] if shops is None else [shops]


def _batch_object(type_: InputType) -> BatchObject | None:
    if not isinstance(type_, GraphQLInputObjectType):
        return None
    fields = {name: nullable(field.type) for name, field in type_.fields.items()}
    batches = [name for name, field in fields.items() if _is_batch(field)]
    others = tuple(name for name in fields if name not in batches)
    return BatchObject(batches[0], others) if batches else None


def _is_batch(type_: InputType) -> bool:
    if not isinstance(type_, GraphQLList):
        return False
    entry: InputType = nullable(cast("Any", type_).of_type)
    return isinstance(entry, GraphQLInputObjectType) and entry.name in SHOP_INPUTS
