"""What is asked of a store: rows of shops, repair orders and keys."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from gateway.contract import OrderKey, Saved, StoredOrder


class StoreError(Exception):
    """A database cannot be used; the message is one sentence for the operator."""


class PoolLimits(NamedTuple):
    """How many connections to a database server are used, and how long is waited, in seconds.

    `is_preparing` is whether statements are prepared once for each connection, which a pooler
    between gateway and server must allow.
    """

    size: int = 10
    wait: float = 5.0
    statement: float = 30.0
    is_preparing: bool = True


class Wanted(NamedTuple):
    """The rows that a batch is about: shops, and repair orders in them."""

    shop_ids: Collection[int]
    keys: Collection[OrderKey]


class Stored(NamedTuple):
    """Those of the wanted rows that exist."""

    shop_ids: Collection[int]
    orders: Mapping[OrderKey, StoredOrder]


class Decision(NamedTuple):
    """What is to be written for a batch, each repair order once, and what its sender is told."""

    created: Sequence[StoredOrder]
    updated: Sequence[StoredOrder]
    saved: Saved


class OrderFilter(NamedTuple):
    """Which repair orders are meant: those that match everything that is given.

    The e-mail address is the customer's; capitals and blanks around it make no difference.
    """

    shop_id: int | None = None
    repair_number: str | None = None
    customer_email: str | None = None


Decide = Callable[[Stored], Decision]
"""Decides what is written once the rows are locked.

It is a pure function: a store may call it again when another writer was faster. What it raises
(BatchRejected) leaves nothing written, and reaches the one who asked.
"""


USE_PRECISION = timedelta(minutes=1)
"""How exactly it is kept when a key was used last, so that it is seldom written."""


@dataclass(frozen=True)
class ApiKey:
    """An API key as it is kept: its digest (SHA-256) in place of itself.

    `shop_ids` is None for a key that may use every shop, and `expires_at` for one without an end.
    """

    digest: bytes
    name: str
    can_write: bool
    shop_ids: frozenset[int] | None
    created_at: datetime
    revoked_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    def has_expired(self, now: datetime) -> bool:
        """Whether its end has come."""
        return self.expires_at is not None and self.expires_at <= now


class Store(Protocol):
    """Shops, repair orders and keys, kept in rows.

    What a database reports is raised as InternalServerError when nothing was written, and as
    OutcomeUnknown when a commit is in doubt.
    """

    async def read(self, wanted: Wanted) -> Stored:
        """Read rows without locking them."""
        ...

    async def write(self, wanted: Wanted, decide: Decide) -> Saved:
        """Lock rows, have decided what is written, and write all of it or nothing.

        Returns what the decision says once the commit is durable.
        Raises RateLimited when too many batches are waiting, or one has waited too long.
        """
        ...

    async def find_orders(self, which: OrderFilter) -> list[StoredOrder]:
        """The repair orders that match, in ascending order."""
        ...

    async def erase_orders(self, which: OrderFilter) -> list[OrderKey]:
        """Delete the repair orders that match, all or none; returns their keys in that order."""
        ...

    async def add_shops(self, shop_ids: Collection[int]) -> list[int]:
        """Add shops; return those that are new, in ascending order."""
        ...

    async def shops(self) -> list[int]:
        """Every shop, in ascending order."""
        ...

    async def add_key(self, key: ApiKey) -> bool:
        """Add a key; False when a key of that name, or the key itself, is already there."""
        ...

    async def keys(self) -> list[ApiKey]:
        """Every key, those that are over too, oldest first."""
        ...

    async def succeed_key(self, name: str, ends_at: datetime, successor: ApiKey) -> bool:
        """Give a key its end, and add the one that takes its place.

        False, and nothing is written, when no key of that name may be used, or `add_key` would be.
        """
        ...

    async def revoke_key(self, name: str, at: datetime) -> bool:
        """Revoke a key for good; False when no key of that name is valid."""
        ...

    async def key(self, digest: bytes) -> ApiKey | None:
        """The key with this digest, if there is one that is not revoked; it may have expired."""
        ...

    async def note_uses(self, uses: Mapping[bytes, datetime]) -> None:
        """Note when the keys with these digests were used, for each at most once in a minute."""
        ...

    def give_up(self) -> None:
        """Have nobody wait any longer, and refuse what is asked from now on.

        What is being written raises OutcomeUnknown, and anything else InternalServerError.
        """
        ...
