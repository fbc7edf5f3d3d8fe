"""The port over the gateway's own store."""

from collections.abc import Callable
from datetime import UTC, datetime

from gateway.backing.decision import decide
from gateway.backing.rules import problems_with
from gateway.contract import (
    Batch,
    Caller,
    Forbidden,
    OrderKey,
    OutcomeUnknown,
    Saved,
    StoredOrder,
    Verb,
)
from gateway.store import Decision, Store, Stored, Wanted


def _now() -> datetime:
    return datetime.now(UTC)


class LocalAutoSpot:
    """AutoSpot, played by the gateway. Implements BatchApi and OrderReader."""

    def __init__(self, store: Store, *, now: Callable[[], datetime] = _now) -> None:
        """Keep repair orders in a store; `now` tells the time in UTC."""
        self._store = store
        self._now = now

    async def create(self, batch: Batch, caller: Caller) -> Saved:
        """Create repair orders; a number that its shop already has is a duplicate."""
        return await self._save(batch, caller, Verb.CREATE)

    async def update(self, batch: Batch, caller: Caller) -> Saved:
        """Change repair orders that exist; fields that were not sent stay."""
        return await self._save(batch, caller, Verb.UPDATE)

    async def upsert(self, batch: Batch, caller: Caller) -> Saved:
        """Create repair orders, and merge those that exist with what was sent."""
        return await self._save(batch, caller, Verb.UPSERT)

    async def repair_order(self, key: OrderKey, caller: Caller) -> StoredOrder | None:
        """Return a repair order, or None when it or its shop does not exist for the caller."""
        if not (key.can_exist and caller.may_use(key.shop_id)):
            return None
        stored = await self._store.read(Wanted(shop_ids=(), keys=(key,)))
        return stored.orders.get(key)

    async def _save(self, batch: Batch, caller: Caller, verb: Verb) -> Saved:
        if not caller.can_write:
            raise Forbidden
        wanted = _wanted(batch, caller)
        if batch.problems:
            stored = await self._store.read(wanted)
            raise batch.rejected(problems_with(batch, verb, stored))
        batch.keep_documents()

        def decision(stored: Stored) -> Decision:
            return decide(batch, verb, stored, self._now())

        try:
            return await self._store.write(wanted, decision)
        except OutcomeUnknown as error:
            # Changes may be applied twice; repair orders that were created would be duplicates.
            raise OutcomeUnknown(retryable=verb is not Verb.CREATE) from error


def _wanted(batch: Batch, caller: Caller) -> Wanted:
    """The rows of a batch in shops that exist for the caller."""
    numbers = [
        (entry.shop_id, entry.numbers.values())
        for entry in batch.entries
        if entry.shop_id is not None and caller.may_use(entry.shop_id)
    ]
    keys = {OrderKey(shop_id, number) for shop_id, own in numbers for number in own}
    return Wanted({shop_id for shop_id, _ in numbers}, keys)
