"""How large a request and its answer may be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The limits of a gateway: bytes of a body, repair orders of a request, problems of an answer."""

    max_body_bytes: int = 16 * 1024 * 1024
    max_repair_orders: int = 10_000
    max_reported_errors: int = 1_000
