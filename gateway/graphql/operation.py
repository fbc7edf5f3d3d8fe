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
)


def operations_of(document: DocumentNode, name: str | None) -> list[OperationDefinitionNode]:
    """The operations of a document that have a name; without one, all of them."""
    operations = (
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    )
    return [node for node in operations if not name or (node.name and node.name.value == name)]


def refuse_operation(document: DocumentNode, operations: list[OperationDefinitionNode]) -> None:
    """Refuse what is not clear or would commit twice. Raises GraphQLError."""
    if len(operations) > 1:
        raise GraphQLError(
            "The document holds several operations: name one in operationName.",
            extensions={"code": "OPERATION_RESOLUTION_FAILURE"},
        )
    (operation,) = operations
    if operation.operation is OperationType.MUTATION:
        _refuse_second_commit(_fields_of(document, operation))


def introspecting(document: DocumentNode, operation: OperationDefinitionNode) -> list[FieldNode]:
    """The fields by which an operation asks for the schema."""
    fields = _fields_of(document, operation)
    return [field for field in fields if field.name.value in {"__schema", "__type"}]


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


def _fields_of(document: DocumentNode, operation: OperationDefinitionNode) -> Iterator[FieldNode]:
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    return _root_fields(operation.selection_set, fragments)


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
