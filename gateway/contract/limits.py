"""How large a request and its answer may be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bytes of a body, repair orders of a request, problems that an answer lists: the most."""

    max_body_bytes: int = 16 * 1024 * 1024
    max_repair_orders: int = 10_000
    max_reported_errors: int = 1_000
