"""The port of the gateway: what an AutoSpot does with batches, here or far away."""

from typing import Protocol

from gateway.contract import Batch, Caller, OrderKey, Saved, StoredOrder


class BatchApi(Protocol):
    """AutoSpot's batch API. Each call saves everything in the batch, or nothing.

    Each raises BatchRejected with every problem found, or another RequestError; then nothing was
    saved, unless it is OutcomeUnknown.
    """

    async def create(self, batch: Batch, caller: Caller) -> Saved:
        """Create repair orders; a number that its shop already has is a duplicate."""
        ...

    async def update(self, batch: Batch, caller: Caller) -> Saved:
        """Change repair orders that exist; fields that were not sent stay."""
        ...

    async def upsert(self, batch: Batch, caller: Caller) -> Saved:
        """Create repair orders, and merge those that exist with what was sent."""
        ...


class OrderReader(Protocol):
    """Reads repair orders, where they are kept here."""

    async def repair_order(self, key: OrderKey, caller: Caller) -> StoredOrder | None:
        """Return a repair order, or None when it or its shop does not exist for the caller."""
        ...
