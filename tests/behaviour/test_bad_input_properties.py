"""Batches that are broken at random: every broken place is named, no sound one is."""

import itertools
import json
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract import Kind, RepairOrder, Scalar, fields_of
from tests.client import UPSERT, Client
from tests.samples_of import camel, full, leaves

Json = Any
Place = tuple[str | int, ...]

# Values of the right type that are not accepted, and values of another type.
WRONG: dict[Scalar, list[Json]] = {
    Scalar.BOOLEAN: [],
    Scalar.DATE_TIME: ["tomorrow", "2021-02-29T00:00", ""],
    Scalar.FLOAT: [-1, 1_000_000.5],
    Scalar.ID: [" ", "x" * 65, "\0"],
    Scalar.INT: [0, 10_000],
    Scalar.STRING: ["x" * 1_001, "a\0", "\ud800"],
}
ALIEN: dict[Scalar, list[Json]] = {
    Scalar.BOOLEAN: ["true", 1, []],
    Scalar.DATE_TIME: [20200311, True],
    Scalar.FLOAT: ["48", False, {}],
    Scalar.ID: [True, 1.5],
    Scalar.INT: ["2000", 1.5, True],
    Scalar.STRING: [5, False],
}
unused_numbers = itertools.count()


class Break(NamedTuple):
    """A place of a batch, a value that is wrong there, and whether its type is."""

    place: Place
    value: Json
    is_alien: bool


def of_kind(place: Place, kind: Kind[Any]) -> st.SearchStrategy[Break]:
    """A wrong value of a kind."""
    wrong = [Break(place, value, is_alien=False) for value in WRONG[kind.scalar]]
    alien = [Break(place, value, is_alien=True) for value in ALIEN[kind.scalar]]
    return st.sampled_from([*wrong, *alien])


def breaks(shops: int, orders: int) -> st.SearchStrategy[list[Break]]:
    """One to five breaks of a batch of so many shops with so many orders."""
    inside = [(leaf.path, leaf.shape.of) for leaf in leaves()]
    number = fields_of(RepairOrder)["repair_number"].of
    member = fields_of(fields_of(RepairOrder)["repair_team"].of)["id"].of
    inside += [(("repair_number",), number), (("repair_team", 0, "id"), member)]
    at = [
        of_kind((shop, "repair_orders", order, *path), kind)
        for shop, order in itertools.product(range(shops), range(orders))
        for path, kind in inside
        if isinstance(kind, Kind)
    ]
    at += [
        st.sampled_from(
            [
                Break((shop, "shop_id"), 0, is_alien=False),
                Break((shop, "shop_id"), "x", is_alien=True),
            ]
        )
        for shop in range(shops)
    ]
    return st.lists(st.one_of(at), min_size=1, max_size=5, unique_by=lambda broken: broken.place)


def set_at(batch: Json, place: Place, value: Json) -> None:
    """Put a value at a place."""
    for part in place[:-1]:
        batch = batch[part]
    batch[place[-1]] = value


def sound_batch(shop: int, shops: int, orders: int) -> Json:
    """A batch that could be saved: every field of every order is set."""
    return [
        {
            "shop_id": shop,
            "repair_orders": [
                full() | {"repair_number": f"n{next(unused_numbers)}"} for _ in range(orders)
            ],
        }
        for _ in range(shops)
    ]


def pointer(place: Place) -> str:
    """A place as REST names it."""
    return "".join(f"/{part}" for part in place)


def path(place: Place) -> list[str]:
    """A place as GraphQL names it."""
    names = [
        camel({part: 0}).popitem()[0] if isinstance(part, str) else str(part) for part in place
    ]
    return ["input", "shops", *names]


@given(data=st.data(), shops=st.integers(1, 2), orders=st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_every_broken_place_is_named(
    embedded: Client, data: st.DataObject, shops: int, orders: int
) -> None:
    """
    A batch broken at one to five places names those and no other, at both doors, and is not saved.
    """
    batch = sound_batch(1_999, shops, orders)
    numbers = [order["repair_number"] for entry in batch for order in entry["repair_orders"]]
    broken = data.draw(breaks(shops, orders))
    for place, value, _ in broken:
        set_at(batch, place, value)

    answer = embedded.rest("POST", batch)
    graphql = embedded.execute(UPSERT, {"input": {"shops": camel(batch)}})

    assert sorted(error["pointer"] for error in answer.json()["errors"]) == sorted(
        pointer(place) for place, *_ in broken
    )
    if alien := [path(place) for place, _, is_alien in broken if is_alien]:
        named = [error["extensions"]["path"] for error in graphql["errors"]]
        assert sorted(named) == sorted(alien)
        assert "data" not in graphql
    else:
        result = graphql["data"]["upsertRepairOrders"]
        assert sorted(error["path"] for error in result["errors"]) == sorted(
            path(place) for place, *_ in broken
        )
    assert [n for n in numbers if embedded.order(1_999, n, "id")] == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
ALMOST = st.builds(
    lambda value, names: dict.fromkeys(names, value),
    JSON,
    st.lists(st.sampled_from(["shop_id", "repair_orders", "query", "variables", "input"])),
)
BODIES = st.binary() | (JSON | ALMOST | st.lists(ALMOST)).map(
    lambda value: json.dumps(value).encode()
)


@given(body=BODIES)
@settings(max_examples=200, deadline=None)
def test_whatever_arrives_is_answered(embedded: Client, body: bytes) -> None:
    """
    Arbitrary bytes and arbitrary JSON never fail the gateway, and never save anything.
    """
    headers = {"Content-Type": "application/json"}

    answers = [
        embedded.request("POST", "/batch/repair_orders", content=body, headers=headers),
        embedded.request("PATCH", "/batch/repair_orders", content=body, headers=headers),
        embedded.request("POST", "/graphql", content=body, headers=headers),
    ]

    assert [answer.status_code // 100 for answer in answers[:2]] == [4, 4]
    assert answers[2].status_code < 500
    assert [bool(answer.json()["errors"]) for answer in answers] == [True, True, True]


@given(document=st.text() | st.text(alphabet='{}()[]:!$@.,"#abquery mutation 01'))
@settings(max_examples=200, deadline=None)
def test_whatever_document_arrives_is_answered(embedded: Client, document: str) -> None:
    """
    An arbitrary document is executed or refused, in GraphQL's form.
    """
    answer = embedded.request("POST", "/graphql", json={"query": document})

    assert answer.status_code in {200, 400}
    assert answer.json().keys() & {"data", "errors"}
