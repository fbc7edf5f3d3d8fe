"""The schema, and how an operation runs on it."""

from collections.abc import Awaitable, Iterable
from contextlib import suppress
from typing import Any, cast

import strawberry
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLInputObjectType,
    execute,  # pyright: ignore[reportUnknownVariableType]  # its type parameters
)
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.field import StrawberryField
from strawberry.types.graphql import OperationType

from gateway.contract import DecodedVariables, Limits, in_turns
from gateway.graphql.context import Context
from gateway.graphql.documents import Documents, Prepared, WrongDocument
from gateway.graphql.errors import Request, rewording
from gateway.graphql.executor import BatchExecutor
from gateway.graphql.introspection import (
    Introspection,
    refusal_of_introspection,
    without_hints,
)
from gateway.graphql.mutation import Mutation
from gateway.graphql.query import Query
from gateway.graphql.scalars import SCALAR_MAP


class GatewaySchema(strawberry.Schema):
    """Strawberry's schema, whose inputs stay plain data and whose errors repeat nothing sent."""

    def __init__(
        self, limits: Limits | None = None, *, introspection: Introspection = "on"
    ) -> None:
        """Build the schema; limits are for documents, and for the errors of an answer."""
        config = StrawberryConfig(scalar_map=SCALAR_MAP, default_resolver=_member)
        super().__init__(  # pyright: ignore[reportUnknownMemberType]  # Strawberry's handlers
            Query,
            Mutation,
            execution_context_class=BatchExecutor,
            config=config,
        )
        self._limits = limits or Limits()
        self._spell_inputs_as_autospot_does()
        self._introspection: Introspection = introspection
        self._documents = Documents(self._schema, self._limits)

    async def execute(  # noqa: PLR0913, PLR0917  # Strawberry's signature
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,  # noqa: ANN401  # Strawberry's signature
        root_value: Any | None = None,  # noqa: ANN401, ARG002  # Strawberry's signature
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,  # noqa: ARG002  # Strawberry's
    ) -> ExecutionResult:
        """Execute an operation as Strawberry does; its errors are reworded."""
        request: Request | None = None
        try:
            prepared = self._allowed(query or "", operation_name, allowed_operation_types)
            if prepared.introspecting:
                await self._refuse_introspection(prepared.introspecting, context_value)
        except WrongDocument as wrong:
            result = PreExecutionError(data=None, errors=wrong.errors)
        except GraphQLError as error:
            result = PreExecutionError(data=None, errors=[error])
        else:
            request = Request(prepared.operation, variable_values or {})
            result = await self._run(prepared, variable_values, context_value)
        if result.errors:
            context = cast("Context", context_value)
            hides = await refusal_of_introspection(self._introspection, context) is not None
            result.errors = await in_turns(
                rewording(result, request, self._schema, self._limits.max_reported_errors)
            )
            for error in result.errors if hides else ():
                error.message = without_hints(error.message)
        return result

    async def decoded_variables(
        self, query: str, operation_name: str | None, text: memoryview
    ) -> DecodedVariables | None:
        """Read the variables of an operation when they hold a batch and are right throughout.

        None is what has to be read as plain data.
        """
        with suppress(GraphQLError, WrongDocument, CannotGetOperationTypeError):
            batches = self._documents.prepared(query, operation_name).batches
            if batches and batches.decoder:
                return await in_turns(batches.decoder.reading(text))
        return None

    def _allowed(
        self, query: str, operation_name: str | None, types: Iterable[OperationType] | None
    ) -> Prepared:
        """The operation of a document. Raises as `prepared`, and what Strawberry does."""
        prepared = self._documents.prepared(query, operation_name)
        type_ = OperationType(prepared.operation.operation.value)
        if types is not None and type_ not in types:
            raise InvalidOperationTypeError(type_)
        if prepared.refusal:
            raise prepared.refusal
        return prepared

    async def _refuse_introspection(self, asking: list[FieldNode], context: Any) -> None:  # noqa: ANN401  # as `execute`
        refusal = await refusal_of_introspection(self._introspection, context, asking)
        if refusal:
            raise refusal

    async def _run(
        self,
        prepared: Prepared,
        variables: dict[str, Any] | None,
        context: Any,  # noqa: ANN401  # as `execute`
    ) -> ExecutionResult:
        """Run what has passed every check."""
        if prepared.batches and variables and not isinstance(variables, DecodedVariables):
            variables = await in_turns(prepared.batches.coercing(variables))
            if variables is None:
                return PreExecutionError(data=None, errors=[GraphQLError(_WRONG_VARIABLES)])
        if prepared.plan:
            data = await prepared.plan.answer(self._schema, variables or {}, context)
            if data is not None:
                return ExecutionResult(data=data, errors=None)
        name = prepared.operation.name
        running = execute(
            self._schema,
            prepared.document,
            context_value=context,
            variable_values=variables,
            operation_name=name.value if name else None,
            executor_class=BatchExecutor,
            is_awaitable=cast("Any", optimized_is_awaitable),
        )
        result = await running if isinstance(running, Awaitable) else running
        return ExecutionResult(data=result.data, errors=result.errors)

    def _spell_inputs_as_autospot_does(self) -> None:
        """Have graphql-core name the members of inputs as the contract does."""
        for type_ in self._schema.type_map.values():
            if isinstance(type_, GraphQLInputObjectType):
                for field in type_.fields.values():
                    definition = field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
                    field.out_name = cast("StrawberryField", definition).python_name


_WRONG_VARIABLES = "A variable is wrong."
"""Until it is reworded."""


def schema_text() -> str:
    """The schema in GraphQL's schema definition language."""
    return GatewaySchema().as_str() + "\n"


def _member(source: object, name: str) -> object:
    """Read a field's value: repair orders are plain dicts, everything else has attributes."""
    if isinstance(source, dict):
        return cast("dict[str, object]", source).get(name)
    return getattr(source, name)
