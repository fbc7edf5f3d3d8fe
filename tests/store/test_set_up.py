"""What becomes of a database that is opened: set up, used as it is, upgraded, or refused."""

import asyncio
import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.contract import OrderKey, StoredOrder
from gateway.store import (
    ApiKey,
    Revision,
    Store,
    StoreError,
    Wanted,
    database_revision,
    open_store,
    schema,
)
from tests.conftest import NewUrl
from tests.databases import run_sql
from tests.releases import become_next_release, fill_as_first_release
from tests.store.batches import NOW, SHOP, create, order, stored_of
from tests.store.other_process import finish, start

pytestmark = pytest.mark.anyio

LATER = datetime(2020, 3, 12, tzinfo=UTC)
ORDERS = [
    StoredOrder(
        OrderKey(33, "606471"), '{"status":"Active","total_estimated_hours":48.0}', 3, NOW, LATER
    ),
    StoredOrder(
        OrderKey(33, "\N{CJK UNIFIED IDEOGRAPH-8ECA}-007"),
        '{"customer":{"last_name":"O\'Neil \N{AUTOMOBILE}"}}',
        1,
        NOW,
        NOW,
    ),
]
KEYS = [
    ApiKey(b"\x01", "everyone", can_write=False, shop_ids=None, created_at=NOW, revoked_at=LATER),
    ApiKey(b"\x00\xff", "front desk", can_write=True, shop_ids=frozenset({33, 34}), created_at=NOW),
]


@pytest.fixture
def first_release(empty_url: str) -> str:
    """
    The URL of a database as the first release left it.
    """
    fill_as_first_release(empty_url)
    return empty_url


@pytest.fixture
def next_release(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """
    From now on this gateway is the next release, with a migration more; `undo` ends that.
    """
    become_next_release(monkeypatch, tmp_path)
    return monkeypatch


async def refusal_of(url: str) -> str:
    """Why a database cannot be opened."""
    with pytest.raises(StoreError) as caught:
        async with open_store(url):
            pass
    return str(caught.value)


async def contents_of(store: Store) -> object:
    """All that the first release's database holds, as the store reads it."""
    keys = [one.key for one in ORDERS]
    stored = await store.read(Wanted({33}, keys))
    return await store.shops(), [stored.orders[key] for key in keys], await store.keys()


async def test_what_was_written_is_there_when_it_is_opened_again(url: str) -> None:
    """
    A store is kept in its database.
    """
    async with open_store(url) as first:
        await first.add_shops([SHOP])
        await create(first, [order()])

    async with open_store(url) as second:
        assert await stored_of(second, [order()]) == [order()]


async def test_two_stores_of_one_database_see_each_other(store: Store, url: str) -> None:
    """
    What one store has written, another reads.
    """
    async with open_store(url) as other:
        await create(other, [order()])

        assert await stored_of(store, [order()]) == [order()]


async def test_an_empty_database_is_set_up(empty_url: str) -> None:
    """
    Nothing needs to be done before the first start.
    """
    before = await database_revision(empty_url)
    async with open_store(empty_url) as store:
        shops = await store.shops()

    assert shops == []
    newest = schema.newest_revision()
    assert (before, await database_revision(empty_url)) == (
        Revision(None, newest),
        Revision(newest, newest),
    )


async def test_the_first_release_is_upgraded_with_all_it_holds(first_release: str) -> None:
    """
    Whatever the newest revision is, it is reached from the first one, and nothing is lost.
    """
    async with open_store(first_release, may_upgrade=True) as store:
        contents = await contents_of(store)

    assert contents == ([33, 2**31 - 1], ORDERS, KEYS)
    assert (await database_revision(first_release)).current == schema.newest_revision()


async def test_an_older_database_is_refused(
    first_release: str, next_release: pytest.MonkeyPatch
) -> None:
    """
    Tables are not changed by a start that nobody watches: the command for it is named.
    """
    before = await database_revision(first_release)
    message = await refusal_of(first_release)

    assert before == Revision("0001", "next")
    assert await database_revision(first_release) == before
    assert "run autospot-gateway db upgrade" in message


async def test_an_older_database_is_upgraded_when_that_may_be(
    first_release: str, next_release: pytest.MonkeyPatch
) -> None:
    """
    The next release's migration keeps every row.
    """
    async with open_store(first_release, may_upgrade=True) as store:
        contents = await contents_of(store)
        await create(store, [order("new")])

    assert contents == ([33, 2**31 - 1], ORDERS, KEYS)
    assert run_sql(first_release, "SELECT count(*) FROM repair_order WHERE note = 'none'") == ["3"]


async def test_an_upgrade_under_load_loses_nothing(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """
    Gateways of the release before go on writing meanwhile, and all that they save is there.
    """
    saved: list[StoredOrder] = []
    turns = 4

    async def write(store: Store, writer: int, is_upgraded: asyncio.Event) -> None:
        left = turns
        for number in itertools.count():
            one = order(f"{writer}-{number}")
            await create(store, [one])
            saved.append(one)
            left -= is_upgraded.is_set()
            if not left:
                return

    async with open_store(url) as store:
        await store.add_shops([SHOP])
        is_upgraded = asyncio.Event()
        writing = [asyncio.create_task(write(store, n, is_upgraded)) for n in range(8)]
        await create(store, [order("before")])
        become_next_release(monkeypatch, tmp_path)
        async with open_store(url, may_upgrade=True) as upgraded:
            is_upgraded.set()
            await asyncio.gather(*writing)

            assert await stored_of(upgraded, saved) == saved
    count = run_sql(url, "SELECT count(*) FROM repair_order WHERE note = 'none'")
    assert count == [str(len(saved) + 1)]


async def test_a_newer_database_is_refused(
    empty_url: str, next_release: pytest.MonkeyPatch
) -> None:
    """
    A database whose tables are of a version that is not known here is left alone.
    """
    async with open_store(empty_url):
        pass
    next_release.undo()

    message = await refusal_of(empty_url)

    assert "newer gateway (revision next" in message
    assert "autospot-gateway db check" in message


async def test_a_database_of_another_program_is_refused(empty_url: str) -> None:
    """
    Tables that are not ours stay alone in their database.
    """
    run_sql(empty_url, "CREATE TABLE song (title TEXT)")

    assert "another program" in await refusal_of(empty_url)
    run_sql(empty_url, "DROP TABLE song")
    assert await database_revision(empty_url) == Revision(None, schema.newest_revision())


async def test_processes_that_open_an_empty_database_together_all_succeed(empty_url: str) -> None:
    """
    One of them sets the database up, and the others wait for it.
    """
    assert finish(*(start("open", empty_url) for _ in range(4))) == ["open\n"] * 4


async def test_one_process_may_open_stores_together(new_empty_url: NewUrl) -> None:
    """
    Databases that are set up at the same time do not meet, nor two stores of one.
    """
    urls = [new_empty_url() for _ in range(3)]

    async def shops_of(number: int) -> list[int]:
        async with open_store(urls[number % 3]) as store:
            return await store.shops()

    assert await asyncio.gather(*(shops_of(number) for number in range(6))) == [[]] * 6
