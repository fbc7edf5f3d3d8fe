"""What a document costs, counted before it is checked and run."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from gateway.contract import Limits


def refuse_costly(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that is over a limit. Raises GraphQLError.

    Each definition is walked once, however often its fragment is spread. A cycle of fragments
    costs nothing here: it is wrong, and refused by that.
    """
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    if len(fragments) > limits.max_document_fragments:
        raise _too_costly(limits.max_document_fragments, "fragments")
    counting = _Counting(fragments, limits)
    for name in fragments:
        _refuse(counting.of_fragment(name), limits)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _refuse(counting.of_operation(definition), limits)


class _Cost(NamedTuple):
    """What a selection costs, that of the fragments in it included."""

    depth: int = 0
    lists: int = 0
    """How deep the lists of an introspection stand in one another."""
    roots: int = 0
    """The fields that stand in no other."""
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def beside(self, other: "_Cost") -> "_Cost":
        """The cost of two selections beside each other."""
        return _Cost(
            max(self.depth, other.depth),
            max(self.lists, other.lists),
            self.roots + other.roots,
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


class _Directed(Protocol):
    """A node that may have directives."""

    @property
    def directives(self) -> Iterable[DirectiveNode] | None: ...


class _Counting:
    """Counts, and knows what it has counted of each fragment."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], limits: Limits) -> None:
        self._fragments = fragments
        self._limits = limits
        self._counted: dict[str, _Cost] = {}

    def of_operation(self, operation: OperationDefinitionNode) -> _Cost:
        variables = operation.variable_definitions or ()
        if len(variables) > self._limits.max_document_variables:
            raise _too_costly(self._limits.max_document_variables, "variables")
        cost = self._of_selections(operation.selection_set)
        if cost.roots > self._limits.max_document_root_fields:
            raise _too_costly(self._limits.max_document_root_fields, "fields of the root")
        directives = sum(self._directives(node) for node in (operation, *variables))
        return cost.beside(_Cost(directives=directives))

    def of_fragment(self, name: str) -> _Cost:
        if name not in self._counted:
            self._counted[name] = _Cost()  # What a cycle finds.
            fragment = self._fragments.get(name)
            if fragment is not None:
                directives = _Cost(directives=self._directives(fragment))
                cost = self._of_selections(fragment.selection_set)
                self._counted[name] = cost.beside(directives)
        return self._counted[name]

    def _of_selections(self, selections: SelectionSetNode | None) -> _Cost:
        nodes = selections.selections if selections else ()
        self._refuse_repeats(map(_name, nodes), "fields of one name side by side")
        cost = _Cost()
        for node in nodes:
            cost = cost.beside(self._of_selection(node))
        return cost

    def _of_selection(self, node: SelectionNode) -> _Cost:
        directives = _Cost(directives=self._directives(node))
        if isinstance(node, FragmentSpreadNode):
            return self.of_fragment(node.name.value).beside(directives)
        inner = self._of_selections(getattr(node, "selection_set", None)).beside(directives)
        if not isinstance(node, FieldNode):
            return inner
        return inner._replace(
            depth=inner.depth + 1,
            lists=inner.lists + (node.name.value in _INTROSPECTED_LISTS),
            roots=1,
            fields=inner.fields + 1,
            aliases=inner.aliases + (node.alias is not None),
        )

    def _directives(self, node: _Directed) -> int:
        names = [directive.name.value for directive in node.directives or ()]
        self._refuse_repeats(names, "directives of one name in one place")
        return len(names)

    def _refuse_repeats(self, names: Iterable[str], what: str) -> None:
        most = self._limits.max_document_repeats
        if any(count > most for count in Counter(names).values()):
            raise _too_costly(most, what)


_INTROSPECTED_LISTS = frozenset({"fields", "inputFields", "interfaces", "possibleTypes"})


def _name(node: SelectionNode) -> str:
    """What a selection is called among those beside it."""
    if isinstance(node, FieldNode):
        return node.alias.value if node.alias else node.name.value
    if isinstance(node, FragmentSpreadNode):
        return f"...{node.name.value}"
    condition = getattr(node, "type_condition", None)
    return f"... on {condition.name.value if condition else ''}"


def _refuse(cost: _Cost, limits: Limits) -> None:
    """Refuse what costs too much. Raises GraphQLError."""
    if cost.depth > limits.max_document_depth:
        raise too_deep(f"{limits.max_document_depth:,} levels of fields")
    if cost.lists > limits.max_introspection_depth:
        raise too_deep(f"{limits.max_introspection_depth:,} levels of lists of an introspection")
    for count, most, what in (
        (cost.fields, limits.max_document_fields, "fields"),
        (cost.aliases, limits.max_document_aliases, "aliases"),
        (cost.directives, limits.max_document_directives, "directives"),
    ):
        if count > most:
            raise _too_costly(most, what)


def too_deep(most: str) -> GraphQLError:
    """Refuse a document whose parts stand too deep in one another."""
    return GraphQLError(
        f"The document is nested too deeply: {most} are allowed.",
        extensions={"code": "DOCUMENT_TOO_DEEP"},
    )


def _too_costly(most: int, what: str) -> GraphQLError:
    return GraphQLError(
        f"The document costs too much: {most:,} {what} are allowed.",
        extensions={"code": "DOCUMENT_TOO_COSTLY"},
    )
