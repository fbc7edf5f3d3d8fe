"""What a store is asked: rows of shops, repair orders and keys."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from gateway.contract import InternalServerError, OrderKey, Saved, StoredOrder
from gateway.store import ApiKey, Decision, Store, Stored, Wanted
from tests.store.batches import NOW, SHOP, create, creating, order, orders, stored_of, wanted

pytestmark = pytest.mark.anyio

KEY = ApiKey(b"\x00\xff" * 16, "front desk", can_write=True, shop_ids=None, created_at=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "\N{FLAG IN HOLE}\N{ZERO WIDTH JOINER}\N{OLDER WOMAN}\N{EMOJI MODIFIER FITZPATRICK TYPE-5}",
        "e\N{COMBINING ACUTE ACCENT}",
        "\N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED}\N{RIGHT-TO-LEFT MARK}x",
        "\N{NO-BREAK SPACE}'; -- \"\\%_\N{CJK UNIFIED IDEOGRAPH-8ECA}",
        "\U0010ffff\uffff\x7f",
    ],
)
async def test_text_comes_back_as_it_was_sent(store: Store, text: str) -> None:
    """
    Numbers and documents are kept code point by code point.
    """
    sent = order(text, document=f'{{ "status":"{text}", "total_estimated_hours":48.0}}')
    await create(store, [sent])

    assert await stored_of(store, [sent]) == [sent]


async def test_numbers_that_look_alike_are_different(store: Store) -> None:
    """
    Numbers are compared by their bytes.
    """
    texts = ["7", "007", "7.0", " 7", "a", "A", "\N{LATIN SMALL LETTER E WITH ACUTE}",
             "e\N{COMBINING ACUTE ACCENT}"]  # fmt: skip
    sent = [order(text, document=f'"{text}"') for text in texts]
    await create(store, sent)

    assert await stored_of(store, sent) == sent
    assert await stored_of(store, [order("07"), order("E")]) == []


async def test_a_number_belongs_to_its_shop(store: Store) -> None:
    """
    Two shops may use one number.
    """
    await store.add_shops([34])
    sent = [order(document="1"), order(shop_id=34, document="2")]
    await create(store, sent)

    assert await stored_of(store, sent) == sent


async def test_times_come_back_in_utc(store: Store) -> None:
    """
    A moment is kept to the microsecond, whatever its offset was.
    """
    west = NOW.astimezone(timezone(-timedelta(hours=7)))
    await create(store, [order()._replace(created_at=west)])

    (read,) = await stored_of(store, [order()])

    assert read.created_at.isoformat() == "2020-03-11T09:30:00.123456+00:00"


async def test_ten_thousand_orders_are_one_batch(store: Store) -> None:
    """
    The largest batch is created, read and changed in one call each.
    """
    sent = orders(10_000)
    await create(store, sent)
    changed = [one._replace(document="[]", version=2) for one in sent]
    await store.write(wanted(sent), creating([], updated=changed))

    assert await stored_of(store, sent) == changed


async def test_the_decision_sees_the_rows_that_exist(store: Store) -> None:
    """
    Of the wanted rows those that exist are given, and what is saved is answered.
    """
    await create(store, [order()])
    seen: list[Stored] = []
    saved = Saved([])

    def decide(stored: Stored) -> Decision:
        seen.append(stored)
        return Decision([], [], saved)

    asked = Wanted([SHOP, 99], [order().key, OrderKey(SHOP, "none"), OrderKey(99, "606471")])
    answer = await store.write(asked, decide)

    assert seen == [Stored(frozenset({SHOP}), {order().key: order()})]
    assert answer is saved


async def test_nothing_is_written_when_the_decision_raises(store: Store) -> None:
    """
    What a decision raises reaches the one who asked for it.
    """
    refusal = LookupError()

    def decide(_: Stored) -> Decision:
        raise refusal

    with pytest.raises(LookupError) as caught:
        await store.write(wanted([order()]), decide)

    assert caught.value is refusal
    assert await stored_of(store, [order()]) == []


@pytest.mark.parametrize(
    ("last_created", "updated"),
    [
        pytest.param(order(shop_id=99), [], id="shop does not exist"),
        pytest.param(order("0"), [], id="created twice"),
        pytest.param(order("last"), [order("none")], id="changed order does not exist"),
    ],
)
async def test_nothing_is_written_when_one_row_cannot_be(
    store: Store, last_created: StoredOrder, updated: list[StoredOrder]
) -> None:
    """
    A batch whose last row the database refuses leaves no row at all.
    """
    created = [*orders(100), last_created]

    with pytest.raises(InternalServerError):
        await store.write(wanted(orders(100)), creating(created, updated=updated))

    assert await stored_of(store, orders(100)) == []
    await create(store, orders(100))


async def test_errors_hold_no_customer_data(store: Store) -> None:
    """
    What the database reports is chained without the values of the rows.
    """
    sent = order(shop_id=99, document='{"customer":"Bilbo"}')

    with pytest.raises(InternalServerError) as caught:
        await create(store, [sent, sent])

    assert caught.value.__cause__
    assert "Bilbo" not in f"{caught.value} {caught.value.__cause__} {caught.value.__cause__!r}"


async def test_shops_are_added_once(store: Store) -> None:
    """
    Adding a shop again changes nothing.
    """
    assert await store.add_shops([35, 34, 35, SHOP]) == [34, 35]
    assert await store.add_shops([35]) == []
    assert await store.add_shops([]) == []
    assert await store.shops() == [SHOP, 34, 35]


async def test_ten_thousand_shops_are_added_at_once(store: Store) -> None:
    """
    There may be as many shops as there are.
    """
    assert await store.add_shops(range(1_000, 11_000)) == list(range(1_000, 11_000))


@pytest.mark.parametrize("shop_ids", [None, frozenset[int](), frozenset({SHOP, 2_147_483_647})])
async def test_a_key_is_found_by_its_digest(store: Store, shop_ids: frozenset[int] | None) -> None:
    """
    A key comes back as it was added, also for shops that do not exist yet.
    """
    key = replace(KEY, shop_ids=shop_ids, can_write=False)

    assert await store.add_key(key)
    assert await store.key(key.digest) == key
    assert await store.key(b"another") is None


async def test_names_and_keys_are_used_once(store: Store) -> None:
    """
    Neither a name nor a key is given twice, also when it is revoked.
    """
    await store.add_key(KEY)
    await store.revoke_key(KEY.name, NOW)

    assert not await store.add_key(replace(KEY, digest=b"another"))
    assert not await store.add_key(replace(KEY, name="another"))
    assert await store.keys() == [replace(KEY, revoked_at=NOW)]


async def test_a_revoked_key_is_listed_but_not_valid(store: Store) -> None:
    """
    A key is revoked once, and is still known then.
    """
    await store.add_key(KEY)

    assert await store.revoke_key(KEY.name, NOW)
    assert not await store.revoke_key(KEY.name, NOW)
    assert not await store.revoke_key("none", NOW)
    assert await store.key(KEY.digest) is None
    assert await store.keys() == [replace(KEY, revoked_at=NOW)]


async def test_keys_are_listed_oldest_first(store: Store) -> None:
    """
    The list of keys is in the order of their making.
    """
    old = replace(KEY, digest=b"old", name="z", created_at=NOW - timedelta(days=1))
    await store.add_key(KEY)
    await store.add_key(old)

    assert await store.keys() == [old, KEY]


async def test_a_key_has_an_end(store: Store) -> None:
    """
    A key that has expired is still found: whoever looks it up tells by its end.
    """
    key = replace(KEY, expires_at=NOW)
    await store.add_key(key)

    assert await store.key(KEY.digest) == key
    assert key.has_expired(NOW)
    assert not key.has_expired(NOW - timedelta(microseconds=1))
    assert not KEY.has_expired(NOW)


async def test_a_key_gets_a_successor(store: Store) -> None:
    """
    In one step the old key has its end, and the new one is there: both are valid then.
    """
    successor = replace(KEY, digest=b"new", name="new", created_at=NOW + timedelta(days=1))
    await store.add_key(KEY)

    assert await store.succeed_key(KEY.name, NOW, successor)
    assert await store.keys() == [replace(KEY, expires_at=NOW), successor]


@pytest.mark.parametrize("name", [KEY.name, "none", "revoked"])
async def test_a_key_without_a_successor_stays(store: Store, name: str) -> None:
    """
    When the new key's name is taken, or the old key cannot be used, nothing is changed.
    """
    revoked = replace(KEY, digest=b"revoked", name="revoked", revoked_at=NOW)
    await store.add_key(KEY)
    await store.add_key(revoked)
    successor = replace(KEY, digest=b"new", name="revoked" if name == KEY.name else "new")

    assert not await store.succeed_key(name, NOW, successor)
    assert await store.keys() == [KEY, revoked]


async def test_uses_are_noted_once_in_a_minute(store: Store) -> None:
    """
    Many keys are noted at once; what was noted hardly earlier, by whomever, stays.
    """
    keys = [replace(KEY, digest=bytes([number]), name=str(number)) for number in range(200)]
    for key in keys[:3]:
        await store.add_key(key)

    await store.note_uses({key.digest: NOW for key in reversed(keys)})
    await store.note_uses({keys[0].digest: NOW + timedelta(seconds=59)})
    await store.note_uses({keys[1].digest: NOW + timedelta(seconds=60)})
    await store.note_uses({keys[2].digest: NOW - timedelta(seconds=1)})

    last_used = [key.last_used_at for key in await store.keys()]
    assert last_used == [NOW, NOW + timedelta(seconds=60), NOW]
