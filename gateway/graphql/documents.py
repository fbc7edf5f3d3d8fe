"""The operations that callers ask for: read and checked once, and then known for a while."""

from collections import OrderedDict
from typing import NamedTuple

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)

from gateway.contract import Limits, VariablesDecoder
from gateway.graphql.batch_variables import variables_decoder
from gateway.graphql.operation import allowed_operation

_MOST_KNOWN = 256
_MOST_CHARACTERS = 256 * 1024
"""Of all documents that are known; their syntax trees take a hundred times as much memory."""


class Prepared(NamedTuple):
    """An operation that may run, and what reads its variables when they hold batches."""

    document: DocumentNode
    operation: OperationDefinitionNode
    decoder: VariablesDecoder | None


class Documents:
    """Reads documents, and keeps those that were asked for last.

    What fails any check is not kept.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits, *, introspection: bool) -> None:
        """Check documents by a schema and by limits."""
        self._schema = schema
        self._limits = limits
        self._introspection = introspection
        self._known: OrderedDict[tuple[str, str | None], Prepared] = OrderedDict()
        self._characters = 0

    def prepared(self, text: str, operation_name: str | None) -> Prepared | None:
        """The operation of a document; None when it may not run, or there is none.

        Raises the GraphQLError of a document that is too large to be read.
        """
        key = (text, operation_name)
        if known := self._known.get(key):
            self._known.move_to_end(key)
            return known
        prepared = self._prepare(text, operation_name)
        if prepared:
            self._keep(key, prepared)
        return prepared

    def _prepare(self, text: str, operation_name: str | None) -> Prepared | None:
        try:
            document = self._parsed(text)
        except GraphQLSyntaxError:
            return None
        if validate(self._schema, document, max_errors=1):
            return None
        try:
            operation = allowed_operation(
                document, operation_name, introspection=self._introspection
            )
        except GraphQLError:
            return None
        return Prepared(document, operation, variables_decoder(self._schema, operation))

    def _parsed(self, text: str) -> DocumentNode:
        most = self._limits.max_document_characters
        if len(text) > most:
            raise _too_large(f"{most:,} characters")
        try:
            return parse(text, max_tokens=self._limits.max_document_tokens)
        except GraphQLSyntaxError as error:
            if _TOO_MANY_TOKENS in error.message:
                raise _too_large(f"{self._limits.max_document_tokens:,} tokens") from None
            raise

    def _keep(self, key: tuple[str, str | None], prepared: Prepared) -> None:
        self._known[key] = prepared
        self._characters += len(key[0])
        while len(self._known) > _MOST_KNOWN or self._characters > _MOST_CHARACTERS:
            (text, _), _ = self._known.popitem(last=False)
            self._characters -= len(text)


_TOO_MANY_TOKENS = "Document contains more than"


def _too_large(most: str) -> GraphQLError:
    return GraphQLError(
        f"The document is too large: {most} are allowed. Send repair orders as variables.",
        extensions={"code": "DOCUMENT_TOO_LARGE"},
    )
