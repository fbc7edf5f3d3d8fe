"""The gateway's own problem documents, read back by a gateway in front of it."""

from typing import Any

import pytest

from gateway.contract import (
    BatchRejected,
    DuplicateOf,
    DuplicateRepairOrder,
    Forbidden,
    InternalServerError,
    InvalidInput,
    InvalidInputReason,
    ItemProblem,
    OutcomeUnknown,
    RateLimited,
    RepairOrderNotFound,
    RequestError,
    ShopNotFound,
    Unauthenticated,
    UpstreamUnavailable,
    Verb,
)
from gateway.rest.problem import error_response
from tests.remote.outcomes import (
    REFUSED,
    SERVER_ERROR,
    UNKNOWN,
    UNKNOWN_CHANGE,
    Outcome,
    a_batch,
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

TYPE = "urn:autospot-gateway:problem"


def document(code: str, **members: Any) -> dict[str, Any]:
    """A problem document of ours."""
    return {"type": TYPE, "title": "Problem", "code": code, "detail": "Hers", **members}


def batch_rejected(*errors: Any, **members: Any) -> dict[str, Any]:
    """A problem document of ours that lists problems of orders."""
    return document("BATCH_REJECTED", errors=list(errors), **members)


def listed(code: str, pointer: Any = None, **members: Any) -> dict[str, Any]:
    """An entry of such a list."""
    return {"code": code, "message": "Hers", "pointer": pointer, **members}


SHOP, DUPLICATE, MISSING = (
    ShopNotFound.code,
    DuplicateRepairOrder.code,
    RepairOrderNotFound.code,
)
NUMBER = "/1/repair_orders/1/repair_number"

DOCUMENTS: list[tuple[int, Any, Outcome]] = [
    # The code decides, whatever the status.
    (401, document("UNAUTHENTICATED"), Outcome("UNAUTHENTICATED")),
    (400, document("UNAUTHENTICATED"), Outcome("UNAUTHENTICATED")),
    (403, document("FORBIDDEN"), Outcome("FORBIDDEN")),
    (200, document("FORBIDDEN"), Outcome("FORBIDDEN")),
    (500, document("INTERNAL_SERVER_ERROR"), SERVER_ERROR),
    (429, document("RATE_LIMITED"), rate_limited(9)),
    (429, document("RATE_LIMITED", retry_after_seconds=4), rate_limited(4)),
    (429, document("RATE_LIMITED", retry_after_seconds=-4), rate_limited(9)),
    (429, document("RATE_LIMITED", retry_after_seconds=True), rate_limited(9)),
    (429, document("RATE_LIMITED", retry_after_seconds=2**31), rate_limited(9)),
    (503, document("OUTCOME_UNKNOWN"), UNKNOWN),
    (503, document("UPSTREAM_UNAVAILABLE"), unavailable(503, 9)),
    (503, document("UPSTREAM_UNAVAILABLE", retry_after_seconds=4), unavailable(503, 4)),
    (
        503,
        document("UPSTREAM_UNAVAILABLE", upstream_status=404, retryable=False),
        wrong_address(404)._replace(retry_after=9),
    ),
    # Not ours, or not known: then the status decides.
    (404, document("METHOD_NOT_ALLOWED"), wrong_address(404)),
    (409, document("MIXED_UPSERT"), rejected(duplicate())),
    (404, document("UNAUTHENTICATED") | {"type": "about:blank"}, wrong_address(404)),
    (404, {"code": "UNAUTHENTICATED"}, wrong_address(404)),
    (404, document("UNAUTHENTICATED") | {"code": ["FORBIDDEN"]}, wrong_address(404)),
    (502, document("FORBIDDEN"), UNKNOWN),
    (504, batch_rejected(listed(SHOP, "/1/shop_id")), UNKNOWN),
    # Problems of orders.
    (404, batch_rejected(listed(SHOP, "/1/shop_id")), rejected(shop(1))),
    (404, batch_rejected(listed(SHOP, "/1/shop_id", shop_id=44)), rejected(shop(1))),
    (404, batch_rejected(listed(SHOP, shop_id=44)), rejected(shop(1))),
    (404, batch_rejected(listed(SHOP, "/0/shop_id", shop_id=44)), rejected(shop(1))),
    (404, batch_rejected(listed(SHOP, repair_numbers=["A-17"])), rejected(shop(1))),
    (404, batch_rejected(listed(SHOP, shop_id=99)), rejected(shop())),
    (404, batch_rejected(listed(SHOP)), rejected(shop())),
    (409, batch_rejected(listed(DUPLICATE, NUMBER)), rejected(duplicate("1/1"))),
    (
        409,
        batch_rejected(listed(DUPLICATE, NUMBER, shop_id=44, repair_number="A-17")),
        rejected(duplicate("1/1")),
    ),
    (
        409,
        batch_rejected(listed(DUPLICATE, NUMBER, shop_id=33, repair_number="606471")),
        rejected(duplicate("0/0")),
    ),
    (
        409,
        batch_rejected(listed(DUPLICATE, "/9/repair_orders/1", repair_number="606471")),
        rejected(duplicate("0/0"), duplicate("1/0")),
    ),
    (409, batch_rejected(listed(DUPLICATE, repair_number="0")), rejected(duplicate())),
    (
        422,
        batch_rejected(listed(MISSING, NUMBER), listed(SHOP, "/0/shop_id")),
        rejected(shop(0), missing("1/1")),
    ),
    (404, batch_rejected(listed(MISSING, 17)), rejected(missing())),
    (
        404,
        batch_rejected(listed(MISSING, "/1/repair_orders/9/repair_number")),
        rejected((MISSING, "1")),
    ),
    # A later version may have more.
    (422, batch_rejected(listed("NEW", NUMBER)), rejected(("REFUSED_BY_REMOTE", NUMBER[1:]))),
    (
        422,
        batch_rejected(listed("INVALID_INPUT", NUMBER, reason="NEW")),
        rejected(("REFUSED_BY_REMOTE", NUMBER[1:])),
    ),
    (
        422,
        batch_rejected(listed("INVALID_INPUT", "/0/repair_orders/0/secret/x", reason="BLANK")),
        rejected(("BLANK", "0/repair_orders/0")),
    ),
    (422, batch_rejected(), REFUSED),
    (422, batch_rejected("Hers", 17, None), REFUSED),
    (422, document("BATCH_REJECTED", errors="Hers"), REFUSED),
]


@pytest.mark.parametrize(("status", "body", "outcome"), DOCUMENTS)
def test_document(status: int, body: Any, outcome: Outcome) -> None:
    """
    A document of ours is read by its code, and its problems by where the batch has them.
    """
    answer = an_answer(status, body, ("Retry-After", "9"))

    assert outcome_of(answer) == outcome


def test_unknown_outcome_of_a_change() -> None:
    """
    What may be sent again is for this gateway's caller to know, so this gateway decides it.
    """
    body = document("OUTCOME_UNKNOWN", retryable=False)

    assert outcome_of(an_answer(500, body), Verb.UPDATE) == UNKNOWN_CHANGE


PROBLEMS: list[ItemProblem] = [
    ShopNotFound(place=(0, "shop_id"), shop_id=33, repair_numbers=["606471", "606472"]),
    DuplicateRepairOrder(
        place=(1, "repair_orders", 0, "repair_number"),
        shop_id=44,
        repair_number="606471",
        duplicate_of=DuplicateOf.STORED,
    ),
    DuplicateRepairOrder(
        message="Repair Order Number is Duplicated. It appears earlier in the same request.",
        place=(1, "repair_orders", 1, "repair_number"),
        shop_id=44,
        repair_number="A-17",
        duplicate_of=DuplicateOf.SAME_REQUEST,
        first_place=(1, "repair_orders", 0, "repair_number"),
    ),
    RepairOrderNotFound(
        place=(1, "repair_orders", 1, "repair_number"), shop_id=44, repair_number="A-17"
    ),
    InvalidInput(
        message=InvalidInputReason.TOO_LONG.description,
        place=(1, "repair_orders", 1, "repair_team", 2, "first_name"),
        shop_id=44,
        repair_number="A-17",
        reason=InvalidInputReason.TOO_LONG,
    ),
]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_problem_comes_back(problem: ItemProblem) -> None:
    """
    A problem is the same after it was written by one gateway and read by another.
    """
    response = error_response(a_batch().rejected([problem]))

    error = error_of(an_answer(response.status_code, bytes(response.body)))

    assert isinstance(error, BatchRejected)
    assert error.errors == [problem]


ERRORS: list[RequestError] = [
    Unauthenticated(),
    Forbidden(message="The API key does not allow this operation."),
    RateLimited(retry_after_seconds=3),
    InternalServerError(),
    OutcomeUnknown(),
    UpstreamUnavailable(upstream_status=404),
    UpstreamUnavailable(retryable=True, upstream_status=503, retry_after_seconds=3),
]


@pytest.mark.parametrize("error", ERRORS)
def test_error_comes_back(error: RequestError) -> None:
    """
    An error is the same after it was written by one gateway and read by another.
    """
    response = error_response(error)

    actual = outcome_of(an_answer(response.status_code, bytes(response.body)))

    assert actual == Outcome(
        error.code,
        (),
        error.retryable,
        getattr(error, "retry_after_seconds", None),
        getattr(error, "upstream_status", None),
    )


@pytest.mark.parametrize(
    ("error_count", "expected"), [(17, 17), (1, 1), (0, 1), (None, 1), (True, 1), (2**31, 1)]
)
def test_problems_that_were_not_listed_count(error_count: Any, expected: int) -> None:
    """
    The number of all problems is kept where only some are listed.
    """
    body = batch_rejected(listed(SHOP, "/1/shop_id"), error_count=error_count)

    error = error_of(an_answer(404, body))

    assert isinstance(error, BatchRejected)
    assert error.error_count == expected
    assert (str(error) == "The remote API found 17 problems; nothing was saved.") == (expected > 1)


def test_words_of_a_document_are_not_repeated() -> None:
    """
    Messages are this gateway's own, as after any other answer.
    """
    body = batch_rejected(listed(SHOP, "/1/shop_id"), listed("NEW"), listed(DUPLICATE))

    error = error_of(an_answer(422, body))

    assert "Hers" not in repr(error)
