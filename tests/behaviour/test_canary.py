"""What is a customer's, and what is secret, is in no answer and in no line of the log."""

import io
import json
from typing import Any

import pytest

from gateway.contract import Kind, RepairOrder, fields_of
from tests.client import Client
from tests.samples_of import camel, full, literal

CANARY = "CANARY-7f3a"
Request = tuple[str, str, dict[str, Any]]


def marked(**fields: Any) -> dict[str, Any]:
    """A repair order whose every text that is not a number or a date is marked."""

    def mark(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: mark(entry, key) for key, entry in value.items()}
        if isinstance(value, list):
            return [mark(entry) for entry in value]
        is_text = isinstance(value, str) and not name.startswith("scheduled")
        return f"{CANARY}-{name}" if is_text else value

    return mark(full()) | {"repair_number": "1"} | fields


def rest(body: Any, method: str = "POST", **options: Any) -> Request:
    """A request to the batch API."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **options.pop("headers", {})}
    return method, "/batch/repair_orders", {"content": content, "headers": headers, **options}


def graphql(query: str, variables: Any = None, **more: Any) -> Request:
    """A request to GraphQL."""
    body = {"query": query, "variables": variables, **more}
    return "POST", "/graphql", {"json": body}


MUTATION = """mutation($input: UpsertRepairOrdersInput!) { upsertRepairOrders(input: $input) {
  __typename ... on GatewayError { code message }
  ... on BatchRejectedError { errors { ... on ItemError { message path shopId repairNumber } } }
} }"""


def requests(shop: int) -> dict[str, Request]:
    """Requests of all kinds, each with marked data in it."""

    def a_batch(*orders: Any) -> Any:
        return [{"shop_id": shop, "repair_orders": list(orders)}]

    def an_upsert(*orders: Any) -> Request:
        shops = [{"shopId": shop, "repairOrders": [camel(order) for order in orders]}]
        return graphql(MUTATION, {"input": {"shops": shops}})

    long = CANARY * 200
    text = literal([{"shopId": shop, "repairOrders": [camel(marked(status=5))]}])
    return {
        "rest saved": rest(a_batch(marked())),
        "rest duplicate": rest(a_batch(marked())),
        "rest patched": rest(a_batch(marked()), "PATCH"),
        "rest wrong values": rest(
            a_batch(marked(scheduled_arrival=CANARY, total_estimated_hours=CANARY, status=long))
        ),
        "rest wrong types": rest(a_batch(marked(vehicle=CANARY, repair_team=CANARY))),
        "rest unknown field": rest(a_batch(marked(nothing=CANARY))),
        "rest wrong shop": rest([{"shop_id": CANARY, "repair_orders": [marked()]}]),
        "rest no JSON": rest(f'[{{"a": "{CANARY}}}'.encode()),
        "rest trailing comma": rest(f'[{{"{CANARY}": "{CANARY}",}}]'.encode()),
        "rest not UTF-8": rest(CANARY.encode() + b"\xff"),
        "rest other type": rest(CANARY.encode(), headers={"Content-Type": f"text/{CANARY}"}),
        "rest other key": rest(a_batch(marked()), headers={"X-API-Key": CANARY}),
        "rest other method": rest(a_batch(marked()), "PUT"),
        "rest header": rest(a_batch(marked()), headers={"X-Customer": CANARY}),
        "rest query string": ("POST", f"/batch/repair_orders?name={CANARY}", {"content": b"[]"}),
        "graphql saved": an_upsert(marked(repair_number="2")),
        "graphql duplicate": an_upsert(marked()),
        "graphql wrong values": an_upsert(marked(scheduled_arrival=CANARY, status=long)),
        "graphql wrong types": an_upsert(marked(vehicle=CANARY, total_estimated_hours=CANARY)),
        "graphql unknown field": an_upsert(marked(nothing=CANARY)),
        "graphql wrong enum": graphql(MUTATION, {"input": {"shops": [], "onDuplicate": CANARY}}),
        "graphql literal": graphql(
            f"mutation {{ upsertRepairOrders(input: {{shops: {text}}}) {{ __typename }} }}"
        ),
        "graphql literal default": graphql(f'query($n: Int = "{CANARY}") {{ __typename }}'),
        "graphql syntax": graphql(f'{{ gateway "{CANARY}" }}'),
        "graphql syntax, unterminated": graphql(f'{{ gateway(a: "{CANARY} }}'),
        "graphql comment": graphql(f"{{ gateway #{CANARY}\n"),
        "graphql operation name": graphql("query A { __typename }", operationName=CANARY),
        "graphql no JSON": (
            "POST",
            "/graphql",
            {"content": f'{{"{CANARY}"'.encode(), "headers": {"Content-Type": "application/json"}},
        ),
        "graphql parameter": graphql("{ __typename }", [CANARY]),
        "graphql other key": (
            "POST",
            "/graphql",
            {"json": {"query": "{ viewer { name } }"}, "headers": {"X-API-Key": CANARY}},
        ),
        "graphql by GET": ("GET", f'/graphql?query={{a(b:"{CANARY}")}}', {}),
    }


@pytest.mark.parametrize("name", requests(0))
def test_nothing_marked_comes_out(gateway: Client, shop: int, log: io.StringIO, name: str) -> None:
    """
    Whatever becomes of a request, its customers and its key are in no answer and in no log line.
    """
    gateway.rest("POST", [{"shop_id": shop, "repair_orders": [marked()]}])
    method, path, options = requests(shop)[name]
    if CANARY in str(options.get("headers", {}).get("X-API-Key")):
        gateway = gateway.with_key(CANARY)
        options["headers"].pop("X-API-Key")

    answer = gateway.request(method, path, **options)
    gateway.request("GET", "/-/live")  # once it is answered, the line of the first is written

    assert answer.status_code < 500
    assert CANARY not in answer.text
    assert CANARY not in str(answer.headers)
    assert '"event": "request"' in log.getvalue()
    assert CANARY not in log.getvalue()


def test_marks_are_where_customers_are() -> None:
    """
    Every text of a repair order but its number and its dates is marked.
    """
    marks = json.dumps(marked()).count(CANARY)
    texts = sum(
        len(fields_of(shape.of)) - (name == "vehicle")
        for name, shape in fields_of(RepairOrder).items()
        if not isinstance(shape.of, Kind)
    )

    assert marks == texts + 1
