"""Batches in variables: compiled code reads them, and nobody can tell."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.utils.str_converters import to_camel_case

from gateway.batch_api import BatchApi
from gateway.contract import Batch, Caller, DecodedShops, Limits, Saved, SavedOrder, Verb
from gateway.door import Door
from gateway.graphql import graphql_routes
from gateway.telemetry import RequestTelemetry
from tests.batch_texts import shops_texts
from tests.server import serving
from tests.turnstiles import open_turnstile

Json = Any
RESULT = """{ __typename ... on BatchSuccess { requestId savedCount saved { path shopId } }
  ... on GatewayError { code message } ... on BatchRejectedError { errorCount errors {
    ... on ItemError { code message path shopId repairNumber }
    ... on InvalidInputError { reason } } } }"""
ALWAYS = "@include(if: true)"
UPSERT = "mutation($input: UpsertRepairOrdersInput!) { upsertRepairOrders(input: $input)"
PATCH = "mutation($input: PatchRepairOrdersInput!) { patchRepairOrders(input: $input)"
UPSERT_SHOPS = """mutation($shops: [ShopRepairOrdersInput!]!, $onDuplicate: OnDuplicate = UPDATE) {
  upsertRepairOrders(input: {shops: $shops, onDuplicate: $onDuplicate})"""
PATCH_SHOPS = """mutation($shops: [ShopRepairOrdersPatch!] = []) {
  patchRepairOrders(input: {shops: $shops})"""
OPERATIONS = {
    name: f"{text} {' ' * len(ALWAYS)} {RESULT} }}"
    for name, text in {
        "upsert": UPSERT,
        "patch": PATCH,
        "upsert shops": UPSERT_SHOPS,
        "patch shops": PATCH_SHOPS,
    }.items()
}
OTHERS = [
    *('"UPDATE"', '"REJECT"') * 6,
    '"REJECT"',
    '"UPDATE"',
    "null",
    '"reject"',
    "1",
    "[]",
    '["UPDATE"]',
    "1e999",
]


class Recorder:
    """A batch API that keeps what it is given."""

    def __init__(self) -> None:
        self.calls: list[tuple[Verb, bytes]] = []

    async def create(self, batch: Batch, caller: Caller) -> Saved:
        return self._saved(Verb.CREATE, batch)

    async def update(self, batch: Batch, caller: Caller) -> Saved:
        return self._saved(Verb.UPDATE, batch)

    async def upsert(self, batch: Batch, caller: Caller) -> Saved:
        return self._saved(Verb.UPSERT, batch)

    def _saved(self, verb: Verb, batch: Batch) -> Saved:
        if batch.problems:
            raise batch.rejected()
        self.calls.append((verb, batch.to_json()))
        return Saved([SavedOrder(place, key, None, None) for place, key in batch.keys()])


@dataclass(frozen=True)
class WatchedDoor(Door):
    """A door that keeps the form in which batches come."""

    forms: list[type]

    async def save(self, shops: object, verb: Verb, caller: Caller) -> Saved:
        self.forms.append(type(shops))
        return await super().save(shops, verb, caller)


class Gateway:
    """A gateway in front of a recorder."""

    def __init__(self, http: httpx.Client) -> None:
        self.recorder = Recorder()
        self.forms: list[type] = []
        self.url = ""
        self._http = http

    def app(self) -> RequestTelemetry:
        batches: BatchApi = self.recorder
        door = WatchedDoor(
            batches, None, _anybody, "X-API-Key", Limits(), open_turnstile(), self.forms
        )
        site = FastAPI()
        site.router.routes.extend(graphql_routes(door, introspection="on", graphiql=False))
        return RequestTelemetry(site)

    def outcome(self, body: str) -> Json:
        """What comes of a body: the answer, and what was to be saved."""
        self.recorder.calls.clear()
        headers = {"Content-Type": "application/json", "X-Request-Id": "one"}
        answer = self._http.post(self.url, content=body.encode(), headers=headers)
        return answer.status_code, answer.json(), list(self.recorder.calls)


async def _anybody(api_key: str | None) -> Caller:
    return Caller("anybody", can_write=True, shop_ids=None)


@pytest.fixture(scope="module")
def watched() -> Iterator[Gateway]:
    """
    A gateway in front of a recorder.
    """
    with httpx.Client(timeout=30) as http:
        gateway = Gateway(http)
        with serving(gateway.app()) as url:
            gateway.url = f"{url}/graphql"
            yield gateway


def variables_texts(operation: str) -> st.SearchStrategy[str]:
    """The JSON of variables of an operation."""
    shops = shops_texts(to_camel_case).map(lambda text: f'"shops": {text}')
    other = st.sampled_from(OTHERS).map(lambda text: f'"onDuplicate":{text}')
    unknown = st.just('"nothing":1')
    some = st.lists(st.integers(0, 9).flatmap(lambda n: other if n else unknown), max_size=1)
    if "patch" in operation:
        some = st.integers(0, 9).flatmap(lambda n: st.just([]) if n else some)
    members = st.tuples(shops, some).flatmap(lambda parts: st.permutations([parts[0], *parts[1]]))
    twice = st.tuples(members, st.integers(0, 9)).map(
        lambda parts: parts[0] if parts[1] else parts[0] * 2
    )
    fields = twice.map(lambda every: f"{{{','.join(every)}}}")
    return fields if "shops" in operation else fields.map(lambda text: f'{{"input":{text}}}')


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str]:
    """
    One request twice, the second time in a spelling that only the ordinary road reads.
    """
    operation = draw(st.sampled_from(list(OPERATIONS)))
    variables = draw(variables_texts(operation))
    planned = json.dumps(OPERATIONS[operation])
    completed = planned.replace(" " * len(ALWAYS), ALWAYS)
    form = draw(
        st.sampled_from(
            [
                '{"query":%(query)s,%(key)s:%(text)s}',
                '{"operationName":null,%(key)s : %(text)s,\n"extensions":{},"query":%(query)s}',
                '{"query":%(query)s,%(key)s:%(text)s, "extensions":{} }',
                '{"query":%(query)s,%(key)s:%(text)s\n}\n',
                '{"query":%(query)s,"variables":[],%(key)s:%(text)s}',
                '{"query":%(query)s,%(key)s:%(text)s, "variables":{}}',
                '{"extensions":{"variables":{}},"query":%(query)s,%(key)s:%(text)s}',
                '{"query":%(query)s,"x\\"variables":1,%(key)s:%(text)s}',
            ]
        )
    )
    # Of the same length, since messages name columns.
    roads = ((planned, '"variables"     '), (completed, '"v\\u0061riables"'))
    fast, ordinary = (
        form % {"query": query, "key": key, "text": variables} for query, key in roads
    )
    return fast, ordinary


@settings(max_examples=150, deadline=None)
@given(request=requests())
def test_both_roads_lead_to_the_same(watched: Gateway, request: tuple[str, str]) -> None:
    """
    Whatever is sent, what is answered and what is saved are as graphql-core's coercion has it.
    """
    fast, ordinary = request

    assert watched.outcome(fast) == watched.outcome(ordinary)


FORMS = {
    "variables last": '{"query":%(query)s,"variables":%(variables)s}',
    "query last": '{"variables":%(variables)s,"extensions":{"a":{}},"query":%(query)s}',
    "extensions last": '{"query":%(query)s,"variables":%(variables)s,"extensions":{"a":{}}}',
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_usual_variables_take_the_fast_road(watched: Gateway, operation: str, form: str) -> None:
    """
    A batch in variables is decoded by compiled code, and reaches the port as it was sent.
    """
    watched.forms.clear()
    shops = [{"shopId": 33, "repairOrders": [{"repairNumber": "1", "totalEstimatedHours": 48.0}]}]
    sent: Json = {"shops": shops}
    variables = json.dumps(sent if "shops" in operation else {"input": sent})
    query = json.dumps(OPERATIONS[operation])

    status, _, calls = watched.outcome(FORMS[form] % {"query": query, "variables": variables})

    order = b'{"repair_number":"1","total_estimated_hours":48}'
    assert status == 200
    assert [body for _, body in calls] == [b'[{"shop_id":33,"repair_orders":[%b]}]' % order]
    assert watched.forms == [DecodedShops]


def test_input_without_a_batch_takes_the_ordinary_road(watched: Gateway) -> None:
    """
    Who sends no batch at all hears from graphql-core what is missing.
    """
    watched.forms.clear()
    body = {"query": next(iter(OPERATIONS.values())), "variables": {"input": {}}}

    _, answer, calls = watched.outcome(json.dumps(body))

    message = 'Variable "$input" is wrong at shops: expected a list.'
    assert [error["message"] for error in answer["errors"]] == [message]
    assert (watched.forms, calls) == ([], [])


@pytest.mark.parametrize(
    "document",
    [
        "mutation($_s: [ShopRepairOrdersInput!]!) { upsertRepairOrders(input: {shops: $_s})",
        """mutation($_s: [ShopRepairOrdersInput!]!) { upsertRepairOrders(input: {shops: $_s,
          onDuplicate: UPDATE})""",
    ],
)
def test_unusual_variables_take_the_ordinary_road(watched: Gateway, document: str) -> None:
    """
    What the fast road does not know is read as before.
    """
    watched.forms.clear()
    shops = [{"shopId": 33, "repairOrders": [{"repairNumber": "1"}]}]
    body = {"query": f"{document} {RESULT} }}", "variables": {"_s": shops}}

    _, answer, _ = watched.outcome(json.dumps(body))

    assert watched.forms == [list]
    assert "errors" not in answer


@pytest.mark.parametrize(
    ("shops", "forms"),
    [
        ({"shopId": 33, "repairOrders": "@"}, [list]),
        ([{"shopId": 33, "repairOrders": "@"}, {"shopId": 34.0, "repairOrders": "@"}], [list]),
        ([{"shopId": 33, "repairOrders": "@"}], [DecodedShops]),
    ],
)
def test_long_batches_reach_the_port_whole(
    watched: Gateway, shops: Json, forms: list[type]
) -> None:
    """
    Whatever the road, every repair order of a long batch arrives, in its order.
    """
    watched.forms.clear()
    orders = json.dumps([{"repairNumber": str(place)} for place in range(1_300)])
    query = OPERATIONS["upsert"].replace("saved { path shopId }", "")
    body = {"query": query, "variables": {"input": {"shops": shops}}}

    status, answer, calls = watched.outcome(json.dumps(body).replace('"@"', orders))

    entries = shops if isinstance(shops, list) else [shops]
    assert (status, watched.forms) == (200, forms)
    assert answer["data"]["upsertRepairOrders"]["savedCount"] == 1_300 * len(entries)
    sent = [{"shop_id": 33 + index, "repair_orders": "@"} for index in range(len(entries))]
    expected = json.dumps(sent).replace('"@"', orders.replace("repairNumber", "repair_number"))
    assert [json.loads(body) for _, body in calls] == [json.loads(expected)]
