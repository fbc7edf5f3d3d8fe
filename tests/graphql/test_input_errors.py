"""What is wrong with inputs: found exactly where graphql-core refuses them."""

from typing import Any, cast

import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull, parse_value
from graphql.utilities import validate_input_literal, validate_input_value
from hypothesis import given
from hypothesis import strategies as st

from gateway.graphql.input_errors import JSON, LITERAL, problems_of
from gateway.graphql.schema import GatewaySchema
from tests.client import UPSERT, Client
from tests.samples_of import literal

SCHEMA = GatewaySchema()._schema  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  # the types as they run
INPUT = GraphQLNonNull(cast("GraphQLInputObjectType", SCHEMA.type_map["UpsertRepairOrdersInput"]))

LEAVES = st.sampled_from(
    [None, True, 0, 1, 2**31, 2**64, 1.0, 1.5, "", "1", "REJECT", "UPDATE", [], {}]
)
NAMES = st.sampled_from(
    ["shops", "shopId", "repairOrders", "repairNumber", "vehicle", "year", "make", "rentalCar",
     "repairTeam", "id", "onDuplicate", "totalEstimatedHours", "scheduledArrival", "nothing"]
)  # fmt: skip


def some_value(type_: Any) -> st.SearchStrategy[Any]:
    """A value of an input type that may be wrong in places."""
    while isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    if hasattr(type_, "of_type"):
        return st.lists(st.deferred(lambda: some_value(type_.of_type)), max_size=2) | LEAVES
    if isinstance(type_, GraphQLInputObjectType):
        fields = {
            name: st.deferred(lambda f=f: some_value(f.type)) for name, f in type_.fields.items()
        }
        good = st.fixed_dictionaries({}, optional=fields)
        return (
            st.builds(lambda o, extra: o | extra, good, st.dictionaries(NAMES, LEAVES, max_size=1))
            | LEAVES
        )
    return LEAVES


@given(some_value(INPUT))
def test_variables_are_refused_where_graphql_core_refuses(value: Any) -> None:
    """
    A variable has a problem exactly when graphql-core has one with it, and as many.
    """
    refused: list[str] = []
    validate_input_value(value, INPUT, lambda error, path: refused.append(error.message))

    assert len(list(problems_of(value, INPUT, ("input",), JSON))) == len(refused)


@given(some_value(INPUT))
def test_literals_are_refused_where_graphql_core_refuses(value: Any) -> None:
    """
    A literal has a problem exactly when graphql-core has one with it, and as many.
    """
    node = parse_value(literal(value))
    refused: list[str] = []
    validate_input_literal(node, INPUT, lambda error, path: refused.append(error.message))

    assert len(list(problems_of(node, INPUT, ("input",), LITERAL))) == len(refused)


@pytest.mark.parametrize("count", [60, 1_001])
def test_every_wrong_variable_is_named(gateway: Client, count: int) -> None:
    """
    An answer names all problems of the variables, up to the limit, and repeats none of the values.
    """
    orders = [{"repairNumber": "1", "vehicle": {"year": "Bilbo"}}] * count
    shops = [{"shopId": 1, "repairOrders": orders}]

    answer = gateway.request(
        "POST", "/graphql", json={"query": UPSERT, "variables": {"input": {"shops": shops}}}
    )

    errors = answer.json()["errors"]
    assert len(errors) == min(count, 1_000)
    assert errors[-1]["extensions"]["path"][4] == str(len(errors) - 1)
    assert "Bilbo" not in answer.text


def test_a_wrong_variable_is_found_in_a_long_batch(gateway: Client) -> None:
    """
    One wrong value among many is named with its place.
    """
    orders: list[Any] = [{"repairNumber": str(place)} for place in range(1_300)]
    orders[1_250]["status"] = 7
    shops = [{"shopId": 1, "repairOrders": orders}]

    answer = gateway.request(
        "POST", "/graphql", json={"query": UPSERT, "variables": {"input": {"shops": shops}}}
    )

    (error,) = answer.json()["errors"]
    place = "shops.0.repairOrders.1250.status"
    assert error["message"] == f'Variable "$input" is wrong at {place}: expected String (text).'
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "data" not in answer.json()


def test_every_wrong_literal_is_named(gateway: Client) -> None:
    """
    An answer names all problems of the literals in a document, and repeats none of the values.
    """
    orders = [{"repairNumber": "1", "vehicle": {"year": "Bilbo"}, "nothing": 1}] * 50
    shops = literal([{"shopId": 1, "repairOrders": orders}])

    answer = gateway.request(
        "POST",
        "/graphql",
        json={
            "query": f"mutation($o: OnDuplicate) {{ upsertRepairOrders(input: "
            f"{{shops: {shops}, onDuplicate: $o}}) {{ __typename }} }}"
        },
    )

    errors = answer.json()["errors"]
    paths = [error["extensions"].get("path") for error in errors]
    place = ["input", "shops", "0", "repairOrders", "49"]
    assert [*place, "vehicle", "year"] in paths
    assert [*place, "nothing"] in paths
    assert "Bilbo" not in answer.text


def test_a_wrong_literal_is_found_in_a_long_batch(gateway: Client) -> None:
    """
    One wrong literal among many is named with its place.
    """
    orders: list[Any] = [{"repairNumber": str(place)} for place in range(600)]
    orders[550]["status"] = 7
    shops = literal([{"shopId": 1, "repairOrders": orders}])
    query = f"mutation {{ upsertRepairOrders(input: {{shops: {shops}}}) {{ __typename }} }}"

    answer = gateway.request("POST", "/graphql", json={"query": query})

    (error,) = answer.json()["errors"]
    place = "shops.0.repairOrders.550.status"
    assert error["message"] == f'Argument "input" is wrong at {place}: expected String (text).'
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_unknown_arguments_are_left_to_graphql_core(gateway: Client) -> None:
    """
    A literal for an argument that is not there has no type, and one name is enough.
    """
    answer = gateway.execute('{ gateway(nothing: "Bilbo") { mode } }')

    assert [error["message"] for error in answer["errors"]] == [
        "Unknown argument 'nothing' on field 'Query.gateway'."
    ]


@pytest.mark.parametrize(
    "definition", ["$n: Nothing = 1", "$n: Int! = 1", "$n: Int = null", "$n: Gateway"]
)
def test_variables_of_any_type(gateway: Client, definition: str) -> None:
    """
    A variable of a type that is not there, or cannot be sent, is named by graphql-core.
    """
    answer = gateway.execute(f"query({definition}) {{ gateway {{ mode }} }}")

    assert {error["extensions"]["code"] for error in answer["errors"]} == {
        "GRAPHQL_VALIDATION_FAILED"
    }
