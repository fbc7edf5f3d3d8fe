"""How large requests and their answers may be, and how long their callers are waited for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The most bytes of a body, levels of its JSON, repair orders, problems that an answer lists.

    And how long a body may take, in seconds, how large a GraphQL document may be, and what it may
    cost.
    """

    max_body_bytes: int = 16 * 1024 * 1024
    max_keyless_body_bytes: int = 256 * 1024
    body_timeout: float = 60.0
    max_json_depth: int = 100
    max_repair_orders: int = 10_000
    max_reported_errors: int = 1_000
    max_document_characters: int = 256 * 1024
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


@dataclass(frozen=True)
class ConnectionLimits:
    """How many connections there may be, and how long each waits for its caller, in seconds.

    `head_timeout` is from the first byte of a request to the end of its head, `answer_timeout` for
    an answer that is hardly read, and `idle_timeout` between requests.
    """

    max_connections: int = 10_000
    head_timeout: float = 20.0
    answer_timeout: float = 60.0
    idle_timeout: float = 75.0
