"""Batches that compiled code reads: it never finds anything else than the models do."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract import (
    Batch,
    BatchRejected,
    DecodedShops,
    Limits,
    NotJson,
    RepairOrder,
    RepairOrderPatch,
    Verb,
    at_once,
    fields_of,
    read_batch,
    read_json,
    reading_shops,
)
from tests.batch_texts import shops_texts
from tests.pauses import Counted

LIMITS = Limits(max_repair_orders=7)


def read_shops(body: bytes) -> object:
    """Read a body without a pause."""
    return at_once(reading_shops(body))


def said_of(batch: Batch) -> Any:
    """Everything that can be seen of a batch."""
    return (
        batch.to_json(),
        list(batch),
        list(batch.keys()),
        list(batch.entries),
        list(batch.problems),
        len(batch),
    )


def outcome(read: Any, body: bytes, verb: Verb) -> Any:
    """What comes of a body."""
    try:
        return said_of(read_batch(read(body), verb, LIMITS))
    except (NotJson, BatchRejected) as error:
        return type(error), str(error)


@settings(max_examples=150, deadline=None)
@given(text=shops_texts(str), verb=st.sampled_from(Verb))
def test_compiled_code_finds_what_the_models_find(text: str, verb: Verb) -> None:
    """
    Whatever is sent, the batch is the same, to the byte, and so is every problem.
    """
    body = text.encode()

    assert outcome(read_shops, body, verb) == outcome(read_json, body, verb)


@pytest.mark.parametrize("verb", Verb)
def test_usual_batches_are_read_by_compiled_code(verb: Verb) -> None:
    """
    What a caller usually sends takes the fast road, and its numbers are kept as they should be.
    """
    body = (
        b'[{"shop_id": 33, "repair_orders": [{"repair_number": "606471", "rental_car": null, '
        b'"total_estimated_hours": 48.0, "scheduled_arrival": "2020-03-11T09:30:00-07:00", '
        b'"vehicle": {"year": 2000}, "repair_team": [{"id": 4849843}]}]}]'
    )

    shops = read_shops(body)

    assert isinstance(shops, DecodedShops)
    assert read_batch(shops, verb, LIMITS).to_json() == (
        b'[{"shop_id":33,"repair_orders":[{"repair_number":"606471",'
        b'"scheduled_arrival":"2020-03-11T09:30:00-07:00","rental_car":null,'
        b'"total_estimated_hours":48,"vehicle":{"year":2000},"repair_team":[{"id":"4849843"}]}]}]'
    )


def test_text_is_kept_while_a_batch_waits() -> None:
    """
    Once it is written as JSON a batch has the same rows, and is the same JSON.
    """
    text = '[{"shop_id":33,"repair_orders":[{"repair_number":"1","status":"a\u2028b\u0085c"}]}]'
    shops = read_shops(text.encode())
    batch = read_batch(shops, Verb.CREATE, LIMITS)

    assert [batch.to_json(), batch.to_json()] == [text.encode()] * 2
    assert [row.document for row in batch] == ['{"status":"a\u2028b\u0085c"}']


def test_documents_are_kept_while_a_batch_waits() -> None:
    """
    When nothing but documents is kept of a batch, it has the same rows as before.
    """
    orders = ",".join(
        f'{{"repair_number":"{place}","status":"a\u2028b\u0085c\\n"}}' for place in range(2)
    )
    other = '{"shop_id":34,"repair_orders":[{"repair_number":"0"}]}'
    shops = read_shops(f'[{{"shop_id":33,"repair_orders":[{orders}]}},{other}]'.encode())
    batch = read_batch(shops, Verb.CREATE, LIMITS)
    rows = list(batch)

    batch.keep_documents()
    batch.keep_documents()

    assert [list(batch), list(batch)] == [rows, rows]
    assert [row.document for row in rows] == ['{"status":"a\u2028b\u0085c\\n"}'] * 2 + ["{}"]
    with pytest.raises(AssertionError, match="documents"):
        batch.to_json()


def test_long_batches_have_all_their_rows() -> None:
    """
    Documents are written in parts, and each row has its own.
    """
    numbers = [str(place) for place in range(2_500)]
    orders = ",".join(f'{{"repair_number":"{number}","status":"s{number}"}}' for number in numbers)
    shops = read_shops(f'[{{"shop_id":33,"repair_orders":[{orders}]}}]'.encode())

    rows = list(read_batch(shops, Verb.CREATE, Limits()))

    assert [row.key.repair_number for row in rows] == numbers
    assert [row.document for row in rows] == [f'{{"status":"s{number}"}}' for number in numbers]


def test_changes_have_the_fields_of_creations() -> None:
    """
    One decoder serves both: they differ in nothing but in what may be null.
    """
    creation, change = (
        [(shape.name, shape.is_required, shape.lengths) for shape in fields_of(model).values()]
        for model in (RepairOrder, RepairOrderPatch)
    )

    assert creation == change


@pytest.mark.parametrize("wrong", [None, 4_999])
def test_long_batches_are_read_in_steps(wrong: int | None) -> None:
    """
    Others have a turn while a long batch is read, whose every order is looked at.
    """
    orders = [
        b'{"repair_number":"%d","scheduled_arrival":"2020-03-%02dT09:30:00"}'
        % (place, 32 if place == wrong else 1)
        for place in range(5_000)
    ]
    body = b'[{"shop_id":33,"repair_orders":[%b]}]' % b",".join(orders)
    reading = Counted(reading_shops(body))

    shops = reading.result()

    assert reading.pauses == 3
    assert isinstance(shops, DecodedShops if wrong is None else list)
    assert read_batch(shops, Verb.CREATE, Limits()).to_json() == (body if wrong is None else b"[]")
