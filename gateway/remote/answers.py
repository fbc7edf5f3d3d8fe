"""An answer of a remote AutoSpot, as it came over the network."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class RemoteAnswer:
    """A status, its headers and its body, without any content coding.

    `is_complete` is False when the body broke off, and when it was longer than what was read of it.
    `received_at` is in UTC.
    """

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    is_complete: bool = True
    received_at: datetime = field(default_factory=_now)

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name; the first, if it is repeated."""
        wanted = name.lower().encode("latin-1")
        values = (value for key, value in self.headers if key.lower() == wanted)
        return next((value.decode("latin-1").strip() for value in values), None)
