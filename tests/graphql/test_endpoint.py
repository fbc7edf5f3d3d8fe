"""GraphQL over HTTP: which operation runs, and the errors of GraphQL itself."""

import json
from typing import Any

import pytest

from gateway.batch_api import BatchApi
from gateway.contract import (
    Batch,
    Caller,
    InternalServerError,
    Limits,
    MixedUpsert,
    OrderKey,
    Saved,
    SavedOrder,
    Sender,
)
from gateway.door import Door
from gateway.graphql.context import Context
from gateway.graphql.schema import GatewaySchema
from tests.client import Client
from tests.turnstiles import open_turnstile

UPSERT = "upsertRepairOrders(input: {shops: []}) { __typename }"
PATCH = "patchRepairOrders(input: {shops: []}) { __typename }"


def codes(answer: Any) -> list[str]:
    """The codes of an answer's errors."""
    return [error["extensions"]["code"] for error in answer["errors"]]


@pytest.mark.parametrize(
    "document",
    [
        f"mutation {{ {UPSERT} {PATCH} }}",
        f"mutation {{ a: {UPSERT} b: {UPSERT} }}",
        f"mutation {{ ...F {PATCH} }} fragment F on Mutation {{ {UPSERT} }}",
        f"mutation {{ ... {{ {UPSERT} }} ... on Mutation {{ {PATCH} }} }}",
        f"mutation {{ {UPSERT} ... @include(if: false) {{ {PATCH} }} }}",
    ],
)
def test_second_mutation_field_is_refused(gateway: Client, document: str) -> None:
    """
    An operation with two mutation fields is refused before anything runs: it would commit twice.
    """
    answer = gateway.execute(document)

    assert codes(answer) == ["ONE_MUTATION_PER_REQUEST"]
    assert "data" not in answer


@pytest.mark.parametrize(
    "document",
    [
        f"mutation {{ __typename {UPSERT} }}",
        f"mutation {{ {UPSERT} {UPSERT} }}",
        f"mutation A {{ {UPSERT} }} mutation B {{ {PATCH} }}",
    ],
)
def test_one_mutation_field_runs(gateway: Client, document: str) -> None:
    """
    One field runs, also when it is written twice, or when the document holds other operations.
    """
    answer = gateway.execute(document, operationName="A" if "mutation A" in document else None)

    assert answer["data"]["upsertRepairOrders"] == {"__typename": "BatchRejectedError"}


@pytest.mark.parametrize("name", [None, "", "C"])
def test_operation_must_be_clear(gateway: Client, name: str | None) -> None:
    """
    A document with several operations runs none unless one of them is named.
    """
    answer = gateway.execute("query A { __typename } query B { __typename }", operationName=name)

    assert codes(answer) == ["OPERATION_RESOLUTION_FAILURE"]
    assert "data" not in answer


@pytest.mark.parametrize(
    ("document", "variables", "code", "message"),
    [
        (
            "{ gateway ",
            None,
            "GRAPHQL_PARSE_FAILED",
            "Syntax Error: Expected Name, found <EOF> (line 1, column 11).",
        ),
        (
            '{ gateway "Bilbo" }',
            None,
            "GRAPHQL_PARSE_FAILED",
            "Syntax Error: Expected Name, found String (line 1, column 11).",
        ),
        (
            "{ nothing }",
            None,
            "GRAPHQL_VALIDATION_FAILED",
            "Cannot query field 'nothing' on type 'Query'.",
        ),
        (
            'query($n: Int!) { repairOrder(shopId: $n, repairNumber: "1") { id } }',
            {"n": "Bilbo"},
            "BAD_USER_INPUT",
            'Variable "$n" is wrong: expected Int (a whole number of 32 bits).',
        ),
        (
            'query($n: Int!) { repairOrder(shopId: $n, repairNumber: "1") { id } }',
            {},
            "BAD_USER_INPUT",
            'Variable "$n" is wrong: expected Int (a whole number of 32 bits).',
        ),
        (
            'query($n: Int = "Bilbo") { repairOrder(shopId: $n, repairNumber: "1") { id } }',
            None,
            "GRAPHQL_VALIDATION_FAILED",
            'The default of variable "$n" is wrong: expected Int (a whole number of 32 bits).',
        ),
    ],
)
def test_errors_of_graphql_itself(
    gateway: Client, document: str, variables: Any, code: str, message: str
) -> None:
    """
    What GraphQL refuses stays in the standard form, with a code, and without the caller's values.
    """
    answer = gateway.execute(document, variables)

    assert (answer["errors"][0]["extensions"]["code"], answer["errors"][0]["message"]) == (
        code,
        message,
    )
    assert "data" not in answer


def test_path_leads_into_the_variable(gateway: Client) -> None:
    """
    The error of a variable says where in it the problem is.
    """
    shops = [{"shopId": 1, "repairOrders": [{"repairNumber": "1", "vehicle": {"year": "new"}}]}]

    answer = gateway.execute(
        "mutation($shops: [ShopRepairOrdersInput!]!) "
        "{ upsertRepairOrders(input: {shops: $shops}) { __typename } }",
        {"shops": shops},
    )

    assert [error["extensions"]["path"] for error in answer["errors"]] == [
        ["shops", "0", "repairOrders", "0", "vehicle", "year"]
    ]


def test_variable_that_may_be_left_out(gateway: Client) -> None:
    """
    A variable that may be left out is none of the problems of the others.
    """
    answer = gateway.execute(
        "query($n: Int!, $i: String!, $d: Boolean! = false) "
        "{ repairOrder(shopId: $n, repairNumber: $i) { id @skip(if: $d) } }",
        {"n": "x"},
    )

    assert [error["extensions"]["path"] for error in answer["errors"]] == [["n"], ["i"]]


def test_mutation_needs_post(embedded: Client) -> None:
    """
    A query runs by GET, a mutation does not.
    """
    query = embedded.request("GET", "/graphql", params={"query": "{ gateway { mode } }"})
    mutation = embedded.request("GET", "/graphql", params={"query": f"mutation {{ {UPSERT} }}"})

    assert query.json() == {"data": {"gateway": {"mode": "EMBEDDED"}}}
    assert (mutation.status_code, mutation.headers["allow"]) == (405, "GET, HEAD, POST")
    assert codes(mutation.json()) == ["METHOD_NOT_ALLOWED"]


def test_variables_by_get(embedded: Client) -> None:
    """
    GET carries variables as JSON.
    """
    query = "query($n: String!) { repairOrder(shopId: 1, repairNumber: $n) { id } }"
    parameters = {"query": query, "variables": '{"n": "1"}', "operationName": ""}

    answer = embedded.request("GET", "/graphql", params=parameters)

    assert answer.json() == {"data": {"repairOrder": None}}


def test_whole_numbers_stay_whole(embedded: Client, shop: int) -> None:
    """
    48 hours read back as 48 and not as 48.0, and 12.5 as 12.5.
    """
    orders = [
        {"repairNumber": "1", "totalEstimatedHours": 48},
        {"repairNumber": "2", "totalEstimatedHours": 12.5},
    ]
    embedded.upsert([{"shopId": shop, "repairOrders": orders}])

    query = (
        f'{{ a: repairOrder(shopId: {shop}, repairNumber: "1") {{ totalEstimatedHours }} '
        f'b: repairOrder(shopId: {shop}, repairNumber: "2") {{ totalEstimatedHours }} }}'
    )
    answer = embedded.request("POST", "/graphql", json={"query": query})

    assert '"totalEstimatedHours":48}' in answer.text
    assert '"totalEstimatedHours":12.5}' in answer.text


async def _anybody(api_key: str | None) -> Caller:
    return Caller("anybody", can_write=True, shop_ids=None)


class _Recorder:
    """A batch API far away: it keeps what it is given, and has nothing to read."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, list[Any]]] = []

    async def create(self, batch: Batch, caller: Caller) -> Saved:
        self.batches.append(("create", json.loads(batch.to_json())))
        return Saved([SavedOrder(row.place, row.key, None, None) for row in batch])

    async def update(self, batch: Batch, caller: Caller) -> Saved:
        self.batches.append(("update", json.loads(batch.to_json())))
        return Saved([SavedOrder(row.place, row.key, None, None) for row in batch])

    async def upsert(self, batch: Batch, caller: Caller) -> Saved:
        raise MixedUpsert(known_existing=[OrderKey(1, "a")], known_new=[])


async def _execute(batches: BatchApi, document: str) -> Any:
    door = Door(batches, None, _anybody, "X-API-Key", Limits(), open_turnstile())
    return await GatewaySchema().execute(document, {}, Context(door, Sender(None, "")))


async def test_remote_autospot_cannot_be_read() -> None:
    """
    Where repair orders are not kept here, the gateway says so beforehand and when asked for one.
    """
    document = '{ gateway { mode canRead } repairOrder(shopId: 1, repairNumber: "1") { id } }'

    result = await _execute(_Recorder(), document)

    assert result.data == {"gateway": {"mode": "PROXY", "canRead": False}, "repairOrder": None}
    assert [e.extensions["code"] for e in result.errors] == ["NOT_AVAILABLE_IN_PROXY_MODE"]


async def test_left_out_and_null_reach_the_port() -> None:
    """
    What is left out stays left out on its way to the port, null stays null, and [] stays [].
    """
    recorder = _Recorder()

    result = await _execute(
        recorder,
        """mutation { patchRepairOrders(input: {shops: [{shopId: 1, repairOrders: [
             {repairNumber: "1", status: null, vehicle: {year: null}, customer: {}, repairTeam: []}
           ]}]}) { __typename ... on BatchSuccess { saved { action repairOrder { id } } } } }""",
    )

    order = {
        "repair_number": "1",
        "status": None,
        "vehicle": {"year": None},
        "customer": {},
        "repair_team": [],
    }
    assert recorder.batches == [("update", [{"shop_id": 1, "repair_orders": [order]}])]
    assert result.data["patchRepairOrders"]["saved"] == [{"action": None, "repairOrder": None}]


async def test_keys_in_an_error() -> None:
    """
    An error that names repair orders names each with its shop.
    """
    result = await _execute(
        _Recorder(),
        "mutation { upsertRepairOrders(input: {onDuplicate: UPDATE, shops: [{shopId: 1, "
        'repairOrders: [{repairNumber: "1"}]}]}) { ... on MixedUpsertError { code knownExisting '
        "{ shopId repairNumber } knownNew { shopId } } } }",
    )

    assert result.data["upsertRepairOrders"] == {
        "code": "MIXED_UPSERT",
        "knownExisting": [{"shopId": 1, "repairNumber": "a"}],
        "knownNew": [],
    }


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("POST", {"json": {"query": "{ __typename }"}}),
        ("POST", {"json": {"query": "{"}}),
        ("POST", {"content": b"{"}),
        ("GET", {"params": {"query": "{ __typename }"}}),
        ("PUT", {}),
    ],
)
def test_answer_is_not_kept(gateway: Client, method: str, options: Any) -> None:
    """
    No cache keeps an answer, not even a refusal.
    """
    answer = gateway.request(method, "/graphql", **options)

    assert answer.headers["cache-control"] == "no-store"


async def test_failure_that_nobody_foresaw() -> None:
    """
    What fails outside of the door is answered without a word of why.
    """
    no_limits: Any = None
    door = Door(_Recorder(), None, _anybody, "X-API-Key", no_limits, open_turnstile())

    result = await GatewaySchema().execute(
        "{ gateway { version } }", {}, Context(door, Sender(None, ""))
    )

    assert result.errors
    assert [error.formatted for error in result.errors] == [
        {
            "message": InternalServerError().message,
            "locations": [{"line": 1, "column": 3}],
            "path": ["gateway"],
            "extensions": {"code": "INTERNAL_SERVER_ERROR"},
        }
    ]
