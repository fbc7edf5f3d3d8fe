"""What counts as an answer that everything was saved."""

from typing import Any

import pytest

from tests.remote.outcomes import (
    BATCH,
    DUPLICATED,
    FAILURE,
    NAME,
    REFUSED,
    SAVED,
    SERVER_ERROR,
    UNKNOWN,
    Outcome,
    an_answer,
    duplicate,
    outcome_of,
    rejected,
    shop,
)

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
