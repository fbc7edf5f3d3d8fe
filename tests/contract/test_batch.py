"""Batches read from plain data: every problem of shape, in the order of the input."""

import json
from typing import Any

import pytest

from gateway.contract import (
    BatchRejected,
    Limits,
    OrderKey,
    Verb,
    read_batch,
    reading_batch,
)
from tests.pauses import Counted

Json = Any
FIELDS = (
    "repair_number, scheduled_arrival, scheduled_complete, scheduled_delivery, rental_car, "
    "total_estimated_hours, status, vehicle, customer, insurance, repair_team"
)
TYPE = "The value has another type than the field."
NULL = "null cannot be given here; leave the field out or send a value."
MISSING = "The value is missing."
EMPTY = "The list needs at least one entry."
UNKNOWN = "There is no such field."


def a_shop(*orders: Json) -> Json:
    """An entry of a batch."""
    return {"shop_id": 33, "repair_orders": list(orders)}


def an_order(**fields: Json) -> Json:
    """A repair order with these fields."""
    return {"repair_number": "1", **fields}


ORDER = (0, "repair_orders", 0)
CASES: list[tuple[Json, tuple[str | int, ...], str, str]] = [
    (None, (), "NULL_NOT_ALLOWED", f"{NULL} Expected a list of shops with their repair orders."),
    ({}, (), "WRONG_TYPE", f"{TYPE} Expected a list of shops with their repair orders."),
    ("[]", (), "WRONG_TYPE", f"{TYPE} Expected a list of shops with their repair orders."),
    ([], (), "EMPTY_LIST", f"{EMPTY} Expected a list of shops with their repair orders."),
    ([None], (0,), "NULL_NOT_ALLOWED", f"{NULL} Expected an object."),
    ([3], (0,), "WRONG_TYPE", f"{TYPE} Expected an object."),
    (
        [{"repair_orders": [an_order()]}],
        (0, "shop_id"),
        "REQUIRED",
        f"{MISSING} Expected a whole number from 1 to 2,147,483,647.",
    ),
    (
        [{"shop_id": 33}],
        (0, "repair_orders"),
        "REQUIRED",
        f"{MISSING} Expected a list of objects.",
    ),
    (
        [{"shop_id": 33, "repair_orders": None}],
        (0, "repair_orders"),
        "NULL_NOT_ALLOWED",
        f"{NULL} Expected a list of objects.",
    ),
    ([a_shop()], (0, "repair_orders"), "EMPTY_LIST", f"{EMPTY} Expected a list of objects."),
    (
        [{**a_shop(an_order()), "name": "x"}],
        (0, "name"),
        "UNKNOWN_FIELD",
        f"{UNKNOWN} Expected one of shop_id, repair_orders.",
    ),
    ([a_shop(None)], ORDER, "NULL_NOT_ALLOWED", f"{NULL} Expected an object."),
    ([a_shop("606471")], ORDER, "WRONG_TYPE", f"{TYPE} Expected an object."),
    (
        [a_shop({})],
        (*ORDER, "repair_number"),
        "REQUIRED",
        f"{MISSING} Expected text of 1 to 64 characters, not blank, without control characters.",
    ),
    (
        [a_shop(an_order(colour="red"))],
        (*ORDER, "colour"),
        "UNKNOWN_FIELD",
        f"{UNKNOWN} Expected one of {FIELDS}.",
    ),
    (
        [a_shop(an_order(vehicle={"colour": "red"}))],
        (*ORDER, "vehicle", "colour"),
        "UNKNOWN_FIELD",
        f"{UNKNOWN} Expected one of year, make, model, color.",
    ),
    (
        [a_shop(an_order(vehicle=[]))],
        (*ORDER, "vehicle"),
        "WRONG_TYPE",
        f"{TYPE} Expected an object.",
    ),
    (
        [a_shop(an_order(repair_team={}))],
        (*ORDER, "repair_team"),
        "WRONG_TYPE",
        f"{TYPE} Expected a list of objects.",
    ),
    (
        [a_shop(an_order(repair_team=[None]))],
        (*ORDER, "repair_team", 0),
        "NULL_NOT_ALLOWED",
        f"{NULL} Expected an object.",
    ),
    (
        [a_shop(an_order(repair_team=[{"id": "1"}] * 101))],
        (*ORDER, "repair_team"),
        "TOO_LONG",
        "The text or list is too long. Expected at most 100 entries.",
    ),
    (
        [a_shop(an_order(repair_team=[{"title": "Painter"}]))],
        (*ORDER, "repair_team", 0, "id"),
        "REQUIRED",
        f"{MISSING} Expected text of 1 to 64 characters, not blank.",
    ),
    (
        [a_shop(an_order(repair_team=[{"id": "1", "age": 3}]))],
        (*ORDER, "repair_team", 0, "age"),
        "UNKNOWN_FIELD",
        f"{UNKNOWN} Expected one of id, first_name, last_name, title.",
    ),
]


@pytest.mark.parametrize(("sent", "place", "reason", "message"), CASES)
@pytest.mark.parametrize("verb", Verb)
def test_problem_of_shape(
    sent: Json, place: tuple[str | int, ...], reason: str, message: str, verb: Verb
) -> None:
    """
    Each problem has its place, its reason, and a sentence that says what is accepted.
    """
    batch = read_batch(sent, verb, Limits())

    assert [(p.place, getattr(p, "reason", None), p.message) for p in batch.problems] == [
        (place, reason, message)
    ]


@pytest.mark.parametrize(
    ("verb", "reasons"),
    [
        (Verb.CREATE, []),
        (Verb.UPDATE, ["NULL_NOT_ALLOWED"]),
        (Verb.UPSERT, ["NULL_NOT_ALLOWED"]),
    ],
)
def test_null_for_a_team(verb: Verb, reasons: list[str]) -> None:
    """
    A team that is null is nothing to create, and refused where it would be merged.
    """
    batch = read_batch([a_shop(an_order(repair_team=None))], verb, Limits())

    assert [getattr(p, "reason", None) for p in batch.problems] == reasons


def test_problems_name_what_can_be_read() -> None:
    """
    A problem carries the shop and the number of its item, as far as they can be read.
    """
    sent = [
        {"shop_id": "33", "repair_orders": [an_order(status=1), {"repair_number": 5}]},
        {"shop_id": 34, "repair_orders": [{"repair_number": "2", "status": 1}, {"status": 1}]},
    ]

    batch = read_batch(sent, Verb.CREATE, Limits())

    assert [(p.place[2:], p.shop_id, p.repair_number) for p in batch.rejected().errors] == [
        ((), None, None),
        ((0, "status"), None, "1"),
        ((1, "repair_number"), None, None),
        ((0, "status"), 34, "2"),
        ((1, "repair_number"), 34, None),
        ((1, "status"), 34, None),
    ]
    assert list(batch.keys()) == [((1, "repair_orders", 0), OrderKey(34, "2"))]
    assert list(batch) == []
    assert str(batch.rejected()) == "4 of 4 repair orders were refused; nothing was saved."


def test_rejection_lists_up_to_a_limit() -> None:
    """
    A rejection lists as many problems as it may, and counts all.
    """
    sent = [a_shop(*[an_order(status=1)] * 5)]

    rejection = read_batch(sent, Verb.UPDATE, Limits(max_reported_errors=2)).rejected()

    assert (len(rejection.errors), rejection.error_count) == (2, 5)


def test_too_many_orders() -> None:
    """
    A request with too many repair orders is refused before they are looked at.
    """
    sent = [a_shop(an_order()), a_shop(an_order(), an_order())]

    with pytest.raises(BatchRejected) as caught:
        read_batch(sent, Verb.UPDATE, Limits(max_repair_orders=2))

    (problem,) = caught.value.errors
    assert problem.place == ()
    assert problem.message == (
        "More repair orders than one request may carry. Expected at most 2 over all shops."
    )
    assert str(caught.value) == "The request was refused; nothing was saved."


def test_batch_as_autospot_takes_it() -> None:
    """
    A batch is written as AutoSpot's JSON: left out stays left out, and null stays null.
    """
    order = an_order(status=None, vehicle={"year": 2000.0}, total_estimated_hours=48.0)

    batch = read_batch([a_shop(order)], Verb.CREATE, Limits())

    assert batch.to_json() == (
        b'[{"shop_id":33,"repair_orders":[{"repair_number":"1","total_estimated_hours":48,'
        b'"status":null,"vehicle":{"year":2000}}]}]'
    )
    assert [row.document for row in batch] == [
        '{"total_estimated_hours":48,"status":null,"vehicle":{"year":2000}}'
    ]
    assert len(batch) == 1


def test_long_batches_with_problems_are_read_in_steps() -> None:
    """
    Others have a turn meanwhile, and each problem has the place that it has in the whole.
    """
    wrong = [0, 499, 500, 501, 1_000, 1_299]
    orders = [an_order(repair_number=str(place)) for place in range(1_300)]
    for place in wrong:
        orders[place]["vehicle"] = {"year": "2000"}
    orders[999]["repair_number"] = "3"
    sent = [a_shop(an_order()), {**a_shop(*orders), "name": "x"}, a_shop(None)]

    reading = Counted(reading_batch(sent, Verb.CREATE, Limits()))
    batch = reading.result()

    inside = (1, "repair_orders")
    assert reading.pauses >= 3
    assert [problem.place for problem in batch.rejected().errors] == [
        (1, "name"),
        (*inside, 0, "vehicle", "year"),
        (*inside, 1, "repair_number"),
        *((*inside, place, "vehicle", "year") for place in (499, 500, 501)),
        (*inside, 999, "repair_number"),
        *((*inside, place, "vehicle", "year") for place in (1_000, 1_299)),
        (2, "repair_orders", 0),
    ]
    assert batch.rejected().error_count == 10


def test_long_batches_that_only_the_models_accept_are_whole() -> None:
    """
    What is read in steps is written as it was sent, in its order.
    """
    many = [an_order(repair_number=str(place), vehicle={"year": 2e3}) for place in range(1_300)]
    sent = [a_shop(an_order(repair_number="a")), {**a_shop(*many), "shop_id": 34}]

    reading = Counted(reading_batch(sent, Verb.CREATE, Limits()))
    batch = reading.result()

    assert reading.pauses >= 3
    assert json.loads(batch.to_json()) == sent
    assert b"2000.0" not in batch.to_json()


def test_many_duplicates() -> None:
    """
    Of repeated numbers as many are listed as may be, and all are counted.
    """
    batch = read_batch([a_shop(*[an_order()] * 5)], Verb.CREATE, Limits(max_reported_errors=2))

    rejection = batch.rejected()

    assert [problem.place[2] for problem in rejection.errors] == [1, 2]
    assert rejection.error_count == 4
    assert rejection.message == "4 of 5 repair orders were refused; nothing was saved."


def test_what_comes_first_is_listed() -> None:
    """
    What is wrong with an entry as a whole comes before its repair orders, however many are wrong.
    """
    sent = [{**a_shop(*[an_order(status=1)] * 3), "name": "x", "city": "y"}]

    rejection = read_batch(sent, Verb.UPDATE, Limits(max_reported_errors=3)).rejected()

    assert [problem.place for problem in rejection.errors] == [
        (0, "name"),
        (0, "city"),
        (0, "repair_orders", 0, "status"),
    ]
    assert rejection.error_count == 5


def test_an_order_with_thousands_of_problems() -> None:
    """
    They are gone through in steps, and all are counted.
    """
    order = an_order(**{f"field {place}": 1 for place in range(5_000)})
    reading = Counted(reading_batch([a_shop(order)], Verb.CREATE, Limits()))

    rejection = reading.result().rejected()

    assert reading.pauses >= 4
    assert (len(rejection.errors), rejection.error_count) == (1_000, 5_000)
    assert rejection.message == "1 of 1 repair orders was refused; nothing was saved."
