"""What became of a batch, by recorded answers: one line a case, with what its caller is told."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract import RequestError, Verb
from tests.remote.outcomes import (
    DUPLICATED,
    FAILURE,
    MISSING,
    NAME,
    REFUSED,
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
    wrong_address,
)

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


RUBBISH: dict[str, tuple[bytes, Outcome]] = {
    "letters": (b"a" * 1_000_000, SERVER_ERROR),
    "words": (b"shop id " * 125_000, SERVER_ERROR),
    "broken names": (b"repair order number " * 50_000, SERVER_ERROR),
    "punctuation": (b"repair" + b"-" * 999_000, SERVER_ERROR),
    "open brackets": (b"[" * 1_000_000, SERVER_ERROR),
    "open objects": (b'{"error":' * 110_000, SERVER_ERROR),
    "broken list": (b"[1," * 330_000, SERVER_ERROR),
    "empty lists": (b"[" + b"[]," * 330_000 + b"[]]", SERVER_ERROR),
    "named lists": (b'["Shop ID Does Not Exist",' + b"[]," * 330_000 + b"[]]", rejected(shop())),
    "numbers": (b"33 A-17 606471 " * 66_000 + b"shop id does not exist", rejected(shop(0))),
    "errors": (
        b'{"errors": ["' + b"Repair order number is duplicated 606471; " * 23_000 + b'"]}',
        rejected(duplicate("0/0"), duplicate("1/0")),
    ),
    "escapes": (b'"' + rb"\u0053hop id " * 76_000, SERVER_ERROR),
    "tags": (b"<" * 990_000 + b"shop id does not exist", rejected(shop())),
    "no text": (b"\xff" * 1_000_000, SERVER_ERROR),
    "zeros": (b"\0" * 1_000_000, SERVER_ERROR),
    "digits": (b"1" * 1_000_000, SERVER_ERROR),
}


@pytest.mark.parametrize(("body", "outcome"), RUBBISH.values(), ids=RUBBISH)
def test_rubbish_is_judged(body: bytes, outcome: Outcome) -> None:
    """
    A megabyte of anything is judged; in steps that grow with its square, this would take hours.
    """
    assert outcome_of(an_answer(500, body)) == outcome


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
                    "status",
                    "saved",
                    "customer",
                    "shop_id",
                    "repair_number",
                    "repair_numbers",
                    "pointer",
                    "first_pointer",
                    "reason",
                    "606471",
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
    status: int, body: Any, retry_after: str, verb: Verb, *, is_complete: bool
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
    surname = "Baggins"
    bodies = [surname, {"error": surname}, {"error": f"{NAME} {surname}"}, {"message": surname}]
    errors = [error_of(an_answer(400, body)) for body in bodies]

    assert not [error for error in errors if surname in repr(error) + str(error)]


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
