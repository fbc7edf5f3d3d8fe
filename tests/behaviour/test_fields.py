"""Left out, null, empty and a value stay four different things, in every field, at both doors."""

from typing import Any

import pytest

from tests.client import Client
from tests.samples_of import EVERY_FIELD, Leaf, camel, full, leaves, literal, objects, sample

NUMBER = "606471"
LEAVES = list(leaves())
IDS = [".".join(leaf.path) for leaf in LEAVES]


def _read(gateway: Client, shop: int) -> dict[str, Any]:
    return gateway.order(shop, NUMBER, EVERY_FIELD)


def _nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A patch of one value deep in a repair order."""
    for name in reversed(path):
        value = {name: value}
    return {"repair_number": NUMBER, **value}


def _with(order: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A repair order as it is once one value deep in it is another."""
    first, *rest = path
    return order | {first: _with(order[first], tuple(rest), value) if rest else value}


def _send(gateway: Client, door: str, shop: int, patch: dict[str, Any]) -> None:
    """Send a patch through a door, and see that it was saved."""
    if door == "rest":
        answer = gateway.rest("PATCH", [{"shop_id": shop, "repair_orders": [patch]}])
        assert answer.status_code == 200, answer.text
        return
    shops = [{"shopId": shop, "repairOrders": [camel(patch)]}]
    if door == "variables":
        result = gateway.patch(shops)
    else:
        query = (
            f"mutation {{ patchRepairOrders(input: {{shops: {literal(shops)}}}) {{ __typename }} }}"
        )
        result = gateway.execute(query)["data"]["patchRepairOrders"]
    assert result["__typename"] == "PatchRepairOrdersSuccess", result


doors = pytest.mark.parametrize("door", ["rest", "variables", "literal"])


@pytest.fixture
def order(gateway: Client, shop: int) -> dict[str, Any]:
    """
    A repair order with every field set, saved, and spelled as AutoSpot does.
    """
    order = full() | {"repair_number": NUMBER}
    answer = gateway.rest("POST", [{"shop_id": shop, "repair_orders": [order]}])
    assert answer.status_code == 201, answer.text
    return order


def test_what_was_sent_comes_back(gateway: Client, shop: int, order: dict[str, Any]) -> None:
    """
    Every field reads back as it was sent.
    """
    assert _read(gateway, shop) == camel(order)


@doors
def test_left_out_is_unchanged(
    gateway: Client, shop: int, order: dict[str, Any], door: str
) -> None:
    """
    A patch that leaves every field out changes nothing.
    """
    _send(gateway, door, shop, {"repair_number": NUMBER})

    assert _read(gateway, shop) == camel(order)


@doors
@pytest.mark.parametrize("leaf", LEAVES, ids=IDS)
def test_null_clears_one_field(
    gateway: Client, shop: int, order: dict[str, Any], leaf: Leaf, door: str
) -> None:
    """
    null clears the field it is sent for, and no other.
    """
    _send(gateway, door, shop, _nested(leaf.path, None))

    assert _read(gateway, shop) == camel(_with(order, leaf.path, None))


@doors
@pytest.mark.parametrize("leaf", LEAVES, ids=IDS)
def test_value_sets_one_field(
    gateway: Client, shop: int, order: dict[str, Any], leaf: Leaf, door: str
) -> None:
    """
    A value sets the field it is sent for, and no other.
    """
    value = sample(leaf.shape, second=True)

    _send(gateway, door, shop, _nested(leaf.path, value))

    assert _read(gateway, shop) == camel(_with(order, leaf.path, value))


@doors
@pytest.mark.parametrize("name", objects())
def test_empty_object_is_no_null(
    gateway: Client, shop: int, order: dict[str, Any], name: str, door: str
) -> None:
    """
    An empty object changes nothing; null clears the whole object.
    """
    _send(gateway, door, shop, {"repair_number": NUMBER, name: {}})
    unchanged = _read(gateway, shop)

    _send(gateway, door, shop, {"repair_number": NUMBER, name: None})

    assert unchanged == camel(order)
    assert _read(gateway, shop) == camel(order | {name: None})


@doors
def test_empty_team_deletes_everybody(
    gateway: Client, shop: int, order: dict[str, Any], door: str
) -> None:
    """
    [] empties the repair team.
    """
    _send(gateway, door, shop, {"repair_number": NUMBER, "repair_team": []})

    assert _read(gateway, shop) == camel(order | {"repair_team": []})


@doors
def test_team_is_replaced_as_a_whole(
    gateway: Client, shop: int, order: dict[str, Any], door: str
) -> None:
    """
    A specialist who is not sent is deleted, and null inside a specialist is dropped.
    """
    _send(
        gateway, door, shop, {"repair_number": NUMBER, "repair_team": [{"id": "9", "title": None}]}
    )

    assert _read(gateway, shop)["repairTeam"] == [
        {"id": "9", "firstName": None, "lastName": None, "title": None}
    ]
