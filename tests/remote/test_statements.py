"""Which errors a body names, and which shops and orders each is about."""

import json
from typing import Any

import pytest

from tests.remote.outcomes import (
    BATCH,
    DUPLICATED,
    FAILURE,
    MISSING,
    NAME,
    REFUSED,
    SERVER_ERROR,
    Outcome,
    an_answer,
    duplicate,
    missing,
    outcome_of,
    rejected,
    shop,
)

SHAPES: list[tuple[Any, Outcome]] = [
    ({"error": NAME}, rejected(shop())),
    ({"Error": NAME}, rejected(shop())),
    ({"errors": NAME}, rejected(shop())),
    ({"errors": [NAME]}, rejected(shop())),
    ({"errors": [{"message": NAME}]}, rejected(shop())),
    ({"errors": [{"code": "SHOP_ID_DOES_NOT_EXIST"}]}, rejected(shop())),
    ({"errors": {"shop_id": [NAME]}}, rejected(shop())),
    ({"errors": {NAME: True}}, rejected(shop())),
    ({"message": NAME}, rejected(shop())),
    ({"detail": NAME, "title": "Bad Request", "status": 400}, rejected(shop())),
    ({"title": NAME}, rejected(shop())),
    ({"errorMessage": NAME}, rejected(shop())),
    ({"data": {"result": {"error": {"message": NAME}}}}, rejected(shop())),
    ([{"errors": [{"detail": NAME}]}], rejected(shop())),
    ([NAME], rejected(shop())),
    (json.dumps(NAME), rejected(shop())),
    (r'{"error": "\u0053hop ID Does Not Exist"}', rejected(shop())),
    ({"error": FAILURE}, SERVER_ERROR),
    ({"title": FAILURE, "detail": f"{DUPLICATED}: A-17"}, rejected(duplicate("1/1"))),
    ({"errors": [NAME, DUPLICATED]}, rejected(shop(), duplicate())),
    # Broken JSON, Python's own way to write it, and JSON that breaks off.
    ('{"error": "Shop ID Does Not Exist",}', rejected(shop())),
    ("{'error': 'Shop ID Does Not Exist'}", rejected(shop())),
    ('{"errors": [{"message": "Shop ID Does Not Exist", "shop_', rejected(shop())),
    ('{"error": "Shop ID Does Not Exist: 4', rejected(shop())),
    (b"\xff\xfe Shop ID Does Not Exist \x80", rejected(shop())),
    # What the caller sent is no word of AutoSpot's.
    ({"customer": {"error": NAME, "title": NAME}}, REFUSED),
    ({"repair_team": [{"title": NAME}], "error": "no"}, REFUSED),
    ({"note": NAME}, REFUSED),
    ({"errors": [{"message": "no", "customer": {"last_name": NAME}}]}, REFUSED),
    ({"errors": [{"repair_number": "606471", "status": NAME}]}, REFUSED),
    ({"error": {"message": "no", "request": {"title": NAME}}}, REFUSED),
    ('{"repair_orders": [{"customer": {"last_name": "Shop ID Does Not Exist', REFUSED),
    # A name deeper than anybody nests is not looked for; the status still counts.
    ('{"error":' * 60 + f'"{NAME}"' + "}" * 60, REFUSED),
]


@pytest.mark.parametrize(("body", "outcome"), SHAPES)
def test_shape(body: Any, outcome: Outcome) -> None:
    """
    A name counts in a text and under keys that tell of errors, and nowhere else.
    """
    assert outcome_of(an_answer(422, body)) == outcome


SUBJECTS: list[tuple[Any, Outcome]] = [
    # One object.
    ({"error": NAME, "shop_id": 44}, rejected(shop(1))),
    ({"error": NAME, "shopId": "44"}, rejected(shop(1))),
    ({"error": NAME, "shop_ids": [33, 44]}, rejected(shop(0), shop(1))),
    ({"error": NAME, "shop_id": 99}, rejected(shop())),
    ({"error": NAME, "shop_id": None}, rejected(shop())),
    ({"error": NAME, "repair_number": "606472"}, rejected(shop(0))),
    ({"error": DUPLICATED, "repair_number": "606472"}, rejected(duplicate("0/1"))),
    ({"error": DUPLICATED, "repairNumber": 606472}, rejected(duplicate("0/1"))),
    ({"error": DUPLICATED, "repair_number": True}, rejected(duplicate())),
    (
        {"error": DUPLICATED, "repair_number": "606471"},
        rejected(duplicate("0/0"), duplicate("1/0")),
    ),
    ({"error": DUPLICATED, "shop_id": 44, "repair_number": "606471"}, rejected(duplicate("1/0"))),
    ({"error": DUPLICATED, "shop_id": 44, "repair_number": "606472"}, rejected(duplicate())),
    ({"error": DUPLICATED, "shop_id": 99, "repair_number": "606471"}, rejected(duplicate())),
    ({"error": DUPLICATED, "repair_order_number": "000606472"}, rejected(duplicate())),
    ({"error": DUPLICATED, "shop_id": 44}, rejected(duplicate())),
    (
        {"error": DUPLICATED, "numbers": ["606472", "A-17"]},
        rejected(duplicate("0/1"), duplicate("1/1")),
    ),
    # Nested, and around.
    (
        {"error": {"message": MISSING, "details": {"repair_number": "A-17"}}},
        rejected(missing("1/1")),
    ),
    ({"error": MISSING, "data": {"repair_numbers": ["A-17"]}}, rejected(missing("1/1"))),
    ({"error": MISSING, "detail": "A-17 is not known"}, rejected(missing("1/1"))),
    ({"error": MISSING, "code": 606472}, rejected(missing())),
    (
        {"shop_id": 44, "errors": [{"message": DUPLICATED, "repair_number": "606471"}]},
        rejected(duplicate("1/0")),
    ),
    (
        [{"shop_id": 44, "repair_orders": [{"repair_number": "606471", "error": DUPLICATED}]}],
        rejected(duplicate("1/0")),
    ),
    ({"message": DUPLICATED, "errors": [606472]}, rejected(duplicate("0/1"))),
    # Each name with its own subject.
    (
        {
            "errors": [
                {"message": DUPLICATED, "repair_number": "606472"},
                {"message": NAME, "shop_id": 44},
            ]
        },
        rejected(duplicate("0/1"), shop(1)),
    ),
    (
        {"errors": [{"message": DUPLICATED, "shop_id": 44}, {"message": NAME}]},
        rejected(shop(), duplicate()),
    ),
    (
        {"message": DUPLICATED, "errors": [{"message": DUPLICATED, "repair_number": "A-17"}]},
        rejected(duplicate("1/1")),
    ),
    (
        {"errors": {"606472": [DUPLICATED], "A-17": [MISSING]}},
        rejected(duplicate("0/1"), missing("1/1")),
    ),
    ({"errors": {"44": {"606471": DUPLICATED}}}, rejected(duplicate("1/0"))),
    ({"errors": {DUPLICATED: ["606472"], NAME: [44]}}, rejected(duplicate("0/1"), shop(1))),
    # Pointers and paths.
    (
        {"errors": [{"detail": DUPLICATED, "pointer": "/1/repair_orders/0/repair_number"}]},
        rejected(duplicate("1/0")),
    ),
    (
        {"errors": [{"detail": DUPLICATED, "source": {"pointer": "/1/repair_orders/0"}}]},
        rejected(duplicate("1/0")),
    ),
    (
        {"errors": [{"detail": DUPLICATED, "path": ["input", "shops", "1", "repairOrders", "0"]}]},
        rejected(duplicate("1/0")),
    ),
    ({"detail": [{"loc": ["body", 1, "shop_id"], "msg": NAME}]}, rejected(shop(1))),
    ({"errors": {"[1].repair_orders[0].repair_number": [DUPLICATED]}}, rejected(duplicate("1/0"))),
    ({"errors": [{"detail": DUPLICATED, "pointer": "/7/repair_orders/0"}]}, rejected(duplicate())),
    ({"errors": [{"detail": NAME, "pointer": "/7/shop_id"}]}, rejected(shop())),
    ({"errors": [{"detail": NAME, "path": "/batch/repair_orders"}]}, rejected(shop())),
    # In a text.
    (f"{DUPLICATED}: 606472", rejected(duplicate("0/1"))),
    (f"606472: {DUPLICATED}", rejected(duplicate("0/1"))),
    (f'{DUPLICATED} ("606472", "A-17").', rejected(duplicate("0/1"), duplicate("1/1"))),
    (f"{DUPLICATED}: 606471 in shop 44", rejected(duplicate("1/0"))),
    (f"{DUPLICATED}: 606472 in shop 44", rejected(duplicate("0/1"))),
    (f"{DUPLICATED}: 6064720, x606472, 606472x, 0.606472, 606472-B", rejected(duplicate())),
    (f"{DUPLICATED} (1 error)", rejected(duplicate())),
    (f"{NAME}: 44", rejected(shop(1))),
    (f"{NAME}: 44; {DUPLICATED}: 606472", rejected(duplicate("0/1"), shop(1))),
    (f"606472: {DUPLICATED}\nA-17: {MISSING}\n", rejected(duplicate("0/1"), missing("1/1"))),
    (f"{NAME} (44), {DUPLICATED} (606472)", rejected(duplicate("0/1"), shop(1))),
    (
        f"<ul><li>{NAME}: 44</li><li>606472: {DUPLICATED}</li></ul>",
        rejected(duplicate("0/1"), shop(1)),
    ),
    (
        {"message": f"{DUPLICATED} in shop 44", "repair_number": "606471"},
        rejected(duplicate("1/0")),
    ),
    # The request sent back says nothing about which of its orders is meant.
    ({"error": DUPLICATED, "request": BATCH}, rejected(duplicate())),
    ({"error": DUPLICATED, "data": BATCH}, rejected(duplicate())),
    ({"error": NAME, "data": BATCH}, rejected(shop())),
    ([BATCH[0] | {"error": NAME}, BATCH[1]], rejected(shop(0))),
    (
        {"error": DUPLICATED, "repair_order": BATCH[1]["repair_orders"][1]},
        rejected(duplicate("1/1")),
    ),
]


@pytest.mark.parametrize(("body", "outcome"), SUBJECTS)
def test_subject(body: Any, outcome: Outcome) -> None:
    """
    An error has the place of each shop and order that the answer gives for it.
    """
    assert outcome_of(an_answer(422, body)) == outcome
