"""Requests at the same moment: one creates, none is lost, none sees half a batch."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.behaviour.test_batches import create, graphql_shop, numbered
from tests.client import Client

CALLERS = 8


def test_one_of_many_creates_an_order(gateway: Client, shop: int) -> None:
    """
    Of many requests that create one order, exactly one wins; the others are told it is a duplicate.
    """

    def attempt(caller: int) -> str:
        orders = [*numbered(f"own-{caller}"), *numbered("shared")]
        with httpx.Client(timeout=30) as http:
            client = Client(gateway.url, gateway.api_key, http)
            result = client.upsert([graphql_shop(shop, *orders)])
        if result["__typename"] == "BatchRejectedError":
            return result["errors"][0]["code"]
        return f"won-{caller}"

    with ThreadPoolExecutor(CALLERS) as pool:
        results = list(pool.map(attempt, range(CALLERS)))

    (winner,) = (result for result in results if result.startswith("won"))
    assert results.count("REPAIR_ORDER_NUMBER_IS_DUPLICATED") == CALLERS - 1
    saved = [
        caller
        for caller in range(CALLERS)
        if gateway.order(shop, f"own-{caller}", "id") is not None
    ]
    assert saved == [int(winner.removeprefix("won-"))]


def test_no_patch_of_one_order_is_lost(gateway: Client, shop: int) -> None:
    """
    Patches of one order at the same moment are applied one after the other.
    """
    create(gateway, shop, "1")
    fields = ["firstName", "lastName", "email", "phoneNumber"]

    def patch(field: str) -> None:
        with httpx.Client(timeout=30) as http:
            client = Client(gateway.url, gateway.api_key, http)
            for turn in range(10):
                order = {"repairNumber": "1", "customer": {field: f"{field} {turn}"}}
                client.patch([graphql_shop(shop, order)])

    with ThreadPoolExecutor(len(fields)) as pool:
        list(pool.map(patch, fields))

    customer = gateway.order(shop, "1", "customer { firstName lastName email phoneNumber }")
    assert customer == {"customer": {field: f"{field} 9" for field in fields}}
