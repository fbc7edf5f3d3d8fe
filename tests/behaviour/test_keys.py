"""What an API key allows, at both doors."""

import asyncio
from datetime import UTC, datetime

import pytest

from gateway.auth import digest, new_key
from gateway.store import ApiKey, open_store
from tests.behaviour.test_batches import create, graphql_shop, numbered, rest_shop
from tests.client import Client


def key_for(
    gateway: Client,
    database: tuple[str, str],
    *,
    can_write: bool = True,
    shop_ids: frozenset[int] | None = None,
) -> Client:
    """A caller with a new key."""
    api_key = new_key()

    async def add() -> None:
        async with open_store(database[0]) as store:
            key = ApiKey(
                digest(api_key),
                api_key[-8:],
                can_write=can_write,
                shop_ids=shop_ids,
                created_at=datetime.now(UTC),
            )
            assert await store.add_key(key)

    asyncio.run(add())
    return gateway.with_key(api_key)


@pytest.mark.parametrize(("api_key", "wrong"), [(None, "missing"), ("nobody's", "not valid")])
def test_no_valid_key(gateway: Client, shop: int, api_key: str | None, wrong: str) -> None:
    """
    Without a valid key a mutation answers UnauthenticatedError, and REST 401.
    """
    nobody = gateway.with_key(api_key)

    result = nobody.upsert([graphql_shop(shop, *numbered("1"))])
    answer = nobody.rest("POST", [rest_shop(shop, {"repair_number": "1"})])

    message = f"The API key is {wrong}: send a valid one in the X-API-Key header."
    # In front of a remote AutoSpot a key that is there is AutoSpot's to judge, not its wording.
    judged = "The API key is missing or not valid." if gateway.reader and api_key else message
    assert result.pop("requestId")
    assert result == {
        "__typename": "UnauthenticatedError",
        "code": "UNAUTHENTICATED",
        "message": judged,
        "outcome": "NOTHING_SAVED",
        "retryable": False,
    }
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("ApiKey ")
    assert (answer.json()["code"], answer.json()["detail"]) == ("UNAUTHENTICATED", message)
    assert gateway.order(shop, "1", "id") is None


def test_key_is_asked_for_before_the_body_is_read(gateway: Client) -> None:
    """
    A caller without a key learns nothing about the body, not even that it is no JSON.
    """
    answer = gateway.with_key(None).request("POST", "/batch/repair_orders", content=b"{")

    assert answer.status_code == 401


def test_read_only_key(gateway: Client, database: tuple[str, str], shop: int) -> None:
    """
    A key that may only read is refused by every mutation, and reads.
    """
    create(gateway, shop, "1")
    reader = key_for(gateway, database, can_write=False)

    result = reader.upsert([graphql_shop(shop, *numbered("2"))])
    answer = reader.rest("PATCH", [rest_shop(shop, {"repair_number": "1", "status": "x"})])

    assert (result["__typename"], result["code"]) == ("ForbiddenError", "FORBIDDEN")
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert reader.order(shop, "1", "status") == {"status": None}


def test_shop_without_right_does_not_exist(
    gateway: Client, database: tuple[str, str], shop: int
) -> None:
    """
    A key sees a shop that it has no right to as one that does not exist.
    """
    create(gateway, shop, "1")
    stranger = key_for(gateway, database, shop_ids=frozenset({shop + 1}))

    result = stranger.patch([graphql_shop(shop, *numbered("1"))])
    missing = stranger.patch([graphql_shop(99_999, *numbered("1"))])

    def told(result: dict[str, list[dict[str, object]]]) -> list[tuple[object, object]]:
        return [(error["code"], error["message"]) for error in result["errors"]]

    assert told(result) == told(missing)
    assert stranger.order(shop, "1", "id") is None


def test_viewer_knows_the_key(embedded: Client, database: tuple[str, str], shop: int) -> None:
    """
    viewer says what the key of the request may do; it is null without a valid one.
    """
    query = "{ viewer { canRead canWrite allShops shopIds } }"
    reader = key_for(embedded, database, can_write=False, shop_ids=frozenset({shop, 7}))

    assert embedded.with_key(None).execute(query) == {"data": {"viewer": None}}
    assert reader.execute(query) == {
        "data": {
            "viewer": {
                "canRead": True,
                "canWrite": False,
                "allShops": False,
                "shopIds": [7, shop],
            }
        }
    }


def test_reading_without_a_key(embedded: Client) -> None:
    """
    repairOrder without a valid key fails with code UNAUTHENTICATED.
    """
    answer = embedded.with_key(None).execute('{ repairOrder(shopId: 1, repairNumber: "1") { id } }')

    assert answer["data"] == {"repairOrder": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("number", ["\ud800", "\0", "x" * 100_000, ""])
def test_reading_a_number_that_cannot_be(embedded: Client, shop: int, number: str) -> None:
    """
    A number that no repair order can have reads as none, and fails nothing.
    """
    query = "query($s: Int!, $n: String!) { repairOrder(shopId: $s, repairNumber: $n) { id } }"
    variables = {"s": shop, "n": number}

    answer = embedded.execute(query, variables)

    assert answer == {"data": {"repairOrder": None}}
