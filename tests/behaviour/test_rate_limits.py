"""Too many requests, at both doors."""

import io
import json
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.behaviour.test_batches import graphql_shop, numbered, rest_shop
from tests.behaviour.test_keys import key_for
from tests.client import PATCH, Client
from tests.conftest import calling, filled
from tests.postgres import free_port
from tests.redis import running_redis

DAY = 86_400
JSON = {"Content-Type": "application/json"}
VIEWER = "{ viewer { name } }"
Call = Callable[..., Client]


@pytest.fixture
def database(tmp_path: Path) -> tuple[str, str]:
    """
    The database of the test's gateways: its URL, and a key for its two shops.
    """
    return filled(f"sqlite:///{tmp_path / 'gateway.db'}", range(1, 3))


@pytest.fixture
def call(database: tuple[str, str]) -> Generator[Call]:
    """
    Starts gateways with settings, and calls them.
    """
    with ExitStack() as stack:

        def start(**settings: object) -> Client:
            if "upstream_url" not in settings:
                settings["database_url"] = database[0]
            return stack.enter_context(calling(database, None, **settings))

        yield start


def mutate(client: Client, **headers: str) -> httpx.Response:
    """Send a mutation that is refused for what it holds, if it comes that far."""
    body = {"query": PATCH, "variables": {"input": {"shops": [graphql_shop(1, *numbered("0"))]}}}
    return client.request("POST", "/graphql", json=body, headers=headers)


def mutated(client: Client, **headers: str) -> str:
    """The code of that."""
    return mutate(client, **headers).json()["data"]["patchRepairOrders"]["code"]


def told(answer: httpx.Response) -> int:
    """After how many seconds a request may come again."""
    seconds = int(answer.headers["retry-after"])
    assert 0 < seconds <= DAY
    return seconds


LARGE = {"query": "{ __typename }", "extensions": {"": " " * 256 * 1024}}


def test_large_body_without_a_key(call: Call) -> None:
    """
    In GraphQL, too, a large body is not looked at before its key, and not twice counted then.
    """
    client = call(rate_limit="2/day")

    refused = client.with_key("ask_wrong").request("POST", "/graphql", json=LARGE)
    keyless = client.with_key(None).request("POST", "/graphql", json=LARGE)
    small = client.with_key(None).request("POST", "/graphql", json={"query": "{ __typename }"})
    passed = [client.request("POST", "/graphql", json=LARGE).status_code for _ in range(3)]

    assert [answer.status_code for answer in (refused, keyless, small)] == [401, 401, 200]
    assert refused.headers["www-authenticate"] == 'ApiKey realm="AutoSpot"'
    assert keyless.json() == {
        "errors": [
            {
                "message": "The API key is missing: send a valid one in the X-API-Key header.",
                "extensions": {"code": "UNAUTHENTICATED"},
            }
        ]
    }
    assert passed == [200] * 3


@pytest.mark.parametrize(("spaces", "status"), [(10, 200), (20, 401)])
def test_body_of_unknown_length_without_a_key(call: Call, spaces: int, status: int) -> None:
    """
    That holds for one that does not say how large it is, as soon as it proves too large.
    """
    client = call(max_keyless_body_bytes=40).with_key(None)
    chunks = [b'{"query": "{ __typename }"', b" " * spaces, b"}"]

    answer = client.request("POST", "/graphql", content=iter(chunks), headers=JSON)

    assert answer.status_code == status


def test_large_bodies_with_wrong_keys(call: Call) -> None:
    """
    Wrong keys are counted by such bodies as by others.
    """
    client = call(rate_limit_failed_keys="1/day").with_key("ask_wrong")

    answers = [client.request("POST", "/graphql", json=LARGE) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [401, 429]
    assert told(answers[1])


def test_rate_of_a_key(call: Call, database: tuple[str, str]) -> None:
    """
    What comes too often with a key is a typed answer in GraphQL, and 429 in REST.
    """
    client = call(rate_limit="3/day")
    before = [client.upsert([graphql_shop(1, *numbered("1"))])["__typename"]]
    before.append(client.rest("POST", [rest_shop(1, {"repair_number": "2"})]).status_code)
    before.append(client.execute(VIEWER))

    in_graphql, in_rest = mutate(client), client.rest("POST", [rest_shop(1, {})])

    message = "Too many requests: wait, then send the same request again."
    result = in_graphql.json()["data"]["patchRepairOrders"]
    assert before == ["UpsertRepairOrdersSuccess", 201, {"data": {"viewer": {"name": "tests"}}}]
    assert result.pop("requestId")
    assert in_graphql.status_code == 200
    assert result == {
        "__typename": "RateLimitedError",
        "code": "RATE_LIMITED",
        "message": message,
        "outcome": "NOTHING_SAVED",
        "retryable": True,
        "retryAfterSeconds": told(in_graphql),
    }
    document = in_rest.json()
    assert document.pop("request_id")
    assert in_rest.status_code == 429
    assert in_rest.headers["content-type"] == "application/problem+json"
    assert document == {
        "type": "urn:autospot-gateway:rate-limited",
        "title": "Rate limited",
        "status": 429,
        "code": "RATE_LIMITED",
        "detail": message,
        "outcome": "NOTHING_SAVED",
        "retryable": True,
        "retry_after_seconds": told(in_rest),
    }
    other = key_for(client, database)
    assert other.upsert([graphql_shop(1, *numbered("3"))])["__typename"] == before[0]


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_query_is_counted_once(call: Call, method: str) -> None:
    """
    However many fields a query has it is one request, and when it is stopped none is answered.
    """
    client = call(rate_limit="2/day")
    one = 'repairOrder(shopId: 1, repairNumber: "1") { id }'
    query = f"{{ a: {one} b: {one} viewer {{ name }} gateway {{ canRead }} }}"
    options = {"json": {"query": query}} if method == "POST" else {"params": {"query": query}}

    first, second, third = [client.request(method, "/graphql", **options) for _ in range(3)]

    rest = {"a": None, "b": None, "gateway": {"canRead": True}}
    assert "retry-after" not in first.headers
    assert first.json() == second.json() == {"data": {**rest, "viewer": {"name": "tests"}}}
    assert third.json()["data"] == {**rest, "viewer": None}
    codes = [error["extensions"]["code"] for error in third.json()["errors"]]
    assert codes == ["RATE_LIMITED"] * 3
    assert told(third)


def test_what_needs_no_key_is_not_counted(call: Call) -> None:
    """
    Requests without a key have no rate.
    """
    client = call(rate_limit="1/day").with_key(None)

    answers = [client.execute("{ gateway { canRead } }") for _ in range(3)]

    assert answers == [{"data": {"gateway": {"canRead": True}}}] * 3


def test_wrong_keys(call: Call, database: tuple[str, str]) -> None:
    """
    Guesses count at both doors, and in queries too; then no key is judged that is new there.
    """
    client = call(rate_limit_failed_keys="3/day")
    guesser, nobody = client.with_key("ask_guess"), client.with_key(None)
    client.execute(VIEWER)
    tried = [mutated(guesser), guesser.rest("POST", []).status_code, guesser.execute(VIEWER)]

    in_graphql, in_rest = mutate(guesser), key_for(client, database).rest("POST", [])
    in_query = guesser.request("POST", "/graphql", json={"query": VIEWER})

    assert tried == ["UNAUTHENTICATED", 401, {"data": {"viewer": None}}]
    result = in_graphql.json()["data"]["patchRepairOrders"]
    assert (result["code"], result["retryAfterSeconds"]) == ("RATE_LIMITED", told(in_graphql))
    assert (in_rest.status_code, in_rest.json()["retry_after_seconds"]) == (429, told(in_rest))
    assert in_rest.json()["detail"] == (
        "Too many wrong API keys came from this address: wait, then send a valid one."
    )
    assert in_query.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED"}
    assert told(in_query)
    assert mutated(nobody) == "UNAUTHENTICATED"
    assert mutated(client) == "BATCH_REJECTED"


def test_addresses_behind_a_proxy(call: Call) -> None:
    """
    Behind a trusted proxy each caller has an address; others only say that they have one.
    """
    trusting = call(rate_limit_failed_keys="1/day", trusted_proxies="127.0.0.1, ::1")
    doubting = call(rate_limit_failed_keys="1/day")

    def tried(client: Client) -> list[str]:
        hops = ["198.51.100.1", "198.51.100.2", "9.9.9.9, 198.51.100.1"]
        return [mutated(client.with_key("guess"), **{"X-Forwarded-For": hop}) for hop in hops]

    assert tried(trusting) == ["UNAUTHENTICATED", "UNAUTHENTICATED", "RATE_LIMITED"]
    assert tried(doubting) == ["UNAUTHENTICATED", "RATE_LIMITED", "RATE_LIMITED"]


def test_in_front_of_a_remote_autospot(call: Call) -> None:
    """
    Keys that AutoSpot refuses count too, and requests with a key have the same rate.
    """
    autospot = call()
    client = call(upstream_url=autospot.url, rate_limit="3/day", rate_limit_failed_keys="2/day")

    wrong = [mutated(client.with_key("guess")) for _ in range(3)]
    mutated(client)
    assert wrong == ["UNAUTHENTICATED", "UNAUTHENTICATED", "RATE_LIMITED"]
    assert mutated(client) == "RATE_LIMITED"

    other = call(upstream_url=autospot.url, rate_limit="3/day", rate_limit_failed_keys="2/day")
    assert [mutated(other) for _ in range(4)] == ["BATCH_REJECTED"] * 3 + ["RATE_LIMITED"]


def test_rate_of_a_remote_autospot(call: Call) -> None:
    """
    When AutoSpot says that requests come too often, GraphQL says when they may come again.
    """
    client = call(upstream_url=call(rate_limit="1/day").url)

    answers = [mutate(client) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "retry-after" not in answers[0].headers
    assert answers[1].json()["data"]["patchRepairOrders"]["__typename"] == "RateLimitedError"
    assert answers[1].json()["data"]["patchRepairOrders"]["retryAfterSeconds"] == told(answers[1])


def test_legacy_callers_have_no_rate(call: Call) -> None:
    """
    What is passed through is AutoSpot's to judge, however often it comes.
    """
    autospot = call(rate_limit_failed_keys="off")
    client = call(upstream_url=autospot.url, rate_limit="1/day", rate_limit_failed_keys="1/day")
    guesser = client.with_key("guess")
    for _ in range(2):
        mutated(guesser)

    wrong = {guesser.rest("POST", []).status_code for _ in range(5)}
    right = {client.rest("PATCH", [rest_shop(1, {"repair_number": "0"})]).status_code for _ in "12"}

    assert (wrong, right) == ({401}, {404})


def test_two_gateways_count_together(call: Call) -> None:
    """
    With one Redis the rate holds for all gateways together.
    """
    with running_redis() as redis:
        settings = {"rate_limit": "3/day", "rate_limit_storage": redis.url}
        first, second = call(**settings), call(**settings)

        answers = [mutated(client) for client in (first, second, first, second, first)]

    assert answers == ["BATCH_REJECTED"] * 3 + ["RATE_LIMITED"] * 2


def test_without_redis_all_goes_on(call: Call, log: io.StringIO) -> None:
    """
    A gateway whose Redis is away counts for itself, and says so in its log.
    """
    redis_url = f"redis://127.0.0.1:{free_port()}"
    client = call(rate_limit="1/day", rate_limit_storage=redis_url)

    answers = [mutated(client), mutated(client)]

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (failure,) = [line for line in lines if line["event"] == "failure"]
    assert answers == ["BATCH_REJECTED", "RATE_LIMITED"]
    assert failure["failures"][1]["type"] == "redis.exceptions.ConnectionError"
