"""`onDuplicate: UPDATE` on a remote AutoSpot, which can only create or only change a batch."""

from collections.abc import Awaitable, Callable

from gateway.contract import (
    Batch,
    BatchRejected,
    DuplicateRepairOrder,
    ItemProblem,
    MixedUpsert,
    OrderKey,
    OutcomeUnknown,
    RepairOrderNotFound,
    Verb,
)
from gateway.remote.refusals import outcome_unknown

Call = Callable[[Verb, Batch], Awaitable[None]]
"""Has a whole batch saved by one PATCH or POST; raises RequestError when it is not."""


async def upsert(call: Call, batch: Batch) -> Verb:
    """Change the repair orders of a batch, or create them if that fails; returns which it was.

    Raises MixedUpsert when some exist and some do not: nothing is saved then, and nothing is left
    out to save the rest. Raises OutcomeUnknown as soon as nobody knows what a call has saved.
    """
    try:
        return await _changed_or_created(call, batch)
    except OutcomeUnknown as error:
        # What to do now is to send the upsert again, not one of its calls.
        raise outcome_unknown(Verb.UPSERT) from error


async def _changed_or_created(call: Call, batch: Batch) -> Verb:
    try:
        await call(Verb.UPDATE, batch)
    except BatchRejected as rejected:
        if not _is_only(RepairOrderNotFound, rejected):
            raise
        await _created(call, batch, _keys(rejected))
        return Verb.CREATE
    return Verb.UPDATE


async def _created(call: Call, batch: Batch, known_new: list[OrderKey]) -> None:
    try:
        await call(Verb.CREATE, batch)
    except BatchRejected as rejected:
        if not _is_only(DuplicateRepairOrder, rejected):
            raise
        existing = _keys(rejected)
        # One that came into being between the two calls is new no longer.
        new = [key for key in known_new if key not in set(existing)]
        raise MixedUpsert(known_existing=existing, known_new=new) from rejected


def _is_only(problem: type[ItemProblem], rejected: BatchRejected) -> bool:
    return all(isinstance(error, problem) for error in rejected.errors)


def _keys(rejected: BatchRejected) -> list[OrderKey]:
    """The repair orders that an error names, each once."""
    keys = {
        OrderKey(error.shop_id, error.repair_number): None
        for error in rejected.errors
        if error.shop_id is not None and error.repair_number is not None
    }
    return list(keys)
