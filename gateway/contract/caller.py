"""Who sends a request, and what they may do."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Sender(NamedTuple):
    """Where a request comes from: the key that was sent with it, if any, and an address."""

    api_key: str | None
    address: str


@dataclass(frozen=True)
class Caller:
    """The holder of an API key.

    `shop_ids` is None for a key that may use every shop. The key itself is kept for a remote
    AutoSpot, which judges it; it is in no text form of this object.
    """

    name: str
    can_write: bool
    shop_ids: frozenset[int] | None
    api_key: str = field(default="", repr=False)

    def may_use(self, shop_id: int) -> bool:
        """Whether the shop exists for this caller."""
        return self.shop_ids is None or shop_id in self.shop_ids
