"""What is a customer's, and what is secret, is in no answer and in no line of the log."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from gateway.contract import Kind, RepairOrder, fields_of
from tests.behaviour.test_failures import break_table
from tests.client import Client
from tests.clients.upstream import Answer, autospot
from tests.conftest import calling, filled
from tests.databases import run_sql
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
    others = told_to_others(gateway)  # and once they are answered, the first one's line is written

    assert answer.status_code < 500
    assert '"event":"request"' in log.getvalue()
    for told in (answer.text, str(answer.headers), others, log.getvalue()):
        assert CANARY not in told
        assert str(gateway.api_key) not in told


def told_to_others(gateway: Client) -> str:
    """What somebody without a key is told afterwards, by the metrics too where there are any."""
    stranger = gateway.with_key(None)
    paths = ("/-/live", "/-/ready", "/-/metrics", "/-/openapi.json")
    documents = ("{ gateway { version } }", "{ viewer { name } }", "{ nothing }", "{ gateway ")
    answers = [
        *(stranger.request("GET", path) for path in paths),
        *(stranger.request("POST", "/graphql", json={"query": text}) for text in documents),
        stranger.request("GET", "/graphql", params={"query": documents[0]}),
        stranger.rest("POST", [{}]),
    ]
    assert [answer.status_code for answer in answers][:2] == [200, 200]
    return "".join(f"{answer.headers} {answer.text}" for answer in answers)


def test_nothing_marked_comes_out_of_a_broken_database(tmp_path: Path, log: io.StringIO) -> None:
    """
    A failure is told without what was to be written, in its answer and in the log that says where.
    """
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    with calling(filled(url, range(1, 3)), database_url=url) as client:
        client.execute("{ viewer { name } }")
        break_table(url, "repair_order")
        told = [client.request(method, path, **options).text for method, path, options in _sent()]
        broken = client.with_key(f"{CANARY}-key")
        run_sql(url, "DROP TABLE api_key")
        told.append(broken.rest("POST", []).text)

    assert ["INTERNAL_SERVER_ERROR" in text or "InternalServerError" in text for text in told] == [
        True
    ] * len(told)
    assert log.getvalue().count('"event":"failure"') == len(told)
    assert CANARY not in "".join(told) + log.getvalue()


def _sent() -> list[Request]:
    """Requests that would save marked data, two at each door."""
    text = literal([{"shopId": 1, "repairOrders": [camel(marked())]}])
    in_document = MUTATION.partition("(input: $input)")[2]
    return [
        *(requests(1)[name] for name in ("rest saved", "rest patched", "graphql saved")),
        graphql(f"mutation {{ upsertRepairOrders(input: {{shops: {text}}}){in_document}"),
    ]


_PROBLEM = json.dumps({"title": CANARY, "detail": f"Wrong: {CANARY}", "code": CANARY})
_ANSWERS: dict[str, Answer | None] = {
    "a problem": Answer(422, body=_PROBLEM),
    "not found": Answer(404, body=_PROBLEM),
    "duplicate": Answer(409, body=f"Repair Order Number is Duplicated: {CANARY}"),
    "text": Answer(400, body=f"{CANARY} is wrong"),
    "refused key": Answer(401, body=_PROBLEM),
    "forbidden": Answer(403, body=_PROBLEM),
    "too many": Answer(429, retry_after=7, body=_PROBLEM),
    "failure": Answer(500, body=f"Traceback: {CANARY}"),
    "down": Answer(503, body=_PROBLEM),
    "success": Answer(201, body=_PROBLEM),
    "no JSON": Answer(201, body=f"{{{CANARY}"),
    "hanging up": None,
}


@pytest.mark.parametrize("name", _ANSWERS)
def test_nothing_marked_comes_from_a_remote_autospot(log: io.StringIO, name: str) -> None:
    """
    Whatever a remote AutoSpot answers, its words are not repeated in GraphQL, nor logged at all.
    """
    with (
        autospot(lambda _: _ANSWERS[name]) as remote,
        calling(("", f"{CANARY}-key"), upstream_url=remote.url) as client,
    ):
        answers = [client.request(method, path, **options) for method, path, options in _sent()]
        metrics = client.request("GET", "/-/metrics").text

    # What is passed through is AutoSpot's own.
    in_graphql = [answer.text for answer in answers if answer.text.startswith('{"data"')]
    assert len(in_graphql) == 2
    assert len(remote.heard) >= len(answers)
    assert log.getvalue().count('"event":"request"') >= len(answers)
    assert CANARY not in "".join(in_graphql) + metrics + log.getvalue()


def test_nothing_marked_comes_of_too_many_requests(tmp_path: Path, log: io.StringIO) -> None:
    """
    A key that comes too often, and a wrong one, are told and logged without themselves.
    """
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    database = filled(url, range(1, 3))
    with calling(
        database, database_url=url, rate_limit="1/day", rate_limit_failed_keys="1/day"
    ) as client:
        client.execute("{ viewer { name } }")
        guesser = client.with_key(f"{CANARY}-key")
        answers = [
            caller.request(method, path, **options)
            for caller in (client, guesser)
            for method, path, options in _sent()
        ]
    told = "".join(f"{answer.headers} {answer.text}" for answer in answers) + log.getvalue()

    assert log.getvalue().count('"RATE_LIMITED"') == 4 + 3
    assert CANARY not in told
    assert database[1] not in told


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
