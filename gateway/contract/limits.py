"""How large a request and its answer may be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The most bytes of a body, repair orders of a request, problems that an answer lists.

    And how large a GraphQL document may be, and what it may cost.
    """

    max_body_bytes: int = 16 * 1024 * 1024
    max_repair_orders: int = 10_000
    max_reported_errors: int = 1_000
    max_document_characters: int = 1024 * 1024
    max_document_tokens: int = 10_000
    max_document_depth: int = 20
    max_introspection_depth: int = 2
    max_document_fields: int = 1_000
    max_document_root_fields: int = 50
    max_document_aliases: int = 50
    max_document_repeats: int = 5
    max_document_directives: int = 50
    max_document_fragments: int = 50
    max_document_variables: int = 50
