"""When the database fails: typed answers, nothing half written, and nothing of the cause told."""

import json
from collections.abc import Generator

import pytest

from tests.behaviour.test_batches import graphql_shop, numbered, rest_shop
from tests.client import Client
from tests.conftest import calling, filled
from tests.databases import run_sql


@pytest.fixture
def client(url: str) -> Generator[Client]:
    """
    A caller of a gateway whose database the test may break; its key is already known.
    """
    with calling(filled(url, range(1, 3)), database_url=url) as client:
        client.execute("{ viewer { name } }")
        yield client


def break_table(url: str, table: str) -> None:
    """Take a table away behind the gateway's back."""
    run_sql(url, f"ALTER TABLE {table} RENAME TO gone")


def test_broken_database(client: Client, url: str) -> None:
    """
    A batch that cannot be written answers Internal Server Error at both doors, without details.
    """
    break_table(url, "repair_order")

    result = client.upsert([graphql_shop(1, *numbered("1"))])
    answer = client.rest("POST", [rest_shop(1, {"repair_number": "1"})])

    message = (
        "Internal Server Error: nothing was saved. Send the same request again, "
        "and quote the request id to support if it fails again."
    )
    assert result.pop("requestId")
    assert result == {
        "__typename": "InternalServerError",
        "code": "INTERNAL_SERVER_ERROR",
        "message": message,
        "outcome": "NOTHING_SAVED",
        "retryable": True,
    }
    document = answer.json()
    assert document.pop("request_id") == answer.headers["x-request-id"]
    assert document == {
        "type": "urn:autospot-gateway:internal-server-error",
        "title": "Internal server error",
        "status": 500,
        "code": "INTERNAL_SERVER_ERROR",
        "detail": message,
        "outcome": "NOTHING_SAVED",
        "retryable": True,
    }


def test_broken_reading(client: Client, url: str) -> None:
    """
    A query that cannot be answered fails with a code, and the gateway says that it is not ready.
    """
    ready_before = client.request("GET", "/-/ready")
    break_table(url, "repair_order")

    answer = client.execute('{ repairOrder(shopId: 1, repairNumber: "1") { id } }')
    ready = client.request("GET", "/-/ready")
    live = client.request("GET", "/-/live")

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL_SERVER_ERROR"]
    assert (ready_before.status_code, ready_before.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert (live.status_code, live.json()) == (200, {"status": "ok"})


def test_unexpected_failure_of_a_query(client: Client, url: str) -> None:
    """
    What nobody foresaw is masked.
    """
    break_table(url, "api_key")

    answer = client.with_key("another").request(
        "POST", "/graphql", json={"query": "{ viewer { name } }"}
    )

    (error,) = answer.json()["errors"]
    assert answer.json()["data"] == {"viewer": None}
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert "api_key" not in json.dumps(error)
