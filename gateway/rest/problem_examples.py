"""An example of each problem document, in the words of the code that answers with it."""

import json
from collections.abc import Iterator
from typing import Any

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
    RequestError,
    ShopNotFound,
    Unauthenticated,
    refused,
)
from gateway.rest.examples import SAVED
from gateway.rest.problem import error_response


def problem_examples() -> dict[int, Any]:
    """Problem documents by their HTTP status."""
    return {
        error.http_status: json.loads(bytes(error_response(error).body))
        | {"request_id": SAVED["request_id"]}
        for error in _errors()
    }


def _errors() -> Iterator[RequestError]:
    for problem in _ITEM_PROBLEMS:
        message = "1 of 1 repair orders was refused; nothing was saved."
        yield BatchRejected(message=message, errors=[problem], error_count=1)
    for reason, expected in _BODY_PROBLEMS.items():
        yield refused(reason, expected)
    yield Unauthenticated()
    yield Forbidden()
    yield RateLimited(retry_after_seconds=1)
    yield InternalServerError()
    yield OutcomeUnknown()


_ITEM_PROBLEMS: tuple[ItemProblem, ...] = (
    ShopNotFound(place=(0, "shop_id"), shop_id=99, repair_numbers=["606471"]),
    DuplicateRepairOrder(
        place=(0, "repair_orders", 0, "repair_number"),
        shop_id=33,
        repair_number="606471",
        duplicate_of=DuplicateOf.STORED,
    ),
    InvalidInput(
        message="The number is outside its limits. Expected a number from 0 to 1,000,000.",
        place=(0, "repair_orders", 0, "total_estimated_hours"),
        shop_id=33,
        repair_number="606471",
        reason=InvalidInputReason.OUT_OF_RANGE,
    ),
)
_BODY_PROBLEMS = {
    InvalidInputReason.NOT_JSON: "Line 1, column 16: "
    "a trailing comma before the }; delete the comma.",
    InvalidInputReason.TOO_LARGE: "Expected at most 16,777,216 bytes.",
    InvalidInputReason.TOO_SLOW: "Expected it within 60 seconds.",
    InvalidInputReason.UNSUPPORTED_MEDIA_TYPE: "Expected Content-Type: application/json.",
}
