"""The values of a repair order: what is kept, and why the others are refused."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator

from gateway.contract import InvalidInputReason as Why
from gateway.contract import Kind, Limits, RepairTeamMember, Vehicle, Verb, fields_of, read_batch
from gateway.contract.repair_order import RepairOrder, ShopRepairOrders

NUMBER = fields_of(RepairOrder)["repair_number"].of
SHOP = fields_of(ShopRepairOrders)["shop_id"].of
ARRIVAL = fields_of(RepairOrder)["scheduled_arrival"].of
HOURS = fields_of(RepairOrder)["total_estimated_hours"].of
RENTAL = fields_of(RepairOrder)["rental_car"].of
STATUS = fields_of(RepairOrder)["status"].of
YEAR = fields_of(Vehicle)["year"].of
MEMBER = fields_of(RepairTeamMember)["id"].of

KEPT = [
    (NUMBER, "606471", "606471"),
    (NUMBER, "00 1", "00 1"),
    (NUMBER, "🚗" * 64, "🚗" * 64),
    (SHOP, 1, 1),
    (SHOP, 33.0, 33),
    (SHOP, 2**31 - 1, 2**31 - 1),
    (YEAR, 9_999, 9_999),
    (HOURS, 0, 0),
    (HOURS, 48, 48),
    (HOURS, 48.0, 48),
    (HOURS, 12.5, 12.5),
    (HOURS, 1_000_000, 1_000_000),
    (RENTAL, False, False),
    (STATUS, "", ""),
    (STATUS, "e\u0301\t\n", "e\u0301\t\n"),
    (STATUS, "🚗" * 1_000, "🚗" * 1_000),
    (MEMBER, "a", "a"),
    (MEMBER, 4849843, "4849843"),
    (MEMBER, 7.0, "7"),
    *[
        (ARRIVAL, text, text)
        for text in [
            "2020-03-11T09:30:00-07:00",
            "2020-03-11T09:30:00Z",
            "2020-03-11t09:30z",
            "2020-03-11 09:30",
            "2020-03-11T23:59:59.123456789012345+23:59",
            "2020-02-29T00:00",
            "2000-02-29T00:00",
            "0001-01-01T00:00",
            "9999-12-31T00:00",
        ]
    ],
]

REFUSED = [
    (NUMBER, "", Why.BLANK),
    (NUMBER, " \u2003\n", Why.BLANK),
    (NUMBER, "1\x00", Why.INVALID_CHARACTER),
    (NUMBER, "1\n2", Why.INVALID_CHARACTER),
    (NUMBER, "1\x9f", Why.INVALID_CHARACTER),
    (NUMBER, "1\ud800", Why.INVALID_CHARACTER),
    (NUMBER, "x" * 65, Why.TOO_LONG),
    (NUMBER, 606471, Why.WRONG_TYPE),
    (NUMBER, None, Why.NULL_NOT_ALLOWED),
    (SHOP, 0, Why.OUT_OF_RANGE),
    (SHOP, 2**31, Why.OUT_OF_RANGE),
    (SHOP, 10**400, Why.OUT_OF_RANGE),
    (SHOP, float("inf"), Why.OUT_OF_RANGE),
    (SHOP, 33.5, Why.WRONG_TYPE),
    (SHOP, "33", Why.WRONG_TYPE),
    (SHOP, True, Why.WRONG_TYPE),
    (SHOP, None, Why.NULL_NOT_ALLOWED),
    (YEAR, 0, Why.OUT_OF_RANGE),
    (YEAR, 10_000, Why.OUT_OF_RANGE),
    (HOURS, -1, Why.OUT_OF_RANGE),
    (HOURS, 1_000_000.1, Why.OUT_OF_RANGE),
    (HOURS, float("inf"), Why.OUT_OF_RANGE),
    (HOURS, float("nan"), Why.OUT_OF_RANGE),
    (HOURS, "48", Why.WRONG_TYPE),
    (HOURS, True, Why.WRONG_TYPE),
    (RENTAL, 1, Why.WRONG_TYPE),
    (RENTAL, "true", Why.WRONG_TYPE),
    (STATUS, "a\0", Why.INVALID_CHARACTER),
    (STATUS, "\udfff", Why.INVALID_CHARACTER),
    (STATUS, "x" * 1_001, Why.TOO_LONG),
    (STATUS, [], Why.WRONG_TYPE),
    (MEMBER, " ", Why.BLANK),
    (MEMBER, "x" * 65, Why.TOO_LONG),
    (MEMBER, 7.5, Why.WRONG_TYPE),
    (MEMBER, True, Why.WRONG_TYPE),
    (ARRIVAL, 20200311, Why.WRONG_TYPE),
    *[
        (ARRIVAL, text, Why.NOT_A_DATE_TIME)
        for text in [
            "",
            "tomorrow",
            "2020-03-11",
            "2020-02-30T00:00",
            "2021-02-29T00:00",
            "1900-02-29T00:00",
            "2020-13-01T00:00",
            "2020-04-31T00:00",
            "0000-01-01T00:00",
            "12020-01-01T00:00",
            "2020-03-11T24:00",
            "2020-03-11T25:00",
            "2020-03-11T09:60",
            "2016-12-31T23:59:60Z",
            "2020-03-11T09:30:00-0700",
            "2020-03-11T09:30:00-07",
            "2020-03-11T09:30:00.",
            "2020-03-11T09",
            "2020-03-11T09:30:00.",
            "2020-03-11T09:30+24:00",
            "2020-03-11T09:30+0700",
            "2020-03-11T09:30 Z",
            "2020-03-11T09:30\n",
            " 2020-03-11T09:30",
            "2020-W11-3T09:30",
            "20200311T0930",
            "٢٠٢٠-03-11T09:30",
        ]
    ],
]
# JSON has none of these; and only Python's $ matches before a last newline.
NEVER_DECODED = frozenset("\0\ud800\udfff")
BEYOND_A_SCHEMA = {"1\ud800", "\udfff", "nan", "2020-03-11T09:30\n"}


GOOD: dict[object, str] = {
    NUMBER: "606471",
    MEMBER: "4849843",
    ARRIVAL: "2020-03-11T09:30:00Z",
}
"""The kinds whose texts are looked at once more after compiled code has decoded them."""


def decoded_texts(cases: Sequence[tuple[object, object, object]]) -> list[tuple[Any, str]]:
    """The texts among cases that are looked at so."""
    return [
        (kind, value)
        for kind, value, _ in cases
        if kind in GOOD and isinstance(value, str) and len(value) <= 64
        if NEVER_DECODED.isdisjoint(value)
    ]


FULL_DATE_TIMES = ["2020-02-29T23:59:59-07:00", "2019-12-31t00:00:00.5z", "0001-01-01 00:00:00"]


@st.composite
def almost_date_times(draw: st.DrawFn) -> str:
    """
    Date-times, of which most have a mistake.
    """
    text = draw(st.sampled_from(FULL_DATE_TIMES))
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 1))
        text = text[:start] + draw(st.text("0123456789-+:. TtZz\u0663\n", max_size=1)) + text[end:]
    return text


@pytest.mark.parametrize(("kind", "value", "kept"), KEPT)
def test_accepted(kind: Kind[Any], value: object, kept: object) -> None:
    """
    A value that is accepted is kept verbatim, or as the integer or the text that it equals.
    """
    result = kind.kept(value)

    assert (result, type(result)) == (kept, type(kept))


@pytest.mark.parametrize(("kind", "value"), decoded_texts(KEPT))
def test_accepted_among_many(kind: Kind[Any], value: str) -> None:
    """
    A text that is accepted is accepted when many are looked at together, too.
    """
    assert kind.are_kept is not None
    assert kind.are_kept([GOOD[kind], value])


@pytest.mark.parametrize(("kind", "value"), decoded_texts(REFUSED))
def test_refused_among_many(kind: Kind[Any], value: str) -> None:
    """
    A text that is not accepted is found among many, unless no decoder would give it.
    """
    assert kind.are_kept is not None
    assert not kind.are_kept([GOOD[kind], value, GOOD[kind]])


@settings(max_examples=500, deadline=None)
@given(text=almost_date_times())
def test_date_times_among_many(text: str) -> None:
    """
    Looked at together, date-times are accepted only when each of them would be.
    """
    assert isinstance(ARRIVAL, Kind)
    assert ARRIVAL.are_kept is not None
    if ARRIVAL.are_kept([text]):
        assert ARRIVAL.readable(text) == text


def a_batch_with(kind: Kind[Any], value: object) -> tuple[Any, tuple[str | int, ...]]:
    """A batch that holds a value of a kind, and its place in it."""
    if kind is SHOP:
        return [{"shop_id": value, "repair_orders": [{"repair_number": "1"}]}], (0, "shop_id")
    fields: dict[object, tuple[dict[str, object], tuple[str | int, ...]]] = {
        NUMBER: ({"repair_number": value}, ("repair_number",)),
        ARRIVAL: ({"scheduled_arrival": value}, ("scheduled_arrival",)),
        HOURS: ({"total_estimated_hours": value}, ("total_estimated_hours",)),
        RENTAL: ({"rental_car": value}, ("rental_car",)),
        STATUS: ({"status": value}, ("status",)),
        YEAR: ({"vehicle": {"year": value}}, ("vehicle", "year")),
        MEMBER: ({"repair_team": [{"id": value}]}, ("repair_team", 0, "id")),
    }
    held, place = fields[kind]
    batch = [{"shop_id": 33, "repair_orders": [{"repair_number": "1", **held}]}]
    return batch, (0, "repair_orders", 0, *place)


@pytest.mark.parametrize(("kind", "value", "reason"), REFUSED)
def test_refused(kind: Kind[Any], value: object, reason: Why) -> None:
    """
    A value that is not accepted is named in a batch, with the reason and what is accepted.
    """
    sent, place = a_batch_with(kind, value)

    batch = read_batch(sent, Verb.CREATE, Limits())

    assert [(p.place, getattr(p, "reason", None)) for p in batch.problems] == [(place, reason)]
    assert batch.problems[0].message == f"{reason.description} Expected {kind.accepts}."


@pytest.mark.parametrize(("kind", "value"), [case[:2] for case in KEPT])
def test_description_of_what_is_kept(kind: Kind[Any], value: object) -> None:
    """
    A program that checks by the JSON Schema lets through what is accepted.
    """
    assert OAS31Validator(kind.json_schema).is_valid(value)


@pytest.mark.parametrize(
    ("kind", "value"), [case[:2] for case in REFUSED if str(case[1]) not in BEYOND_A_SCHEMA]
)
def test_description_of_what_is_refused(kind: Kind[Any], value: object) -> None:
    """
    A program that checks by the JSON Schema finds what would be refused.
    """
    assert not OAS31Validator(kind.json_schema).is_valid(value)
