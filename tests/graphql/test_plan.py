"""What a mutation's success is answered with: as planned, and as graphql-core completes it."""

import asyncio
import json
from typing import Any

import pytest
from graphql import execute
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract import (
    Batch,
    Caller,
    Forbidden,
    Limits,
    RequestError,
    Saved,
    SavedAction,
    SavedOrder,
    Sender,
    write_json,
)
from gateway.door import Door
from gateway.graphql.context import Context
from gateway.graphql.schema import GatewaySchema
from tests.turnstiles import open_turnstile

Json = Any
VARIABLES: Json = {
    "input": {
        "shops": [
            {"shopId": 33, "repairOrders": [{"repairNumber": "1"}, {"repairNumber": "2"}]},
            {"shopId": 34, "repairOrders": [{"repairNumber": "3"}]},
        ]
    }
}
FRAGMENTS = {
    "Rest": "fragment Rest on BatchSuccess { outcome ...Most }",
    "Most": "fragment Most on UpsertRepairOrdersSuccess { savedCount saved { path } }",
    "Row": "fragment Row on SavedRepairOrder { shopId __typename }",
}
ALWAYS = "@include(if: true)"
SCHEMA = GatewaySchema()


class AutoSpot:
    """A batch API that saves everything, but not for every caller."""

    def __init__(self, refusal: RequestError | None = None) -> None:
        self.refusal = refusal
        self.calls = 0

    async def create(self, batch: Batch, caller: Caller) -> Saved:
        self.calls += 1
        if self.refusal:
            raise self.refusal
        keys = enumerate(batch.keys())
        action = [SavedAction.CREATED, None]
        return Saved([SavedOrder(at, key, action[n % 2], None) for n, (at, key) in keys])

    update = upsert = create


async def _anybody(api_key: str | None) -> Caller:
    return Caller("anybody", can_write=True, shop_ids=None)


def document(selection: str, directive: str = " " * len(ALWAYS)) -> str:
    """A document that selects something of a result, with the fragments that it spreads."""
    text = f"""mutation($input: UpsertRepairOrdersInput!) {{
      result: upsertRepairOrders(input: $input) {directive} {{ {selection} }} }} """
    for name, fragment in FRAGMENTS.items():
        text += fragment if f"...{name} " in text else ""
    return text


def answer(autospot: AutoSpot, text: str, variables: Json = VARIABLES) -> Json:
    """The answer to a document, as it is written."""
    door = Door(autospot, None, _anybody, "X-API-Key", Limits(), open_turnstile())
    context = Context(door, Sender("key", "127.0.0.1"))
    result = asyncio.run(SCHEMA.execute(text, variables, context))
    errors = [error.formatted for error in result.errors or ()]
    return write_json({"data": result.data, "errors": errors}).decode()


def both(autospot: AutoSpot, selection: str) -> tuple[Json, Json]:
    """What is answered to a selection by a plan, and beside a condition, which is not planned."""
    return (
        answer(autospot, document(selection)),
        answer(autospot, document(selection, ALWAYS)),
    )


def fields(names: list[str]) -> st.SearchStrategy[str]:
    """One of these fields, which may have another name in the answer."""
    alias = st.sampled_from(["", "", "a_{}: ", "b_{}: "])
    return st.tuples(st.sampled_from(names), alias).map(
        lambda field: field[1].format(field[0].split()[0]) + field[0]
    )


def selections(leaves: st.SearchStrategy[str], types: list[str]) -> st.SearchStrategy[str]:
    """Some of these, in fragments on these types or not."""
    whole = st.lists(leaves, min_size=1, max_size=4).map(" ".join)
    on = st.sampled_from(["...", *(f"... on {name}" for name in types)])
    inline = st.tuples(on, whole).map(lambda parts: f"{parts[0]} {{ {parts[1]} }}")
    return st.lists(whole | inline, min_size=1, max_size=3).map(" ".join)


ROWS = selections(
    fields(["path", "shopId", "repairNumber", "action", "__typename"]) | st.just("...Row"),
    ["SavedRepairOrder"],
).map(lambda selection: f"saved {{ {selection} }}")
SUCCESS = selections(
    fields(["requestId", "outcome", "savedCount", "__typename"])
    | st.just("...Rest")
    | ROWS
    | ROWS.map(lambda rows: f"c_{rows.replace('saved', 'rows: saved', 1)}"),
    ["BatchSuccess", "UpsertRepairOrdersSuccess"],
).map(lambda selection: f"... on BatchSuccess {{ {selection} }}")
RESULTS = st.lists(
    SUCCESS
    | st.sampled_from(
        [
            "__typename",
            "t: __typename",
            "...Rest",
            "... on GatewayError { code }",
            "... on UnauthenticatedError { message }",
        ]
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(selection=RESULTS)
def test_planned_answers_are_those_of_graphql_core(selection: str) -> None:
    """
    Whatever is selected, a success has the same values in the same order.
    """
    planned, completed = both(AutoSpot(), selection)

    assert planned == completed


@pytest.mark.parametrize(
    "selection",
    [
        "... on BatchSuccess { savedCount }",
        "__typename ... on UpsertRepairOrdersSuccess { outcome requestId saved { path action } }",
        "...Rest ... on GatewayError { code message } ... on BatchRejectedError { errorCount }",
        "... on GatewayError { code }",
    ],
)
def test_usual_selections_are_planned(selection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A success of plain values is answered without graphql-core.
    """
    monkeypatch.setattr("gateway.graphql.schema.execute", None)

    result = json.loads(answer(AutoSpot(), document(selection)))

    assert result["errors"] == []


REPAIR_ORDER = "... on BatchSuccess { saved { path repairOrder { status } } }"


@pytest.mark.parametrize(
    "text",
    [
        document(REPAIR_ORDER),
        document("... on BatchSuccess { savedCount @skip(if: false) }"),
        document("__typename", ALWAYS),
        document("__typename").replace("result:", "__typename result:"),
    ],
)
def test_the_rest_is_left_to_graphql_core(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What holds objects, conditions or more than the mutation is not planned.
    """
    executed: list[object] = []

    def run(*arguments: Any, **options: Any) -> object:
        executed.append(text)
        return execute(*arguments, **options)

    monkeypatch.setattr("gateway.graphql.schema.execute", run)

    result = json.loads(answer(AutoSpot(), text))

    assert executed == [text]
    assert result["errors"] == []


def test_a_refusal_is_completed_by_graphql_core() -> None:
    """
    A mutation that failed has run once, and is answered with its error.
    """
    autospot = AutoSpot(Forbidden())
    selection = "__typename ... on GatewayError { code message } ... on BatchSuccess { savedCount }"

    planned = answer(autospot, document(selection))

    assert autospot.calls == 1
    assert json.loads(planned)["data"]["result"]["code"] == "FORBIDDEN"
    assert planned == both(autospot, selection)[1]


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (document("__typename"), {}),
        (document("__typename"), {"input": {"shops": 1}}),
        (
            """mutation($on: OnDuplicate = REJECT, $shops: [ShopRepairOrdersInput!]!) {
              upsertRepairOrders(input: {shops: $shops, onDuplicate: $on}) { __typename } }""",
            {"on": None, "shops": []},
        ),
    ],
)
def test_wrong_variables_are_told_by_graphql_core(text: str, variables: Json) -> None:
    """
    A mutation whose input is wrong is not run.
    """
    autospot = AutoSpot()

    result = json.loads(answer(autospot, text, variables))

    assert autospot.calls == 0
    assert result["data"] is None or result["data"] == {"upsertRepairOrders": None}
    assert len(result["errors"]) == 1
