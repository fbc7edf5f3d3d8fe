"""Batches that wait at the same moment: one transaction, and an outcome for each."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import pytest
from sqlalchemy import Engine, event

from gateway.contract import InternalServerError, Saved, StoredOrder
from gateway.store import Decide, Decision, PoolLimits, Store, Stored, open_store
from tests.metrics import grown, told
from tests.store.batches import (
    SHOP,
    Paused,
    create,
    creating,
    order,
    orders,
    raising,
    stored_of,
    wanted,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(url: str) -> AsyncGenerator[Store]:
    """
    An open store with one connection and two shops.
    """
    async with open_store(url, pool=PoolLimits(size=1)) as opened:
        await opened.add_shops([SHOP, SHOP + 1])
        yield opened


@contextmanager
def commits() -> Generator[list[object]]:
    """The transactions that are carried out."""
    carried_out: list[object] = []
    note = carried_out.append
    event.listen(Engine, "commit", note)
    try:
        yield carried_out
    finally:
        event.remove(Engine, "commit", note)


@asynccontextmanager
async def held_up(store: Store) -> AsyncGenerator[None]:
    """Have what is asked for wait until the end, and then be written together."""
    paused = Paused(creating([]))
    first = await paused.asked_of(store)
    yield
    # Each of the tasks that were made asks before the next line runs.
    await asyncio.sleep(0)
    paused.may_go_on.set()
    await first


class Refusal(Exception):
    """A decision that nothing is written."""


def refusing(stored: Stored) -> Decision:
    """Refuse a batch."""
    raise Refusal


async def test_batches_that_wait_share_a_commit(store: Store) -> None:
    """
    However many wait, they are one transaction, and all of them are saved.
    """
    with commits() as carried_out:
        async with held_up(store):
            writing = [asyncio.create_task(create(store, [one])) for one in orders(100)]
        await asyncio.gather(*writing)

    assert len(carried_out) == 2
    assert await stored_of(store, orders(100)) == orders(100)


async def test_batches_and_transactions_are_counted(store: Store) -> None:
    """
    A gauge tells how many batches wait, and a histogram how many shared a transaction.
    """
    before = told()
    async with held_up(store):
        writing = [asyncio.create_task(create(store, [one])) for one in orders(3)]
        await asyncio.sleep(0)
        meanwhile = grown(before, told())
    await asyncio.gather(*writing)

    added, shared = grown(before, told()), "autospot_gateway_store_transaction_batches"
    assert meanwhile[("autospot_gateway_store_waiting_batches",)] == 3
    assert ("autospot_gateway_store_waiting_batches",) not in added
    assert added[(f"{shared}_count",)] == 2
    assert told()[(f"{shared}_sum",)] - before[(f"{shared}_sum",)] == 4


async def test_a_refused_batch_disturbs_no_other(store: Store) -> None:
    """
    What a decision raises reaches the one who asked, and the others are saved.
    """
    asked = orders(6)
    decisions: list[Decide] = [
        refusing if n % 2 else creating([one]) for n, one in enumerate(asked)
    ]

    with commits() as carried_out:
        async with held_up(store):
            writing = [
                asyncio.create_task(store.write(wanted([one]), decide))
                for one, decide in zip(asked, decisions, strict=True)
            ]
        outcomes = await asyncio.gather(*writing, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [Saved, Refusal] * 3
    assert await stored_of(store, asked) == asked[::2]
    assert len(carried_out) == 2


async def test_a_batch_sees_no_rows_but_its_own(store: Store) -> None:
    """
    What the others of a transaction are about is not told.
    """
    here, there = order("1"), order("1", shop_id=SHOP + 1)
    await create(store, [here, there])
    seen: list[Stored] = []

    def decide(stored: Stored) -> Decision:
        seen.append(stored)
        return Decision([], [], Saved([]))

    async with held_up(store):
        writing = [asyncio.create_task(store.write(wanted([one]), decide)) for one in (here, there)]
    await asyncio.gather(*writing)

    assert seen == [
        Stored(frozenset({SHOP}), {here.key: here}),
        Stored(frozenset({SHOP + 1}), {there.key: there}),
    ]


async def test_batches_about_one_order_keep_their_order(store: Store) -> None:
    """
    Those that meet are written one after the other; those that do not meet wait for nobody.
    """
    asked: list[tuple[list[StoredOrder], Decide]] = [
        ([order("1")], creating([order("1")])),
        (orders(3), raising),
        ([order("2")], creating([order("2")])),
        ([order("other")], creating([order("other")])),
    ]

    with commits() as carried_out:
        async with held_up(store):
            writing = [
                asyncio.create_task(store.write(wanted(about), decide)) for about, decide in asked
            ]
        await asyncio.gather(*writing)

    stored = await stored_of(store, [*orders(3), order("other")])
    assert [(one.key.repair_number, one.version) for one in stored] == [
        ("1", 2),
        ("2", 1),
        ("other", 1),
    ]
    assert len(carried_out) == 4


async def test_a_batch_that_cannot_be_written_fails_alone(store: Store) -> None:
    """
    What the database refuses of one batch is not the others' fault.
    """
    decisions = [creating([order("1")]), creating([order("2", shop_id=99)]), creating([order("3")])]

    async with held_up(store):
        writing = [
            asyncio.create_task(store.write(wanted([one]), decide))
            for one, decide in zip(orders(3), decisions, strict=True)
        ]
    outcomes = await asyncio.gather(*writing, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [Saved, InternalServerError, Saved]
    assert len(await stored_of(store, [order("1"), order("2"), order("3")])) == 2


async def test_a_large_batch_is_written_alone(store: Store) -> None:
    """
    The small ones that came with it do not wait for it.
    """
    with commits() as carried_out:
        async with held_up(store):
            writing = [
                asyncio.create_task(create(store, asked))
                for asked in ([order("first")], orders(1_001), [order("last")])
            ]
        await asyncio.gather(*writing)

    assert len(carried_out) == 3
    assert len(await stored_of(store, [order("first"), order("last"), *orders(1_001)])) == 1_003
