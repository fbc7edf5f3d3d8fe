"""Batches whose objects and lists are broken at random: every broken place is named, no other."""

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract import Fields, Kind, fields_of
from gateway.contract.repair_order import ShopRepairOrders
from tests.client import UPSERT, Client
from tests.samples_of import camel, full, literal

Json = Any
Place = tuple[str | int, ...]

SHOP = 1_998
STORED = "stored"
UNKNOWN = "nothing_like_it"
NAMED_BY_GRAPHQL = {"REQUIRED", "NULL_NOT_ALLOWED", "WRONG_TYPE", "UNKNOWN_FIELD"}
unused_numbers = itertools.count()


class Break(NamedTuple):
    """A place of a batch, what is put there (nothing is a value of its own), and what it is."""

    place: Place
    value: Json
    problem: str


class Nothing:
    """No value: what stands at a place is taken away."""


def breaks_of(batch: Json) -> Iterator[Break]:
    """Every break of one object or one list of a batch."""
    for index, entry in enumerate(batch):
        yield from _of_object(entry, (index,), ShopRepairOrders)
        yield Break((index,), None, "NULL_NOT_ALLOWED")
        yield Break((index,), "text", "WRONG_TYPE")


def _of_object(value: Json, place: Place, model: type[Fields]) -> Iterator[Break]:
    yield Break((*place, UNKNOWN), "anything", "UNKNOWN_FIELD")
    for name, shape in fields_of(model).items():
        at = (*place, name)
        if shape.is_required:
            yield Break(at, Nothing, "REQUIRED")
            yield Break(at, None, "NULL_NOT_ALLOWED")
        if name == "repair_number":
            yield Break(at, STORED, "REPAIR_ORDER_NUMBER_IS_DUPLICATED")
        if name == "repair_orders":
            yield Break(at, [], "EMPTY_LIST")
        if isinstance(shape.of, Kind):
            continue
        if shape.is_list:
            for index, entry in enumerate(value[name]):
                yield Break((*at, index), None, "NULL_NOT_ALLOWED")
                yield Break((*at, index), 5, "WRONG_TYPE")
                yield from _of_object(entry, (*at, index), shape.of)
        else:
            yield Break(at, "text", "WRONG_TYPE")
            yield from _of_object(value[name], at, shape.of)


def some_breaks(batch: Json) -> st.SearchStrategy[list[Break]]:
    """One to five breaks of a batch; often GraphQL itself has nothing against any of them."""
    by_problem: dict[str, list[Break]] = {}
    for broken in breaks_of(batch):
        by_problem.setdefault(broken.problem, []).append(broken)
    any_kind = st.one_of([st.sampled_from(breaks) for breaks in by_problem.values()])
    well_typed = any_kind.filter(lambda broken: broken.problem not in NAMED_BY_GRAPHQL)
    return st.tuples(st.sampled_from([any_kind, well_typed]), st.integers(1, 5)).flatmap(
        lambda drawn: st.lists(drawn[0], min_size=drawn[1], max_size=drawn[1]).map(apart)
    )


def apart(breaks: list[Break]) -> list[Break]:
    """Those breaks that no other one takes the ground from."""
    kept: list[Break] = []
    for broken in sorted(breaks, key=lambda broken: len(broken.place)):
        places = [other.place for other in kept]
        is_inside = any(broken.place[: len(place)] == place for place in places)
        # Whether a number exists is known only in a shop that can be read; one number, once.
        is_looked_up = "DUPLICATED" in broken.problem and (
            (broken.place[0], "shop_id") in places
            or any(other.problem == broken.problem for other in kept)
        )
        if not (is_inside or is_looked_up):
            kept.append(broken)
    return kept


def put(batch: Json, broken: Break) -> None:
    """Break a batch at a place."""
    for part in broken.place[:-1]:
        batch = batch[part]
    if broken.value is Nothing:
        del batch[broken.place[-1]]
    else:
        batch[broken.place[-1]] = broken.value


def sound_batch(shops: int, orders: int) -> Json:
    """A batch that could be saved: every field of every order is set."""
    return [
        {
            "shop_id": SHOP,
            "repair_orders": [
                full() | {"repair_number": f"s{next(unused_numbers)}"} for _ in range(orders)
            ],
        }
        for _ in range(shops)
    ]


def path(place: Place) -> list[str]:
    """A place as GraphQL names it."""
    return ["input", "shops", *(camel({str(part): 0}).popitem()[0] for part in place)]


def in_order(errors: Json) -> bool:
    """Whether problems stand in the order of the input."""
    places = [error["pointer"].split("/")[1:4:2] for error in errors]
    numbers = [[int(part) for part in place] for place in places]
    return numbers == sorted(numbers)


@given(data=st.data(), shops=st.integers(1, 2), orders=st.integers(1, 2))
@settings(max_examples=100, deadline=None)
def test_every_broken_object_is_named(
    embedded: Client, data: st.DataObject, shops: int, orders: int
) -> None:
    """
    A batch broken at one to five places names those and no other, however it is sent.
    """
    stored = [{"shop_id": SHOP, "repair_orders": [{"repair_number": STORED}]}]
    embedded.rest("POST", stored)
    batch = sound_batch(shops, orders)
    numbers = [order["repair_number"] for entry in batch for order in entry["repair_orders"]]
    broken = data.draw(some_breaks(batch))
    for each in broken:
        put(batch, each)

    answer = embedded.rest("POST", batch).json()
    by_variable = embedded.execute(UPSERT, {"input": {"shops": camel(batch)}})
    by_literal = embedded.execute(
        UPSERT.replace("($input: UpsertRepairOrdersInput!)", "").replace(
            "$input", f"{{shops: {literal(camel(batch))}}}"
        )
    )

    assert sorted((e["pointer"], e.get("reason", e["code"])) for e in answer["errors"]) == sorted(
        ("".join(f"/{part}" for part in each.place), each.problem) for each in broken
    )
    assert answer["error_count"] == len(broken)
    assert in_order(answer["errors"])
    refused = sorted(path(each.place) for each in broken if each.problem in NAMED_BY_GRAPHQL)
    for graphql in (by_variable, by_literal):
        if refused:
            assert sorted(error["extensions"]["path"] for error in graphql["errors"]) == refused
            assert "data" not in graphql
        else:
            problems = graphql["data"]["upsertRepairOrders"]["errors"]
            assert sorted((e["path"], e.get("reason", e["code"])) for e in problems) == sorted(
                (path(each.place), each.problem) for each in broken
            )
    assert [number for number in numbers if embedded.order(SHOP, number, "id")] == []
