"""Repair orders of a person: found, and deleted for good."""

import asyncio
import json
from pathlib import Path

import pytest

from gateway.contract import OrderKey
from gateway.store import OrderFilter, Store, open_store
from tests.store.batches import SHOP, Paused, create, creating, order, orders, raising, wanted

pytestmark = pytest.mark.anyio

OTHER_SHOP = 34


def of(email: str, number: str, *, shop_id: int = SHOP) -> tuple[OrderKey, str]:
    """A repair order of somebody with an e-mail address: its key and its document."""
    document = {"customer": {"last_name": "Lee", "email": email}, "status": "ann@example.com"}
    return OrderKey(shop_id, number), json.dumps(document, ensure_ascii=False)


KEPT = [
    of("ann@example.com", "1"),
    of(" Ann@Example.COM ", "2"),
    of("joann@example.com", "3"),
    of("\u00c4nn@example.com", "4"),
    of('"a\\nn"@example.com', "5"),
    of("a_n@example.com", "6"),
    of("ann@example.com", "1", shop_id=OTHER_SHOP),
    (OrderKey(SHOP, "7"), "{}"),
    (OrderKey(SHOP, "8"), '{"customer":{"last_name":"ann@example.com"}}'),
]


@pytest.fixture
async def kept(store: Store) -> Store:
    """
    A store with repair orders of several people in two shops.
    """
    await store.add_shops([OTHER_SHOP])
    await create(
        store, [order(k.repair_number, shop_id=k.shop_id, document=text) for k, text in KEPT]
    )
    return store


async def all_keys(store: Store) -> list[tuple[int, str]]:
    """What is there."""
    shops = [OrderFilter(shop_id=shop_id) for shop_id in (SHOP, OTHER_SHOP)]
    found = [one.key for shop in shops for one in await store.find_orders(shop)]
    return [(key.shop_id, key.repair_number) for key in found]


CASES = [
    (OrderFilter(customer_email="ANN@example.com"), [(33, "1"), (33, "2"), (34, "1")]),
    (OrderFilter(customer_email=" ann@example.com "), [(33, "1"), (33, "2"), (34, "1")]),
    (OrderFilter(34, customer_email="ann@example.com"), [(34, "1")]),
    (OrderFilter(repair_number="1"), [(33, "1"), (34, "1")]),
    (OrderFilter(34), [(34, "1")]),
    (OrderFilter(33, "2", "ann@example.com"), [(33, "2")]),
    (OrderFilter(33, "3", "ann@example.com"), []),
    (OrderFilter(customer_email="\u00e4nn@EXAMPLE.com"), [(33, "4")]),
    (OrderFilter(customer_email='"a\\nn"@example.com'), [(33, "5")]),
    (OrderFilter(customer_email="a_n@example.com"), [(33, "6")]),
    (OrderFilter(customer_email="ann@example"), []),
    (OrderFilter(customer_email="%"), []),
    (OrderFilter(35), []),
]


@pytest.mark.parametrize(("which", "keys"), CASES)
async def test_found(kept: Store, which: OrderFilter, keys: list[tuple[int, str]]) -> None:
    """
    What matches everything is found, with all that is kept of it, and nothing else is.
    """
    found = await kept.find_orders(which)

    assert [tuple(one.key) for one in found] == keys
    assert [one.document for one in found] == [dict(KEPT)[one.key] for one in found]
    assert {one._replace(key=order().key, document="{}") for one in found} <= {order()}


@pytest.mark.parametrize(("which", "keys"), CASES)
async def test_erased(kept: Store, which: OrderFilter, keys: list[tuple[int, str]]) -> None:
    """
    What would be found is deleted, and nothing else is.
    """
    before = await all_keys(kept)

    erased = await kept.erase_orders(which)

    assert [tuple(key) for key in erased] == keys
    assert await all_keys(kept) == [key for key in before if key not in keys]


async def test_a_whole_shop(kept: Store) -> None:
    """
    There may be any number of repair orders.
    """
    await create(kept, orders(5_000, prefix="n"))

    erased = await kept.erase_orders(OrderFilter(SHOP))

    assert len(erased) == 5_000 + 8
    assert await all_keys(kept) == [(OTHER_SHOP, "1")]


async def test_a_batch_that_waits_finds_nothing(kept: Store) -> None:
    """
    A change of a repair order waits for its deletion, or the deletion for the change.
    """
    changed = order("1", document=KEPT[0][1])
    paused = Paused(raising)
    writing = await paused.asked_of(kept, [changed])
    erasing = asyncio.create_task(kept.erase_orders(OrderFilter(customer_email="ann@example.com")))
    await asyncio.sleep(0)
    paused.may_go_on.set()
    await writing
    erased = await erasing

    assert len(erased) == 3
    await kept.write(wanted([changed]), creating([changed]))
    assert [one.version for one in await kept.find_orders(OrderFilter(SHOP, "1"))] == [1]


async def test_nothing_is_left_in_the_file(sqlite_url: str, path: Path) -> None:
    """
    SQLite overwrites what is deleted, in the file and in its companions.
    """
    async with open_store(sqlite_url) as store:
        await store.add_shops([SHOP])
        document = of("ann@example.com", "1")[1]
        await create(store, [order(str(n), document=document) for n in range(20)])
        before = path.read_bytes() + path.with_name("gateway.db-wal").read_bytes()
    async with open_store(sqlite_url) as store:
        await store.erase_orders(OrderFilter(customer_email="ann@example.com"))

    assert b"ann@example.com" in before
    assert b"ann@example.com" not in b"".join(one.read_bytes() for one in path.parent.iterdir())
