"""`onDuplicate: UPDATE` on a remote AutoSpot: which calls are made, and what comes of them."""

from collections.abc import Sequence

import pytest

from gateway.contract import (
    Batch,
    BatchRejected,
    DuplicateOf,
    DuplicateRepairOrder,
    InternalServerError,
    InvalidInput,
    InvalidInputReason,
    ItemProblem,
    MixedUpsert,
    OrderKey,
    OutcomeUnknown,
    RepairOrderNotFound,
    RequestError,
    ShopNotFound,
    UpstreamUnavailable,
    Verb,
)
from gateway.remote.refusals import outcome_unknown
from gateway.remote.upsert import upsert
from tests.remote.outcomes import a_batch

FIRST, SECOND = OrderKey(33, "606472"), OrderKey(44, "A-17")


class Remote:
    """A remote API whose answers are given; remembers what it was sent."""

    def __init__(self, *answers: RequestError | None) -> None:
        """Answer with these, one after the other."""
        self._answers = list(answers)
        self.calls: list[tuple[Verb, Batch]] = []

    async def __call__(self, verb: Verb, batch: Batch) -> None:
        """Save a batch, or not."""
        self.calls.append((verb, batch))
        answer = self._answers.pop(0)
        if answer is not None:
            raise answer

    @property
    def verbs(self) -> list[Verb]:
        """What it was asked to do."""
        return [verb for verb, _ in self.calls]


def refused(*problems: ItemProblem) -> BatchRejected:
    """The error that carries these problems."""
    return BatchRejected(errors=problems, error_count=len(problems))


def missing(*keys: OrderKey | None) -> BatchRejected:
    """These orders do not exist; None is one that is not named."""
    return refused(
        *(
            RepairOrderNotFound(
                place=(),
                shop_id=key.shop_id if key else None,
                repair_number=key.repair_number if key else None,
            )
            for key in keys
        )
    )


def duplicate(*keys: OrderKey | None) -> BatchRejected:
    """These orders exist; None is one that is not named."""
    return refused(
        *(
            DuplicateRepairOrder(
                place=(),
                shop_id=key.shop_id if key else None,
                repair_number=key.repair_number if key else None,
                duplicate_of=DuplicateOf.STORED,
            )
            for key in keys
        )
    )


UNKNOWN_SHOP = ShopNotFound(place=(), repair_numbers=[])
INVALID = InvalidInput(place=(), reason=InvalidInputReason.REFUSED_BY_REMOTE)


async def test_existing_orders_take_one_patch() -> None:
    """
    Where all orders exist, one PATCH of the whole batch is all.
    """
    remote, batch = Remote(None), a_batch(Verb.UPSERT)

    assert await upsert(remote, batch) is Verb.UPDATE
    assert remote.calls == [(Verb.UPDATE, batch)]


@pytest.mark.parametrize("keys", [[FIRST, SECOND], [FIRST], [None]])
async def test_new_orders_take_a_patch_and_a_post(keys: Sequence[OrderKey | None]) -> None:
    """
    Where the PATCH misses nothing but orders, the whole batch is sent again as POST.
    """
    remote, batch = Remote(missing(*keys), None), a_batch(Verb.UPSERT)

    assert await upsert(remote, batch) is Verb.CREATE
    assert remote.calls == [(Verb.UPDATE, batch), (Verb.CREATE, batch)]


@pytest.mark.parametrize(
    "error",
    [
        refused(UNKNOWN_SHOP),
        refused(*missing(FIRST).errors, UNKNOWN_SHOP),
        refused(INVALID),
        duplicate(FIRST),
        InternalServerError(),
        UpstreamUnavailable(retryable=True),
    ],
)
async def test_other_error_of_the_patch_ends_it(error: RequestError) -> None:
    """
    Any other error of the PATCH is the answer, and nothing more is sent.
    """
    remote = Remote(error)

    with pytest.raises(RequestError) as raised:
        await upsert(remote, a_batch(Verb.UPSERT))

    assert raised.value is error
    assert remote.verbs == [Verb.UPDATE]


@pytest.mark.parametrize(
    "error",
    [
        refused(UNKNOWN_SHOP),
        refused(*duplicate(FIRST).errors, INVALID),
        missing(FIRST),
        InternalServerError(),
        UpstreamUnavailable(retryable=True),
    ],
)
async def test_other_error_of_the_post_is_the_answer(error: RequestError) -> None:
    """
    Any other error of the POST is the answer.
    """
    remote = Remote(missing(FIRST), error)

    with pytest.raises(RequestError) as raised:
        await upsert(remote, a_batch(Verb.UPSERT))

    assert raised.value is error
    assert remote.verbs == [Verb.UPDATE, Verb.CREATE]


@pytest.mark.parametrize(
    ("not_there", "there", "known_new", "known_existing"),
    [
        ([FIRST], [SECOND], [FIRST], [SECOND]),
        ([FIRST, FIRST], [SECOND, SECOND], [FIRST], [SECOND]),
        ([None], [SECOND], [], [SECOND]),
        ([FIRST], [None], [FIRST], []),
        ([FIRST, SECOND], [SECOND], [FIRST], [SECOND]),
    ],
)
async def test_old_and_new_orders_are_mixed(
    not_there: Sequence[OrderKey | None],
    there: Sequence[OrderKey | None],
    known_new: Sequence[OrderKey],
    known_existing: Sequence[OrderKey],
) -> None:
    """
    Where the PATCH misses some and the POST meets others, nothing is saved; both are named.
    """
    remote = Remote(missing(*not_there), duplicate(*there))

    with pytest.raises(MixedUpsert) as raised:
        await upsert(remote, a_batch(Verb.UPSERT))

    assert raised.value.known_new == known_new
    assert raised.value.known_existing == known_existing
    assert not raised.value.retryable
    assert remote.verbs == [Verb.UPDATE, Verb.CREATE]


@pytest.mark.parametrize(
    ("answers", "verbs"),
    [
        ([outcome_unknown(Verb.UPDATE)], [Verb.UPDATE]),
        ([missing(FIRST), outcome_unknown(Verb.CREATE)], [Verb.UPDATE, Verb.CREATE]),
    ],
)
async def test_unknown_outcome_ends_it(answers: Sequence[RequestError], verbs: list[Verb]) -> None:
    """
    After an unknown outcome nothing more is sent, and the same upsert may be sent again.
    """
    remote = Remote(*answers)

    with pytest.raises(OutcomeUnknown) as raised:
        await upsert(remote, a_batch(Verb.UPSERT))

    assert raised.value.retryable
    assert "send the same request again, with onDuplicate: UPDATE" in str(raised.value)
    assert remote.verbs == verbs
