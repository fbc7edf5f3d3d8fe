"""Documents and variables that GraphQL itself refuses: each with a code, none with a value."""

import io
from typing import Any

import pytest

from tests.client import UPSERT, Client

MARK = "Bilbo"


def entry(document: str, column: int, message: str, code: str, **more: Any) -> Any:
    """An entry of the `errors` list about a place in the first line of a document."""
    assert column <= len(document) + 1
    extensions = {"code": code, **more.pop("extensions", {})}
    place = {"line": 1, "column": column}
    return {"message": message, "locations": [place], **more, "extensions": extensions}


def mutation(definitions: str, argument: str) -> str:
    """A document that upserts, with variables."""
    return f"mutation({definitions}) {{ upsertRepairOrders(input: {argument}) {{ __typename }} }}"


NUMBERED = "{shops: [{shopId: 1, repairOrders: [{repairNumber: $v}]}]}"


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (mutation("$v: OnDuplicate", "{shops: [], onDuplicate: $v}"), ["upsertRepairOrders"]),
        (mutation("$v: OnDuplicate = REJECT", "{shops: [], onDuplicate: $v}"),
         ["upsertRepairOrders"]),
        (mutation('$v: String = "1"', NUMBERED), ["upsertRepairOrders"]),
        (mutation("$v: [ShopRepairOrdersInput!] = []", "{shops: $v}"), ["upsertRepairOrders"]),
        (mutation("$v: UpsertRepairOrdersInput = {shops: []}", "$v"), ["upsertRepairOrders"]),
        ("query($v: Boolean = true) { gateway { mode @include(if: $v) } }", ["gateway"]),
        ("query($v: Boolean = true) { gateway @skip(if: $v) { mode } }", None),
    ],
)  # fmt: skip
def test_null_that_only_execution_finds(
    gateway: Client, log: io.StringIO, document: str, path: list[str] | None
) -> None:
    """
    A variable that is null where a default hides it from validation is the caller's mistake.
    """
    answer = gateway.execute(document, {"v": None})

    message = 'Variable "$v" is wrong: expected a value, not null.'
    column = document.rindex("$v") + 1
    more = {"path": path} if path else {}
    expected = entry(
        document, column, message, "BAD_USER_INPUT", extensions={"path": ["v"]}, **more
    )
    assert answer["errors"] == [expected]
    assert answer.get("data") is None
    assert '"event":"failure"' not in log.getvalue()


def test_null_in_one_of_two_fields(embedded: Client) -> None:
    """
    The other fields of a query are answered.
    """
    document = (
        'query($v: Int = 1) { gateway { mode } repairOrder(shopId: $v, repairNumber: "") { id } }'
    )

    answer = embedded.execute(document, {"v": None})

    assert answer["data"] == {"gateway": {"mode": "EMBEDDED"}, "repairOrder": None}
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["repairOrder"], "BAD_USER_INPUT")
    ]


@pytest.mark.parametrize(
    ("document", "column", "message"),
    [
        (f'{{ a(b: "{MARK}\\x") }}', 14, "Invalid character escape sequence"),
        (f'{{ a(b: "{MARK}\\uD800") }}', 14, "Invalid Unicode escape sequence"),
        (f'{{ a(b: "{MARK}', 14, "Unterminated string"),
        (f'{{ a(b: """{MARK}', 16, "Unterminated string"),
        (f'{{ a(b: "{MARK}\ud800") }}', 14, "Invalid character within String"),
        (f'{{ a(b: "" "{MARK}") }}', 11, "Expected Name, found String"),
        (f'{{ a(b: "" """{MARK}""") }}', 11, "Expected Name, found BlockString"),
        (f"{{ a(b: 1{MARK}) }}", 9, "Invalid number, expected digit but got"),
        ("{ a(b: 0777) }", 9, "Invalid number, unexpected digit after 0"),
        ("{ a(b: .777) }", 8, "Invalid number, expected digit before '.'"),
        ("{ a(b: 1 777) }", 10, "Expected Name, found Int"),
        ("{ a(b: 1 777.7) }", 10, "Expected Name, found Float"),
        (f"{{ a(b: '{MARK}') }}", 8, "Unexpected single quote character ('), "
         'did you mean to use a double quote (")?'),
        (f"{MARK} {{ a }}", 1, "Unexpected Name"),
        (f"{{ a }} {MARK}", 7, "Unexpected Name"),
        (f"{{ a # {MARK}", 12, "Expected Name, found <EOF>"),
        ("\ud800", 1, "Invalid character"),
        ("é", 1, "Unexpected character"),
    ],
)  # fmt: skip
def test_syntax_errors(gateway: Client, document: str, column: int, message: str) -> None:
    """
    A document that is no GraphQL is answered with the place, and without what stands there.
    """
    answer = gateway.request("POST", "/graphql", json={"query": document})

    expected = f"Syntax Error: {message} (line 1, column {column})."
    assert answer.json() == {
        "errors": [entry(document, column, expected, "GRAPHQL_PARSE_FAILED")],
    }
    assert MARK not in answer.text
    assert "777" not in answer.text


@pytest.mark.parametrize(
    "parts",
    [
        ("{ ", "...{", "__typename"),
        ("{ gateway { ", "mode {", ""),
        ("query($v: ", "[", "Int"),
        ("mutation { upsertRepairOrders(input: {shops: ", "[", ""),
        ("mutation { upsertRepairOrders(input: ", "{shops: ", "1"),
    ],
)
@pytest.mark.parametrize("depth", [150, 10_000])
def test_nesting(
    gateway: Client, log: io.StringIO, parts: tuple[str, str, str], depth: int
) -> None:
    """
    A document that is nested too deeply, however, is refused and is no failure.
    """
    opening, middle, closing = parts
    end = "]" if "[" in middle else "}"

    answer = gateway.execute(opening + middle * depth + closing + end * depth)

    if depth == 10_000:
        assert [error["extensions"] for error in answer["errors"]] == [
            {"code": "GRAPHQL_PARSE_FAILED"}
        ]
        assert "nested too deeply" in answer["errors"][0]["message"]
    assert "INTERNAL_SERVER_ERROR" not in str(answer)
    assert '"event":"failure"' not in log.getvalue()


@pytest.mark.parametrize("count", [49, 50, 1_000])
def test_chain_of_fragments(gateway: Client, log: io.StringIO, count: int) -> None:
    """
    Fragments that spread each other without end are executed or refused, and no failure.
    """
    chain = [f"fragment F{i} on Query {{ ...F{i + 1} }}" for i in range(count)]
    last = f"fragment F{count} on Query {{ __typename }}"

    answer = gateway.execute(" ".join(["{ ...F0 }", *chain, last]))

    if count == 49:
        assert answer == {"data": {"__typename": "Query"}}
    else:
        assert [error["extensions"] for error in answer["errors"]] == [
            {"code": "DOCUMENT_TOO_COSTLY"}
        ]
    assert '"event":"failure"' not in log.getvalue()


@pytest.mark.parametrize(
    ("field", "number", "expected"),
    [
        ("totalEstimatedHours", "9" * 1_000_000, "Float (a number)"),
        ("totalEstimatedHours", "1e999", "Float (a number)"),
        ("vehicle: year", "9" * 1_000_000, "Int (a whole number of 32 bits)"),
        ("vehicle: year", str(2**31), "Int (a whole number of 32 bits)"),
        ("vehicle: year", str(2**64), "Int (a whole number of 32 bits)"),
        ("vehicle: year", "-1e999", "Int (a whole number of 32 bits)"),
    ],
    ids=lambda value: value[:30],
)
def test_numbers_past_a_type(gateway: Client, field: str, number: str, expected: str) -> None:
    """
    A number in a variable that its type cannot hold is named as one, not as a failure.
    """
    name, _, inner = field.partition(": ")
    held = f'{{"{inner}": {number}}}' if inner else number
    shops = f'[{{"shopId": 1, "repairOrders": [{{"repairNumber": "1", "{name}": {held}}}]}}]'
    query = UPSERT.replace("\n", " ").replace('"', '\\"')
    body = f'{{"query": "{query}", "variables": {{"input": {{"shops": {shops}}}}}}}'

    answer = gateway.request(
        "POST", "/graphql", content=body, headers={"Content-Type": "application/json"}
    )

    path = ["input", "shops", "0", "repairOrders", "0", name, *filter(None, [inner])]
    message = f'Variable "$input" is wrong at {".".join(path[1:])}: expected {expected}.'
    assert answer.json() == {
        "errors": [entry(query, 10, message, "BAD_USER_INPUT", extensions={"path": path})]
    }


def test_more_literals_than_an_answer_lists(gateway: Client) -> None:
    """
    An answer lists 100 problems of a document, and says that there are more.
    """
    orders = f'{{repairNumber: 1, status: 2, note: "{MARK}"}} ' * 400
    document = mutation("$v: Int", f"{{shops: [{{shopId: 1, repairOrders: [{orders}]}}]}}")

    answer = gateway.request("POST", "/graphql", json={"query": document})

    *listed, last = answer.json()["errors"]
    assert len(listed) == 100
    assert all(error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED" for error in listed)
    assert last == {
        "message": "Too many validation errors, error limit reached. Validation aborted.",
        "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
    }
    assert MARK not in answer.text


def test_whole_answer_to_a_wrong_variable(gateway: Client) -> None:
    """
    Every problem of a variable is named with its path and the type that is expected there.
    """
    order = {"repairNumber": 1, "rentalCar": "yes", "vehicle": MARK, "repairTeam": [{}, None]}
    shops = [
        {"shopId": "33", "repairOrders": [order, None], MARK: 1},
        MARK,
        {"shopId": None, "repairOrders": {"repairNumber": None}},
    ]

    answer = gateway.execute(UPSERT, {"input": {"shops": shops, "onDuplicate": MARK}})

    named = [
        (".".join(error["extensions"]["path"]), error["message"].partition(" expected ")[2])
        for error in answer["errors"]
    ]
    assert named == [
        ("input.shops.0.shopId", "Int (a whole number of 32 bits)."),
        ("input.shops.0.repairOrders.0.repairNumber", "String (text)."),
        ("input.shops.0.repairOrders.0.rentalCar", "Boolean (true or false)."),
        ("input.shops.0.repairOrders.0.vehicle", "an object (VehicleInput)."),
        ("input.shops.0.repairOrders.0.repairTeam.0.id", "ID (text or a whole number)."),
        (
            "input.shops.0.repairOrders.0.repairTeam.1",
            "an object (RepairTeamMemberInput), not null.",
        ),
        ("input.shops.0.repairOrders.1", "an object (RepairOrderInput), not null."),
        (f"input.shops.0.{MARK}", "one of shopId, repairOrders."),
        ("input.shops.1", "an object (ShopRepairOrdersInput)."),
        ("input.shops.2.shopId", "Int (a whole number of 32 bits), not null."),
        ("input.shops.2.repairOrders.repairNumber", "String (text), not null."),
        ("input.onDuplicate", "one of REJECT, UPDATE."),
    ]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    assert answer.keys() == {"errors"}
