"""The headers of the batch API's answers."""

import pytest

from tests.client import Client

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("POST", '[{{"shop_id": {shop}, "repair_orders": [{{"repair_number": "1"}}]}}]', 201),
        ("POST", "[", 400),
        ("PATCH", '[{{"shop_id": {shop}, "repair_orders": [{{"repair_number": "1"}}]}}]', 404),
        ("GET", "", 405),
    ],
)
def test_answer_is_not_kept(
    embedded: Client, shop: int, method: str, body: str, status: int
) -> None:
    """
    No cache keeps an answer, not even a refusal.
    """
    content = body.format(shop=shop)

    answer = embedded.request(method, "/batch/repair_orders", content=content, headers=JSON)

    assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")
