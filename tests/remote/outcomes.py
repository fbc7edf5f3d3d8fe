"""What a batch comes to by an answer, in the few words that a table of answers needs."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from gateway.contract import (
    Batch,
    BatchRejected,
    DuplicateRepairOrder,
    InvalidInput,
    ItemProblem,
    Limits,
    RepairOrderNotFound,
    RequestError,
    ShopNotFound,
    Verb,
    read_batch,
)
from gateway.remote.answers import RemoteAnswer
from gateway.remote.verdict import understood

NAME = "Shop ID Does Not Exist"
DUPLICATED = "Repair Order Number is Duplicated"
MISSING = "Repair Order Number Does Not Exist"
FAILURE = "Internal Server Error"

BATCH: list[dict[str, Any]] = [
    {
        "shop_id": 33,
        "repair_orders": [
            {"repair_number": "606471", "status": "Active"},
            {"repair_number": "606472", "status": "Rejected"},
        ],
    },
    {
        "shop_id": 44,
        "repair_orders": [
            {"repair_number": "606471", "customer": {"last_name": "Shop ID Does Not Exist"}},
            {"repair_number": "A-17"},
        ],
    },
]
"""Two shops; both have 606471, so that this number alone is about two orders."""

RECEIVED_AT = datetime(2024, 5, 1, 12, 0, 0, tzinfo=UTC)


class Outcome(NamedTuple):
    """What became of a batch: the code of an error and what its caller acts on."""

    code: str
    errors: tuple[tuple[str, str], ...] = ()
    retryable: bool = False
    retry_after: int | None = None
    upstream_status: int | None = None


def a_batch(verb: Verb = Verb.CREATE, shops: Any = BATCH) -> Batch:
    """The batch that the answers are about."""
    return read_batch(shops, verb, Limits())


def an_answer(
    status: int,
    body: Any = b"",
    *headers: tuple[str, str],
    is_complete: bool = True,
) -> RemoteAnswer:
    """An answer; a body that is neither bytes nor text is written as JSON."""
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    return RemoteAnswer(
        status,
        [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        text.encode() if isinstance(text, str) else text,
        is_complete,
        RECEIVED_AT,
    )


def error_of(answer: RemoteAnswer, verb: Verb = Verb.CREATE) -> RequestError | None:
    """The error that an answer comes to, if it comes to one."""
    try:
        understood(answer, a_batch(verb), verb)
    except RequestError as error:
        return error
    return None


def outcome_of(answer: RemoteAnswer, verb: Verb = Verb.CREATE) -> Outcome:
    """What became of the batch, by an answer."""
    error = error_of(answer, verb)
    if error is None:
        return SAVED
    return Outcome(
        error.code,
        _shortened(error.errors) if isinstance(error, BatchRejected) else (),
        error.retryable,
        getattr(error, "retry_after_seconds", None),
        getattr(error, "upstream_status", None),
    )


def _shortened(errors: Sequence[ItemProblem]) -> tuple[tuple[str, str], ...]:
    """Each problem as its code, or its reason, and its place."""
    return tuple(
        (
            error.reason.value if isinstance(error, InvalidInput) else error.code,
            "/".join(str(part) for part in error.place),
        )
        for error in errors
    )


def rejected(*errors: tuple[str, str]) -> Outcome:
    """These problems, and nothing was saved."""
    return Outcome("BATCH_REJECTED", errors)


def shop(entry: int | None = None) -> tuple[str, str]:
    """The shop of an entry does not exist; of none in particular, if there is none."""
    return ShopNotFound.code, "" if entry is None else f"{entry}/shop_id"


def duplicate(order: str = "") -> tuple[str, str]:
    """The number of an order, such as 0/1, is duplicated."""
    return DuplicateRepairOrder.code, _number_of(order)


def missing(order: str = "") -> tuple[str, str]:
    """The number of an order, such as 0/1, does not exist."""
    return RepairOrderNotFound.code, _number_of(order)


def _number_of(order: str) -> str:
    return f"{order.replace('/', '/repair_orders/')}/repair_number" if order else ""


SAVED = Outcome("SAVED")
REFUSED = rejected(("REFUSED_BY_REMOTE", ""))
UNKNOWN = Outcome("OUTCOME_UNKNOWN")
UNKNOWN_CHANGE = Outcome("OUTCOME_UNKNOWN", retryable=True)
SERVER_ERROR = Outcome("INTERNAL_SERVER_ERROR", retryable=True)


def wrong_address(status: int) -> Outcome:
    """The remote API is most likely not there."""
    return Outcome("UPSTREAM_UNAVAILABLE", upstream_status=status)


def unavailable(status: int, retry_after: int | None) -> Outcome:
    """The remote API is down for now."""
    return Outcome("UPSTREAM_UNAVAILABLE", (), True, retry_after, status)  # noqa: FBT003  # a field


def rate_limited(retry_after: int | None) -> Outcome:
    """There were too many requests."""
    return Outcome("RATE_LIMITED", retryable=True, retry_after=retry_after)
