"""The port over a store whose disk fails."""

from pathlib import Path

import pytest

from gateway.backing import LocalAutoSpot
from gateway.contract import Caller, Limits, OutcomeUnknown, Saved, Verb, read_batch
from gateway.store import Decide, Store, Wanted, open_store

CALLER = Caller("tests", can_write=True, shop_ids=None)


class InDoubt:
    """A store whose commits end in doubt."""

    def __init__(self, store: Store) -> None:
        """Do all else as a real store does."""
        self.read = store.read

    async def write(self, wanted: Wanted, decide: Decide) -> Saved:
        """Decide what is written, and lose sight of it."""
        decide(await self.read(wanted))
        raise OutcomeUnknown


@pytest.mark.parametrize(
    ("verb", "retryable"), [(Verb.CREATE, False), (Verb.UPSERT, True)], ids=["create", "upsert"]
)
async def test_commit_in_doubt(tmp_path: Path, verb: Verb, retryable: bool) -> None:  # noqa: FBT001  # a column of the table
    """
    When a commit is in doubt, what may be applied twice may be sent again.
    """
    batch = read_batch([{"shop_id": 1, "repair_orders": [{"repair_number": "1"}]}], verb, Limits())

    async with open_store(f"sqlite:///{tmp_path / 'gateway.db'}") as store:
        await store.add_shops([1])
        autospot = LocalAutoSpot(InDoubt(store))  # pyright: ignore[reportArgumentType]  # all it needs of one
        save = autospot.create if verb is Verb.CREATE else autospot.upsert
        with pytest.raises(OutcomeUnknown) as caught:
            await save(batch, CALLER)

    assert caught.value.retryable is retryable
