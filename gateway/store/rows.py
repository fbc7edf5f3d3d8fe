"""What is asked of the rows of shops and repair orders: the statements that engines word apart."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from gateway.contract import OrderKey, StoredOrder

T = TypeVar("T")


class Rows(Protocol):
    """Rows of one engine: any number of them in one statement each."""

    def shops(self, connection: Connection, shop_ids: Collection[int]) -> frozenset[int]:
        """Those of the shops that exist."""
        ...

    def add_shops(self, connection: Connection, shop_ids: Collection[int]) -> list[int]:
        """Add those of the shops that are new, and return them in ascending order."""
        ...

    def orders(
        self, connection: Connection, keys: Collection[OrderKey]
    ) -> Mapping[OrderKey, StoredOrder]:
        """Those of the repair orders that exist."""
        ...

    def locked_orders(
        self, connection: Connection, keys: Collection[OrderKey]
    ) -> Mapping[OrderKey, StoredOrder]:
        """The same, which nobody else changes until the transaction ends."""
        ...

    def create(self, connection: Connection, orders: Sequence[StoredOrder]) -> int:
        """Insert repair orders, and return how many: another writer may have been faster."""
        ...

    def change(self, connection: Connection, orders: Sequence[StoredOrder]) -> int:
        """Write locked repair orders back, and return how many there were."""
        ...

    def erase(self, connection: Connection, keys: Collection[OrderKey]) -> None:
        """Delete repair orders, and leave as little of them behind as the engine can."""
        ...

    def aside(self, work: Callable[[], T]) -> T:
        """Carry out work that asks nothing of the database, where it holds up no one else."""
        ...
