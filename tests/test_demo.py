"""The sample shops, key and repair orders of the demo."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.auth import Authenticator
from gateway.backing import LocalAutoSpot
from gateway.contract import Caller, Limits, OrderKey, StoredOrder, Verb, read_batch
from gateway.demo import DEMO_KEY, DEMO_SHOPS, prepare_demo
from gateway.store import Store, Wanted, open_store

pytestmark = pytest.mark.anyio

SAMPLES = [OrderKey(33, "700101"), OrderKey(34, "700102"), OrderKey(35, "700103")]


@pytest.fixture
def anyio_backend() -> str:
    """
    The event loop that the gateway runs on.
    """
    return "asyncio"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """
    A store after a first start in demo mode.
    """
    async with open_store(f"sqlite:///{tmp_path / 'demo.db'}") as opened:
        await prepare_demo(opened, LocalAutoSpot(opened), Limits())
        yield opened


async def _caller_of_the_demo(store: Store) -> Caller:
    caller = await Authenticator(store).caller(DEMO_KEY)
    assert caller is not None
    return caller


async def _samples_of(store: Store) -> dict[OrderKey, StoredOrder]:
    return dict((await store.read(Wanted(DEMO_SHOPS, SAMPLES))).orders)


async def test_first_start(store: Store) -> None:
    """
    Three shops, three repair orders, and a key that may write in those shops and no others.
    """
    caller = await _caller_of_the_demo(store)

    assert await store.shops() == [33, 34, 35]
    assert sorted(await _samples_of(store)) == SAMPLES
    assert (caller.can_write, caller.shop_ids) == (True, frozenset({33, 34, 35}))


async def test_second_start_changes_nothing(store: Store) -> None:
    """
    What was changed since the first start stays changed, and nothing is doubled.
    """
    batches = LocalAutoSpot(store)
    patch = [{"shop_id": 34, "repair_orders": [{"repair_number": "700102", "status": "Mine"}]}]
    await batches.update(read_batch(patch, Verb.UPDATE, Limits()), await _caller_of_the_demo(store))
    before = (await _samples_of(store), await store.keys(), await store.shops())

    await prepare_demo(store, batches, Limits())

    assert (await _samples_of(store), await store.keys(), await store.shops()) == before


async def test_revoked_key_stays_revoked(store: Store) -> None:
    """
    Who revokes the key that everybody knows does not find it valid again.
    """
    await store.revoke_key("demo", datetime.now(UTC))

    await prepare_demo(store, LocalAutoSpot(store), Limits())

    assert await Authenticator(store).caller(DEMO_KEY) is None
