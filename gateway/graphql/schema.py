"""The schema, and how an operation runs on it."""

from collections.abc import Iterable
from typing import Any, cast

import strawberry
from graphql import GraphQLError, GraphQLInputObjectType
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.field import StrawberryField
from strawberry.types.graphql import OperationType

from gateway.graphql.errors import Request, reworded
from gateway.graphql.mutation import Mutation
from gateway.graphql.numbers import VerbatimNumbers
from gateway.graphql.operation import NoIntrospection, OneOperation
from gateway.graphql.query import Query
from gateway.graphql.scalars import SCALAR_MAP


class GatewaySchema(strawberry.Schema):
    """Strawberry's schema, whose inputs stay plain data and whose errors repeat nothing sent."""

    def __init__(self, max_reported_errors: int = 1_000, *, introspection: bool = True) -> None:
        """Build the schema; an answer lists that many errors at the most."""
        config = StrawberryConfig(scalar_map=SCALAR_MAP, default_resolver=_member)
        super().__init__(  # pyright: ignore[reportUnknownMemberType]  # Strawberry's handlers
            Query,
            Mutation,
            extensions=[OneOperation] if introspection else [OneOperation, NoIntrospection],
            execution_context_class=VerbatimNumbers,
            config=config,
        )
        self._max_reported_errors = max_reported_errors
        self._spell_inputs_as_autospot_does()

    async def execute(  # noqa: PLR0913, PLR0917  # Strawberry's signature
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,  # noqa: ANN401  # Strawberry's signature
        root_value: Any | None = None,  # noqa: ANN401  # Strawberry's signature
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """Execute an operation; its errors are reworded."""
        result = await super().execute(
            query,
            variable_values,
            context_value,
            root_value,
            operation_name,
            allowed_operation_types,
            operation_extensions,
        )
        if result.errors:
            request = Request(query or "", variable_values or {}, operation_name)
            result.errors = reworded(result, request, self._schema, self._max_reported_errors)
        return result

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log nothing here: Strawberry would log what the caller sent."""

    def _spell_inputs_as_autospot_does(self) -> None:
        """Have graphql-core name the members of inputs as the contract does."""
        for type_ in self._schema.type_map.values():
            if isinstance(type_, GraphQLInputObjectType):
                for field in type_.fields.values():
                    definition = field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
                    field.out_name = cast("StrawberryField", definition).python_name


def schema_text() -> str:
    """The schema in GraphQL's schema definition language."""
    return GatewaySchema().as_str() + "\n"


def _member(source: object, name: str) -> object:
    """Read a field's value: repair orders are plain dicts, everything else has attributes."""
    if isinstance(source, dict):
        return cast("dict[str, object]", source).get(name)
    return getattr(source, name)
