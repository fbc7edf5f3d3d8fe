"""Each value that is refused, with the whole answer, at both doors."""

from math import isfinite
from typing import Any

import pytest

from gateway.contract import InvalidInputReason as Why
from gateway.contract import Kind
from tests.client import UPSERT, Client
from tests.contract.test_batch import CASES
from tests.contract.test_values import REFUSED, a_batch_with
from tests.samples_of import camel

Json = Any
Place = tuple[str | int, ...]


def named(place: Place) -> tuple[int | None, str | None]:
    """The shop and the number that the tables' batches have at a place, where they are sound."""
    shop = None if not place or place == (0,) or place[1] == "shop_id" else 33
    is_order = len(place) > 3 and place[3] != "repair_number"
    return shop, "1" if is_order else None


def as_graphql(place: Place) -> list[str]:
    """A place as a path into the input."""
    names = [
        camel({part: 0}).popitem()[0] if isinstance(part, str) else str(part) for part in place
    ]
    return ["input", "shops", *names]


def check_rest(gateway: Client, batch: Json, place: Place, reason: str, message: str) -> None:
    """See that the problem document names the one problem, whole."""
    answer = gateway.rest("PATCH", batch)

    shop, number = named(place)
    known = {"shop_id": shop, "repair_number": number}
    assert answer.status_code == 422
    assert [error for error in answer.json()["errors"] if error["code"] == "INVALID_INPUT"] == [
        {
            "code": "INVALID_INPUT",
            "message": message,
            "pointer": "".join(f"/{part}" for part in place),
            **{name: value for name, value in known.items() if value is not None},
            "reason": reason,
        }
    ]


def check_graphql(gateway: Client, batch: Json, place: Place, reason: str, message: str) -> None:
    """See that the result names the one problem, whole, unless GraphQL itself refuses it."""
    answer = gateway.execute(UPSERT, {"input": {"shops": camel(batch)}})

    if errors := answer.get("errors"):
        assert reason in {
            "WRONG_TYPE",
            "REQUIRED",
            "UNKNOWN_FIELD",
            "NULL_NOT_ALLOWED",
            "OUT_OF_RANGE",
        }
        assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}
        paths = [error["extensions"]["path"] for error in errors]
        if "a list" in message and reason == "WRONG_TYPE":
            # GraphQL takes what is no list as a list of one, and looks into it.
            assert {tuple(path[: len(place) + 2]) for path in paths} == {tuple(as_graphql(place))}
        else:
            assert paths == [as_graphql(place)]
        return
    shop, number = named(place)
    problems = answer["data"]["upsertRepairOrders"]["errors"]
    assert [problem for problem in problems if problem["code"] == "INVALID_INPUT"] == [
        {
            "__typename": "InvalidInputError",
            "code": "INVALID_INPUT",
            "message": message,
            "path": as_graphql(place),
            "shopId": shop,
            "repairNumber": number,
            "reason": reason,
        }
    ]


# JSON has no infinity and no NaN; 1e999 has a test of its own.
IN_JSON = [case for case in REFUSED if not isinstance(case[1], float) or isfinite(case[1])]


@pytest.mark.parametrize(("kind", "value", "reason"), IN_JSON)
def test_value(gateway: Client, kind: Kind[Any], value: Json, reason: Why) -> None:
    """
    A value that is not accepted is named with its reason and what is accepted.
    """
    batch, place = a_batch_with(kind, value)
    message = f"{reason.description} Expected {kind.accepts}."

    check_rest(gateway, batch, place, reason.value, message)
    check_graphql(gateway, batch, place, reason.value, message)


@pytest.mark.parametrize(("batch", "place", "reason", "message"), CASES)
def test_shape(gateway: Client, batch: Json, place: Place, reason: str, message: str) -> None:
    """
    A list or an object that is not as it should be is named with its reason.
    """
    check_rest(gateway, batch, place, reason, message)
    check_graphql(gateway, batch, place, reason, message)


@pytest.mark.parametrize("number", ["1e999", "9" * 200_000, "-" + "9" * 5_000])
def test_numbers_beyond_any_limit(gateway: Client, shop: int, number: str) -> None:
    """
    A number that no computer holds is out of range, at both doors, also as a literal.
    """
    headers = {"Content-Type": "application/json"}
    order = f'{{"repair_number": "1", "total_estimated_hours": {number}}}'
    rest = f'[{{"shop_id": {shop}, "repair_orders": [{order}]}}]'
    literal = (
        f"mutation {{ upsertRepairOrders(input: {{shops: [{{shopId: {shop}, repairOrders: "
        f'[{{repairNumber: "1", totalEstimatedHours: {number}}}]}}]}}) {{ '
        "... on BatchRejectedError { errors { ... on InvalidInputError { reason } } } } }"
    )

    answer = gateway.request("POST", "/batch/repair_orders", content=rest, headers=headers)
    result = gateway.execute(literal)

    assert [error["reason"] for error in answer.json()["errors"]] == ["OUT_OF_RANGE"]
    assert result["data"]["upsertRepairOrders"]["errors"] == [{"reason": "OUT_OF_RANGE"}]
