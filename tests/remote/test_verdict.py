"""What became of a batch, by recorded answers: one line a case, with what its caller is told."""

import json
import time
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract import RequestError, Verb
from tests.remote.outcomes import (
    BATCH,
    REFUSED,
    SAVED,
    SERVER_ERROR,
    UNKNOWN,
    UNKNOWN_CHANGE,
    Outcome,
    an_answer,
    duplicate,
    error_of,
    missing,
    outcome_of,
    rate_limited,
    rejected,
    shop,
    unavailable,
    wrong_address,
)

NAME = "Shop ID Does Not Exist"
DUPLICATED = "Repair Order Number is Duplicated"
MISSING = "Repair Order Number Does Not Exist"
FAILURE = "Internal Server Error"

SPELLINGS: list[tuple[str, Outcome]] = [
    ("Shop ID Does Not Exist", rejected(shop())),
    ("Shop Id does not exist.", rejected(shop())),
    ("SHOP_ID_DOES_NOT_EXIST", rejected(shop())),
    ("ShopIdDoesNotExist", rejected(shop())),
    ("AutoSpot.Errors.BadShopIdDoesNotExistException: at line 1", rejected(shop())),
    ("shop-id-does-not-exist", rejected(shop())),
    ("\ufeffShop ID Does Not Exist\r\n", rejected(shop())),
    ("Shop ID 44 does not exist", rejected(shop(1))),
    ("Error: Shop ID '44' Does Not Exist!", rejected(shop(1))),
    ("repair order number is duplicated", rejected(duplicate())),
    ("RepairOrderNumberIsDuplicated", rejected(duplicate())),
    ("REPAIR_ORDER_NUMBER_IS_DUPLICATED", rejected(duplicate())),
    ("Repair-Order Number is Duplicated!", rejected(duplicate())),
    ("Repair Order Number 606472 is Duplicated", rejected(duplicate("0/1"))),
    ("repair   order\nnumber does\tnot exist", rejected(missing())),
    ("repairOrderNumberDoesNotExist", rejected(missing())),
    ("Repair order number (A-17) does not exist.", rejected(missing("1/1"))),
    ("internal server error", SERVER_ERROR),
    ("INTERNAL_SERVER_ERROR", SERVER_ERROR),
    ("<html><h1>Internal Server Error</h1></html>", SERVER_ERROR),
    ("The workshop ID does not exist", REFUSED),
    ("Shop does not exist", REFUSED),
    ("2 internal server errors", REFUSED),
]


@pytest.mark.parametrize("wrap", ["{}", '{{"message": {}}}'], ids=["text", "json"])
@pytest.mark.parametrize(("text", "outcome"), SPELLINGS)
def test_spelling(text: str, wrap: str, outcome: Outcome) -> None:
    """
    A name is found in any case and punctuation, in a text and in JSON.
    """
    body = text if wrap == "{}" else wrap.format(json.dumps(text))

    assert outcome_of(an_answer(400, body)) == outcome


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
]


@pytest.mark.parametrize(("body", "outcome"), SUBJECTS)
def test_subject(body: Any, outcome: Outcome) -> None:
    """
    An error has the place of each shop and order that the answer gives for it.
    """
    assert outcome_of(an_answer(422, body)) == outcome


SUCCESSES: list[tuple[Any, Outcome]] = [
    (b"", SAVED),
    (b" \r\n", SAVED),
    ("OK", SAVED),
    ("4 repair orders saved.\n", SAVED),
    ("null", SAVED),
    ("true", SAVED),
    ("{}", SAVED),
    ("[]", SAVED),
    ('"OK"', SAVED),
    ("\ufeff{}", SAVED),
    ({"saved": 4, "request_id": "1"}, SAVED),
    ({"ok": True}, SAVED),
    ({"success": True, "error": None, "errors": []}, SAVED),
    ({"status": "ok", "error": "", "errors": {}}, SAVED),
    ({"status": 200, "result": [1, 2]}, SAVED),
    ({"message": "Created"}, SAVED),
    # The orders sent back, with the open text that a shop calls their status.
    (BATCH, SAVED),
    ([{"repair_number": "606472", "status": "Failed", "rental_car": True}], SAVED),
    ({"repair_orders": [{"repair_number": "606472", "status": "Rejected"}]}, SAVED),
    ({"customer": {"error": "none of ours"}}, SAVED),
    ("Error", UNKNOWN),
    ("1 error", UNKNOWN),
    ("Could not save: FAILED", UNKNOWN),
    ("rejected", UNKNOWN),
    ('"Invalid"', UNKNOWN),
    ('["1 error"]', UNKNOWN),
    ("OK\nOK", UNKNOWN),
    ("O" * 1_001, UNKNOWN),
    ("<p>OK</p>", UNKNOWN),
    ("<!DOCTYPE html><html><body>Welcome</body></html>", UNKNOWN),
    ("O\0K", UNKNOWN),
    (b"\xff\xfeO\0K\0", UNKNOWN),
    ("false", UNKNOWN),
    ('{"saved": 4', UNKNOWN),
    ('{"saved": 4,}', UNKNOWN),
    ('{"saved": 4}}', UNKNOWN),
    ({"success": False}, UNKNOWN),
    ({"success": "false"}, UNKNOWN),
    ({"ok": False}, UNKNOWN),
    ({"saved": False}, UNKNOWN),
    ({"saved": 0}, UNKNOWN),
    ({"status": "failed"}, UNKNOWN),
    ({"Status": "ERROR"}, UNKNOWN),
    ({"status": 500}, UNKNOWN),
    ({"status": False}, UNKNOWN),
    ({"result": "rejected"}, UNKNOWN),
    ({"data": {"result": "Failed"}}, UNKNOWN),
    ({"results": [{"repair_number": "606471", "status": "failed"}]}, UNKNOWN),
    ({"message": "Validation failed"}, UNKNOWN),
    ({"error_code": 17}, UNKNOWN),
    ({"error": "no"}, REFUSED),
    ({"errors": ["no"]}, REFUSED),
    ({"errors": {"repair_orders": ["no"]}}, REFUSED),
    ({"error": True}, REFUSED),
    ({"data": {"errors": [17]}}, REFUSED),
    ('{"errors": [{"message": "no', REFUSED),
    ({"error": NAME}, rejected(shop())),
    (f"{DUPLICATED}: A-17", rejected(duplicate("1/1"))),
    ("Repair Order Number A-17 is Duplicated", rejected(duplicate("1/1"))),
    (FAILURE, SERVER_ERROR),
]


@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize(("body", "outcome"), SUCCESSES)
def test_success(status: int, body: Any, outcome: Outcome) -> None:
    """
    A batch is saved when the answer says so, or says nothing; else it is not known to be.
    """
    assert outcome_of(an_answer(status, body)) == outcome


STATUSES: list[tuple[int, Any, Outcome, Outcome]] = [
    # Status and body, then the outcome of a POST and of a PATCH.
    (202, "", UNKNOWN, UNKNOWN_CHANGE),
    (202, {"error": "no"}, REFUSED, REFUSED),
    (207, {"saved": 4}, UNKNOWN, UNKNOWN_CHANGE),
    (207, {"errors": ["no"]}, REFUSED, REFUSED),
    (206, "", UNKNOWN, UNKNOWN_CHANGE),
    (301, "", wrong_address(301), wrong_address(301)),
    (302, "<html>Found</html>", wrong_address(302), wrong_address(302)),
    (304, "", wrong_address(304), wrong_address(304)),
    (308, NAME, rejected(shop()), rejected(shop())),
    (400, "", REFUSED, REFUSED),
    (400, "{", REFUSED, REFUSED),
    (401, "", Outcome("UNAUTHENTICATED"), Outcome("UNAUTHENTICATED")),
    (401, {"saved": 4}, Outcome("UNAUTHENTICATED"), Outcome("UNAUTHENTICATED")),
    (403, "<html>Forbidden</html>", Outcome("FORBIDDEN"), Outcome("FORBIDDEN")),
    (403, NAME, rejected(shop()), rejected(shop())),
    (404, "Not Found", wrong_address(404), wrong_address(404)),
    (404, {"error": MISSING}, rejected(missing()), rejected(missing())),
    (405, "", wrong_address(405), wrong_address(405)),
    (408, "", UNKNOWN, UNKNOWN_CHANGE),
    (409, "", rejected(duplicate()), REFUSED),
    (409, {"error": "Conflict"}, rejected(duplicate()), REFUSED),
    (413, "", REFUSED, REFUSED),
    (415, "", REFUSED, REFUSED),
    (418, "", REFUSED, REFUSED),
    (422, {"errors": ["no"]}, REFUSED, REFUSED),
    (429, "", rate_limited(None), rate_limited(None)),
    (500, "", SERVER_ERROR, SERVER_ERROR),
    (500, b"\xff", SERVER_ERROR, SERVER_ERROR),
    (500, {"error": f"{DUPLICATED}: A-17"}, rejected(duplicate("1/1")), rejected(duplicate("1/1"))),
    (501, "", UNKNOWN, UNKNOWN_CHANGE),
    (502, "", UNKNOWN, UNKNOWN_CHANGE),
    (502, NAME, UNKNOWN, UNKNOWN_CHANGE),
    (502, {"error": FAILURE}, UNKNOWN, UNKNOWN_CHANGE),
    (503, "", UNKNOWN, UNKNOWN_CHANGE),
    (503, FAILURE, SERVER_ERROR, SERVER_ERROR),
    (504, NAME, UNKNOWN, UNKNOWN_CHANGE),
    (505, "", UNKNOWN, UNKNOWN_CHANGE),
    (101, "", UNKNOWN, UNKNOWN_CHANGE),
    (999, "", UNKNOWN, UNKNOWN_CHANGE),
]


@pytest.mark.parametrize(("status", "body", "created", "updated"), STATUSES)
def test_status(status: int, body: Any, created: Outcome, updated: Outcome) -> None:
    """
    An answer that names no error is judged by its status.
    """
    answer = an_answer(status, body)

    assert (outcome_of(answer, Verb.CREATE), outcome_of(answer, Verb.UPDATE)) == (created, updated)


BROKEN_OFF: list[tuple[int, Any, Outcome]] = [
    (200, "", UNKNOWN),
    (201, {"saved": 4}, UNKNOWN),
    (200, "OK", UNKNOWN),
    (200, '{"errors": [{"message": "no', REFUSED),
    (200, '{"errors": [', UNKNOWN),
    (200, f"{NAME}: 44", rejected(shop(1))),
    (400, "{", REFUSED),
    (401, "", Outcome("UNAUTHENTICATED")),
    (404, "<html", wrong_address(404)),
    (500, "Int", SERVER_ERROR),
]


@pytest.mark.parametrize(("status", "body", "outcome"), BROKEN_OFF)
def test_broken_off(status: int, body: Any, outcome: Outcome) -> None:
    """
    An answer that breaks off is no success; what it says before that counts.
    """
    assert outcome_of(an_answer(status, body, is_complete=False)) == outcome


WAITS: list[tuple[str, int | None]] = [
    ("0", 0),
    ("120", 120),
    (" 7 ", 7),
    ("007", 7),
    ("99999999999999999999", 2**31 - 1),
    ("9" * 5_000, 2**31 - 1),
    ("2147483648", 2**31 - 1),
    ("Wed, 01 May 2024 12:00:30 GMT", 30),
    ("Wednesday, 01-May-24 12:01:00 GMT", 60),
    ("Wed May  1 12:02:00 2024", 120),
    ("Wed, 01 May 2024 11:00:00 GMT", 0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", 2**31 - 1),
    ("Fri, 31 Dec 99999 23:59:59 GMT", None),
    ("Wed, 01 May 2024 12:00:30 +9999999999", None),
    ("-5", None),
    ("1.5", None),
    ("soon", None),
    ("", None),
    ("\xb2", None),
]


@pytest.mark.parametrize(("value", "seconds"), WAITS)
def test_retry_after(value: str, seconds: int | None) -> None:
    """
    Retry-After is read as seconds or as a date; 503 is safe to repeat only with a readable one.
    """
    header = ("retry-AFTER", value)

    assert outcome_of(an_answer(429, "", header)) == rate_limited(seconds)
    assert outcome_of(an_answer(503, "", header)) == (
        UNKNOWN if seconds is None else unavailable(503, seconds)
    )


def test_other_headers_say_nothing() -> None:
    """
    The first Retry-After counts, and no other header.
    """
    headers = (("Date", "9"), ("Retry-After", "1"), ("Retry-After", "2"))

    assert outcome_of(an_answer(429, "", *headers)) == rate_limited(1)


RUBBISH: dict[str, bytes] = {
    "letters": b"a" * 1_000_000,
    "words": b"shop id " * 125_000,
    "broken names": b"repair order number " * 50_000,
    "punctuation": b"repair" + b"-" * 999_000,
    "open brackets": b"[" * 1_000_000,
    "open objects": b'{"error":' * 110_000,
    "broken list": b"[1," * 330_000,
    "empty lists": b"[" + b"[]," * 330_000 + b"[]]",
    "named lists": b'["Shop ID Does Not Exist",' + b"[]," * 330_000 + b"[]]",
    "numbers": b"33 A-17 606471 " * 66_000 + b"shop id does not exist",
    "errors": b'{"errors": ["' + b"Repair order number is duplicated 606471; " * 23_000 + b'"]}',
    "escapes": b'"' + rb"\u0053hop id " * 76_000,
    "tags": b"<" * 990_000 + b"shop id does not exist",
    "no text": b"\xff" * 1_000_000,
    "zeros": b"\0" * 1_000_000,
    "digits": b"1" * 1_000_000,
}


@pytest.mark.parametrize("body", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_is_cheap(body: bytes) -> None:
    """
    A megabyte of anything takes bounded time, and is no reason to fail otherwise.
    """
    start = time.process_time()

    outcome_of(an_answer(500, body))

    assert time.process_time() - start < 10


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [NAME, DUPLICATED, f"{MISSING}: A-17", FAILURE, "606471", "A-17", "/0/shop_id"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=5)
            | st.sampled_from(
                [
                    "type",
                    "code",
                    "error",
                    "errors",
                    "message",
                    "shop_id",
                    "repair_number",
                    "pointer",
                ]
                + [
                    "status",
                    "saved",
                    "customer",
                    "repair_numbers",
                    "606471",
                    "first_pointer",
                    "reason",
                ]
            ),
            inner
            | st.sampled_from(
                ["urn:autospot-gateway:x", "BATCH_REJECTED", "SHOP_ID_DOES_NOT_EXIST"]
            )
            | st.sampled_from(
                ["REPAIR_ORDER_NUMBER_IS_DUPLICATED", "INVALID_INPUT", "RATE_LIMITED"]
            ),
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(
    status=st.integers(0, 1_000) | st.sampled_from([200, 201, 204, 503, *HTTPStatus]),
    body=st.binary(max_size=200) | st.text(max_size=200) | JSON,
    retry_after=st.text(st.characters(max_codepoint=255), max_size=40),
    verb=st.sampled_from(Verb),
    is_complete=st.booleans(),
)
def test_any_answer(
    status: int, body: Any, retry_after: str, verb: Verb, is_complete: bool
) -> None:
    """
    Whatever comes back, it is a success of 200, 201 or 204, or an error of the contract.
    """
    raw = body if isinstance(body, bytes) else json.dumps(body).encode("utf-8", "replace")
    answer = an_answer(status, raw, ("Retry-After", retry_after), is_complete=is_complete)

    error = error_of(answer, verb)

    if error is None:
        assert status in {200, 201, 204}
        assert is_complete
    else:
        assert isinstance(error, RequestError)
        assert error.message


def test_error_never_quotes_the_answer() -> None:
    """
    Messages are the gateway's own: an answer may hold customer data.
    """
    secret = "Bilbo Baggins"
    bodies = [secret, {"error": secret}, {"error": f"{NAME} {secret}"}, {"message": secret}]
    errors = [error_of(an_answer(400, body)) for body in bodies]

    assert not [error for error in errors if secret in repr(error) + str(error)]


@pytest.mark.parametrize(
    ("verb", "advice"),
    [
        (Verb.CREATE, "send the repair orders again with onDuplicate: UPDATE"),
        (Verb.UPDATE, "send the same patch again"),
    ],
)
def test_unknown_outcome_says_what_to_do(verb: Verb, advice: str) -> None:
    """
    After an unknown outcome a change may be repeated as it is, and a creation merged.
    """
    error = error_of(an_answer(504), verb)

    assert advice in str(error)


def test_places_name_shop_and_number() -> None:
    """
    Shop and number of a problem are the batch's own.
    """
    error = error_of(an_answer(409, f"{DUPLICATED}: A-17; {NAME}: 33"))

    assert [(p.shop_id, p.repair_number) for p in getattr(error, "errors", ())] == [
        (33, None),
        (44, "A-17"),
    ]
    assert str(error) == "3 of 4 repair orders were refused; nothing was saved."
