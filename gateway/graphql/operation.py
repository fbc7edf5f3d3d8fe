"""The rules about the one operation of a document that is executed."""

from collections.abc import Iterable, Iterator
from typing import cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_operation_ast,
)
from strawberry.extensions import SchemaExtension


class OneOperation(SchemaExtension):
    """Refuses, before anything runs, an operation that is not clear or would commit twice."""

    introspection = True

    def on_execute(self) -> Iterator[None]:
        """Look at the operation that is about to run."""
        context = self.execution_context
        document = context.graphql_document
        assert document is not None  # noqa: S101  # it was parsed and validated before
        # Strawberry would execute the first one: its `operation_name` never stays empty.
        name = context._provided_operation_name  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        allowed_operation(document, name, introspection=self.introspection)
        yield


class NoIntrospection(OneOperation):
    """Refuses an operation that asks for the schema as well."""

    introspection = False


def allowed_operation(
    document: DocumentNode, name: str | None, *, introspection: bool
) -> OperationDefinitionNode:
    """The operation of a document that is to run. Raises GraphQLError when it may not."""
    operation = get_operation_ast(document, name)
    if operation is None:
        raise GraphQLError(
            "The document holds several operations: name one in operationName.",
            extensions={"code": "OPERATION_RESOLUTION_FAILURE"},
        )
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    fields = list(_root_fields(operation.selection_set, fragments))
    if operation.operation is OperationType.MUTATION:
        _refuse_second_commit(fields)
    if not introspection:
        _refuse_introspection(fields)
    return operation


def _refuse_second_commit(root_fields: Iterable[FieldNode]) -> None:
    fields = {
        field.alias.value if field.alias else field.name.value: field
        for field in root_fields
        if not field.name.value.startswith("__")
    }
    if len(fields) > 1:
        raise GraphQLError(
            "A request may carry only one mutation field: each is one batch, saved or refused as a "
            f"whole. Send the {len(fields)} fields as {len(fields)} requests.",
            list(fields.values()),
            extensions={"code": "ONE_MUTATION_PER_REQUEST"},
        )


def _refuse_introspection(root_fields: Iterable[FieldNode]) -> None:
    asking = [field for field in root_fields if field.name.value in {"__schema", "__type"}]
    if asking:
        raise GraphQLError(
            "This gateway does not tell its schema: introspection is turned off.",
            asking,
            extensions={"code": "INTROSPECTION_DISABLED"},
        )


def _root_fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """The fields of an operation's root, those in fragments too."""
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, FragmentSpreadNode):
            fragment = fragments[selection.name.value]
            yield from _root_fields(fragment.selection_set, fragments)
        else:
            inline = cast("InlineFragmentNode", selection)
            yield from _root_fields(inline.selection_set, fragments)
