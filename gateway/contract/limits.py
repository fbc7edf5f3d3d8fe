"""How large a request and its answer may be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The most bytes of a body, repair orders of a request, problems that an answer lists.

    And the most characters and tokens of a GraphQL document.
    """

    max_body_bytes: int = 16 * 1024 * 1024
    max_repair_orders: int = 10_000
    max_reported_errors: int = 1_000
    max_document_characters: int = 1024 * 1024
    max_document_tokens: int = 10_000
