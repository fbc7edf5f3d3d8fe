"""The operations that callers ask for: read and checked once, and then known for a while."""

from collections import OrderedDict
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    ValuesOfCorrectTypeRule,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.exceptions import CannotGetOperationTypeError

from gateway.contract import Limits
from gateway.graphql.batch_variables import BatchVariables, batch_variables
from gateway.graphql.cost import refuse_costly, too_deep
from gateway.graphql.input_errors import LiteralsRule
from gateway.graphql.operation import introspecting, operations_of, refuse_operation
from gateway.graphql.plan import Plan, plan_of
from gateway.graphql.source import LinedSource

_RULES = [LiteralsRule, *(rule for rule in specified_rules if rule is not ValuesOfCorrectTypeRule)]
_MOST_ERRORS = 100
"""Of a document: each is looked up in its text, and in the names of the schema."""
_MOST_KNOWN = 256
_MOST_CHARACTERS = 32 * 1024
"""Of a document that is known; its syntax tree takes a hundred times as much memory."""
_MOST_CHARACTERS_IN_ALL = 8 * _MOST_CHARACTERS


class Prepared(NamedTuple):
    """An operation of a document that is right.

    `refusal` is why it may not run; `introspecting` are the fields that ask for the schema, and
    `batches` the variables that hold any. `plan` runs it, if it is of a kind that can be planned.
    """

    document: DocumentNode
    operation: OperationDefinitionNode
    refusal: GraphQLError | None
    introspecting: list[FieldNode]
    batches: BatchVariables | None
    plan: Plan | None


class WrongDocument(Exception):
    """A document that does not fit the schema."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        """Hold what is wrong with it, as far as an answer lists that."""
        super().__init__(errors[0].message)
        self.errors = errors


class Documents:
    """Reads and checks documents, and keeps those that were asked for last.

    What fails any check is not kept.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        """Check documents by a schema and by limits."""
        self._schema = schema
        self._limits = limits
        self._known: OrderedDict[tuple[str, str | None], Prepared] = OrderedDict()
        self._characters = 0

    def prepared(self, text: str, operation_name: str | None) -> Prepared:
        """The operation of that name; without a name, the first one.

        Raises GraphQLError for a document that is too large or cannot be read, WrongDocument, and
        CannotGetOperationTypeError when there is no such operation.
        """
        key = (text, operation_name)
        if known := self._known.get(key):
            self._known.move_to_end(key)
            return known
        prepared = self._prepare(text, operation_name)
        if not prepared.refusal and len(text) <= _MOST_CHARACTERS:
            self._keep(key, prepared)
        return prepared

    def _prepare(self, text: str, operation_name: str | None) -> Prepared:
        document = self._parsed(text)
        operations = operations_of(document, operation_name)
        if not operations:
            raise CannotGetOperationTypeError(operation_name)
        self._refuse_wrong(document)
        refusal = None
        try:
            refuse_operation(document, operations)
        except GraphQLError as error:
            refusal = error
        operation = operations[0]
        return Prepared(
            document,
            operation,
            refusal,
            introspecting(document, operation),
            batch_variables(self._schema, operation),
            None if refusal else plan_of(self._schema, document, operation),
        )

    def _parsed(self, text: str) -> DocumentNode:
        most = self._limits.max_document_tokens
        if len(text) > self._limits.max_document_characters:
            raise _too_large(f"{self._limits.max_document_characters:,} characters")
        source = LinedSource(text)
        if source.lines > most:
            raise _too_large(f"{most:,} lines")
        try:
            document = parse(source, max_tokens=most)
            refuse_costly(document, self._limits)
        except GraphQLSyntaxError as error:
            if _TOO_MANY_TOKENS in error.message:
                raise _too_large(f"{most:,} tokens") from None
            raise
        except RecursionError:
            raise too_deep(f"{self._limits.max_document_depth:,} levels of fields") from None
        return document

    def _refuse_wrong(self, document: DocumentNode) -> None:
        most = min(self._limits.max_reported_errors, _MOST_ERRORS)
        errors = validate(self._schema, document, _RULES, max_errors=most)
        for error in errors:
            error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"} | (error.extensions or {})
        if errors:
            raise WrongDocument(errors)

    def _keep(self, key: tuple[str, str | None], prepared: Prepared) -> None:
        self._known[key] = prepared
        self._characters += len(key[0])
        while len(self._known) > _MOST_KNOWN or self._characters > _MOST_CHARACTERS_IN_ALL:
            (text, _), _ = self._known.popitem(last=False)
            self._characters -= len(text)


_TOO_MANY_TOKENS = "Document contains more than"


def _too_large(most: str) -> GraphQLError:
    return GraphQLError(
        f"The document is too large: {most} are allowed. Send repair orders as variables.",
        extensions={"code": "DOCUMENT_TOO_LARGE"},
    )
