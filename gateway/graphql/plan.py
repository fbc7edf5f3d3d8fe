"""What the success of a mutation is answered with, worked out once for each document.

graphql-core works that out anew for each request, which costs more than a small batch itself, and
for each entry of a large one. It still does for errors, and for all that is no plain value.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    visit,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values

from gateway.contract import DecodedVariables
from gateway.graphql.batch_variables import put_batches
from gateway.graphql.context import Context
from gateway.graphql.mutation import MUTATIONS, Mutate
from gateway.graphql.results import SUCCESS_VALUES, BatchSuccess, saved_rows

Column = Callable[[BatchSuccess], object]
"""Makes one value of a success."""


class Plan(NamedTuple):
    """A lone mutation that asks for nothing but plain values, should it succeed.

    `key` is its name in the answer, and `columns` has the names of the values there.
    """

    operation: OperationDefinitionNode
    field: GraphQLField
    details: FieldDetails
    mutate: Mutate
    key: str
    columns: Mapping[str, Column]

    async def answer(
        self, schema: GraphQLSchema, variables: Mapping[str, Any], context: Context
    ) -> dict[str, object] | None:
        """Run the mutation, and return the data of the answer.

        None is for graphql-core to answer: the mutation failed, or cannot be run as it was sent.
        """
        sent = self._input(schema, variables)
        outcome = None if sent is None else await self.mutate(context, sent)
        if not isinstance(outcome, BatchSuccess):
            return None
        return {self.key: {name: value_of(outcome) for name, value_of in self.columns.items()}}

    def _input(self, schema: GraphQLSchema, variables: Mapping[str, Any]) -> dict[str, Any] | None:
        definitions = self.operation.variable_definitions or ()
        values = get_variable_values(schema, definitions, dict(variables), max_errors=1)
        if isinstance(values, list):
            return None
        if isinstance(variables, DecodedVariables):
            put_batches(variables, values.coerced)
        try:
            return get_argument_values(self.field, self.details.node, values)["input"]
        except GraphQLError:
            return None


def plan_of(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> Plan | None:
    """Plan an operation of a valid document; None for anything else than a Plan is."""
    if operation.operation is not OperationType.MUTATION or _has_directives(document):
        return None
    collect = _Collect(schema, document, operation)
    (key, details), *others = collect.fields().items()
    mutation = MUTATIONS.get(details[0].node.name.value)
    if others or mutation is None:
        return None
    mutate, success = mutation
    columns = {
        name: _column(field, success.__name__, collect)
        for name, field in collect.subfields(success.__name__, details).items()
    }
    if None in columns.values():
        return None
    field = collect.mutation.fields[details[0].node.name.value]
    return Plan(operation, field, details[0], mutate, key, cast("dict[str, Column]", columns))


class _Collect(NamedTuple):
    """Collects the fields of an operation without any condition, as graphql-core does."""

    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode

    @property
    def mutation(self) -> GraphQLObjectType:
        """The type of all mutations."""
        return cast("GraphQLObjectType", self.schema.mutation_type)

    def fields(self) -> GroupedFieldSet:
        """The fields of the operation, by their names in the answer."""
        return collect_fields(
            self.schema, self._fragments(), _NO_VARIABLES, self.mutation, self.operation
        ).grouped_field_set

    def subfields(self, type_name: str, details: FieldDetailsList) -> GroupedFieldSet:
        """The fields that a field selects of an object type, the same way."""
        type_ = cast("GraphQLObjectType", self.schema.type_map[type_name])
        return collect_subfields(
            self.schema, self._fragments(), _NO_VARIABLES, self.operation, type_, details
        ).grouped_field_set

    def _fragments(self) -> dict[str, FragmentDetails]:
        nodes = self.document.definitions
        fragments = (node for node in nodes if isinstance(node, FragmentDefinitionNode))
        return {fragment.name.value: FragmentDetails(fragment) for fragment in fragments}


def _column(details: FieldDetailsList, type_name: str, collect: _Collect) -> Column | None:
    name = details[0].node.name.value
    if name == "__typename":
        return lambda _: type_name
    if name != "saved":
        return SUCCESS_VALUES.get(name)
    fields = collect.subfields("SavedRepairOrder", details)
    return saved_rows({key: entry[0].node.name.value for key, entry in fields.items()})


class _Directives(Visitor):
    found = False

    def enter_directive(self, node: DirectiveNode, *_: object) -> object:
        del node
        self.found = True
        return self.BREAK


def _has_directives(document: DocumentNode) -> bool:
    directives = _Directives()
    visit(document, directives)
    return directives.found


_NO_VARIABLES = VariableValues({}, {})
