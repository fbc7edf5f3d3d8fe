"""Which media type an answer has, and with which status."""

from typing import Any

import pytest

from tests.client import Client

MODERN, PLAIN = "application/graphql-response+json", "application/json"
ORDER = '{ repairOrder(shopId: 1, repairNumber: "1") { id } }'
MUTATION = "mutation { patchRepairOrders(input: {shops: []}) { __typename } }"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", PLAIN),
        ("*/*", PLAIN),
        ("application/*", PLAIN),
        ("text/html, */*;q=0.1", PLAIN),
        (PLAIN, PLAIN),
        (MODERN, MODERN),
        (MODERN.upper(), MODERN),
        (f"{PLAIN}, {MODERN}", MODERN),
        (f"{MODERN}; charset=utf-8, {PLAIN}; charset=utf-8", MODERN),
        (f'{MODERN}; charset="UTF8", {PLAIN};q=0.9', MODERN),
        (f"{MODERN};q=0.8,{PLAIN};q=0.9", PLAIN),
        (f"{MODERN} ; q=0.8 , {PLAIN};q=0.7", MODERN),
        (f"{MODERN};charset=latin1,{PLAIN};q=0.1", PLAIN),
        (f"{PLAIN};q=0, */*;q=0.5", MODERN),
        (f"{PLAIN};q=0.1, */*", MODERN),
        (f"{MODERN};q=0, application/*", PLAIN),
        (f"{PLAIN};q=nonsense", PLAIN),
    ],
)
def test_media_type(gateway: Client, accept: str, media_type: str) -> None:
    """
    An answer has the type that its caller likes best, and JSON for whoever takes any.
    """
    headers = {"Accept": accept}

    answer = gateway.request("POST", "/graphql", json={"query": "{ __typename }"}, headers=headers)

    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "image/*",
        f"{PLAIN};q=0",
        f"{MODERN};charset=utf-16",
        f"*/*, {PLAIN};q=0, {MODERN};q=0",
    ],
)
def test_type_that_is_not_spoken(embedded: Client, shop: int, accept: str) -> None:
    """
    Who could not read the answer has nothing executed.
    """
    query = (
        f"mutation {{ upsertRepairOrders(input: {{shops: [{{shopId: {shop}, "
        'repairOrders: [{repairNumber: "1"}]}]}) { __typename } }'
    )
    headers = {"Accept": accept}

    answer = embedded.request("POST", "/graphql", json={"query": query}, headers=headers)

    assert answer.status_code == 406
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["NOT_ACCEPTABLE"]
    assert embedded.order(shop, "1", "id") is None


@pytest.mark.parametrize(
    ("sent", "status", "plain_status"),
    [
        ({"query": "{"}, 400, 200),
        ({"query": "{ nothing }"}, 400, 200),
        ({"query": "query($id: ID!) { __typename }", "variables": {"id": None}}, 400, 200),
        ({"query": "query A { __typename } query B { __typename }"}, 400, 200),
        ({"query": ORDER}, 294, 200),
        ({"query": MUTATION}, 200, 200),
        ({"query": "{ __typename }", "operationName": "A"}, 400, 400),
        ({"qeury": "{ __typename }"}, 400, 400),
        (["{ __typename }"], 400, 400),
    ],
)
def test_status(embedded: Client, sent: Any, status: int, plain_status: int) -> None:
    """
    The status says what became of a request; as plain JSON every result has 200.
    """
    nobody = embedded.with_key(None)

    modern = nobody.request("POST", "/graphql", json=sent, headers={"Accept": MODERN})
    plain = nobody.request("POST", "/graphql", json=sent, headers={"Accept": PLAIN})

    assert (modern.status_code, plain.status_code) == (status, plain_status)
    assert modern.json() == plain.json()
    assert modern.headers["content-type"] == f"{MODERN}; charset=utf-8"


def test_head(gateway: Client) -> None:
    """
    HEAD is answered as GET is, without a body, and runs no mutation.
    """
    query = gateway.request("HEAD", "/graphql", params={"query": "{ __typename }"})
    mutation = gateway.request("HEAD", "/graphql", params={"query": MUTATION})

    assert (query.status_code, query.content) == (200, b"")
    assert query.headers["content-length"] == str(len('{"data":{"__typename":"Query"}}'))
    assert (mutation.status_code, mutation.headers["allow"]) == (405, "GET, HEAD, POST")
