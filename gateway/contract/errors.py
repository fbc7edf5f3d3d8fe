"""AutoSpot's errors and the gateway's own: what each means, its code, its HTTP status.

There are two families. An `ItemProblem` is what is wrong with one item of a request; all problems
of a request are gathered and raised once, as `BatchRejected`. A `RequestError` is about the whole
request. A class that is added here, and to the tuple of its family at the end, is a problem
document in REST and a member of the result unions in GraphQL, without another line anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from gateway.contract.enums import BatchOutcome, DuplicateOf, InvalidInputReason
from gateway.contract.orders import OrderKey, Place


def described(description: str, **options: Any) -> Any:  # noqa: ANN401  # as dataclasses.field, which it calls
    """Declare a field of an error with its description for people."""
    return field(metadata={"description": description}, **options)


def _message(default: str) -> Any:  # noqa: ANN401  # as described
    return described(
        "One sentence, safe to show and to log: it never contains customer data.", default=default
    )


def _retryable(*, default: bool) -> Any:  # noqa: ANN401  # as described
    return described("Whether a program may send the identical request again.", default=default)


@dataclass(frozen=True, kw_only=True)
class ItemProblem:
    """An error of one item of the request."""

    code: ClassVar[str]
    code_description: ClassVar[str]
    status: ClassVar[int]

    message: str = _message("")
    place: Place = described(
        "Argument, then field names and list indexes: "
        '["input", "shops", "0", "repairOrders", "3", "customer", "email"].'
    )
    shop_id: int | None = described(
        "The shop of the item; null when it cannot be told, e.g. when shops is empty.",
        default=None,
    )
    repair_number: str | None = described(
        "The repair order of the item; null when it cannot be told, "
        "and when the error is about the whole shop entry.",
        default=None,
    )

    @property
    def http_status(self) -> int:
        """Its HTTP status when it is the only kind in a request."""
        return self.status


@dataclass(frozen=True, kw_only=True)
class ShopNotFound(ItemProblem):
    """Shop ID Does Not Exist. Reported once per shop entry."""

    code = "SHOP_ID_DOES_NOT_EXIST"
    code_description = "The shop is unknown, or the API key may not write to it."
    status = 404

    message: str = _message("Shop ID Does Not Exist, or the API key has no right to it.")
    repair_numbers: Sequence[str] = described("Every repair order of that shop entry.")


@dataclass(frozen=True, kw_only=True)
class DuplicateRepairOrder(ItemProblem):
    """Repair Order Number is Duplicated."""

    code = "REPAIR_ORDER_NUMBER_IS_DUPLICATED"
    code_description = "The number is already used in this shop, or twice in this request."
    status = 409

    message: str = _message("Repair Order Number is Duplicated: the shop already has it.")
    duplicate_of: DuplicateOf = described("Where the other one is.")
    first_place: Place | None = described(
        "For SAME_REQUEST: the path of the first one.", default=None
    )


@dataclass(frozen=True, kw_only=True)
class RepairOrderNotFound(ItemProblem):
    """Repair Order Number Does Not Exist."""

    code = "REPAIR_ORDER_NUMBER_DOES_NOT_EXIST"
    code_description = "The number is not known in this shop."
    status = 404

    message: str = _message("Repair Order Number Does Not Exist in this shop.")


_STATUS_OF_REASON = {
    InvalidInputReason.NOT_JSON: 400,
    InvalidInputReason.TOO_LARGE: 413,
    InvalidInputReason.TOO_SLOW: 408,
    InvalidInputReason.UNSUPPORTED_MEDIA_TYPE: 415,
}


@dataclass(frozen=True, kw_only=True)
class InvalidInput(ItemProblem):
    """A value is missing, malformed or outside its limits."""

    code = "INVALID_INPUT"
    code_description = "A value is missing, malformed or outside its limits."
    status = 422

    reason: InvalidInputReason = described("Why.")

    @property
    def http_status(self) -> int:
        """Its HTTP status when it is the only kind in a request."""
        return _STATUS_OF_REASON.get(self.reason, self.status)


@dataclass(eq=False, kw_only=True)
class RequestError(Exception):
    """An error of the whole request."""

    code: ClassVar[str]
    code_description: ClassVar[str]
    status: ClassVar[int]
    outcome: ClassVar[BatchOutcome] = BatchOutcome.NOTHING_SAVED
    upsert_only: ClassVar[bool] = False
    remote_only: ClassVar[bool] = False

    message: str = _message("")
    retryable: bool = _retryable(default=False)

    @property
    def http_status(self) -> int:
        """Its HTTP status."""
        return self.status

    def __str__(self) -> str:
        """The message."""
        return self.message


@dataclass(eq=False, kw_only=True)
class BatchRejected(RequestError):
    """Items are wrong, so nothing was saved.

    Lists every problem found, in the order of the input.
    """

    code = "BATCH_REJECTED"
    code_description = "One or more items of the request are wrong; see errors."
    status = 422

    errors: Sequence[ItemProblem] = described(
        "The problems, at most Limits.maxReportedErrors of them."
    )
    error_count: int = described("How many problems there are in all.")

    @property
    def http_status(self) -> int:
        """The status its problems agree on, else 422."""
        statuses = {problem.http_status for problem in self.errors}
        return statuses.pop() if len(statuses) == 1 else self.status


@dataclass(eq=False, kw_only=True)
class MixedUpsert(RequestError):
    """Proxy mode with onDuplicate: UPDATE only.

    The request mixes new and existing repair orders, which the remote API cannot save in one
    all-or-nothing call. Nothing was saved: send the two groups as two requests.
    """

    code = "MIXED_UPSERT"
    code_description = (
        "New and existing repair orders cannot be saved together in one all-or-nothing call of the "
        "remote API."
    )
    status = 409
    upsert_only = True
    remote_only = True

    message: str = _message(
        "New and existing repair orders cannot be saved in one call of the remote API: "
        "send them as two requests."
    )
    known_existing: Sequence[OrderKey] = described(
        "Repair orders the remote API reported as existing."
    )
    known_new: Sequence[OrderKey] = described(
        "Repair orders the remote API reported as not existing."
    )


@dataclass(eq=False, kw_only=True)
class Unauthenticated(RequestError):
    """No API key, or a wrong one."""

    challenge: ClassVar[str] = 'ApiKey realm="AutoSpot"'
    """How to authenticate (RFC 9110, section 11.6.1)."""

    code = "UNAUTHENTICATED"
    code_description = "No API key, or a wrong one."
    status = 401

    message: str = _message("The API key is missing or not valid.")


@dataclass(eq=False, kw_only=True)
class Forbidden(RequestError):
    """The API key does not allow this operation."""

    code = "FORBIDDEN"
    code_description = "The API key does not allow this operation."
    status = 403

    message: str = _message("The API key does not allow this operation: it may only read.")


@dataclass(eq=False, kw_only=True)
class RateLimited(RequestError):
    """Too many requests."""

    code = "RATE_LIMITED"
    code_description = "Too many requests."
    status = 429

    message: str = _message("Too many requests: wait, then send the same request again.")
    retryable: bool = _retryable(default=True)
    retry_after_seconds: int | None = described(
        "Wait this long; null when the remote API did not say.", default=None
    )


@dataclass(eq=False, kw_only=True)
class UpstreamUnavailable(RequestError):
    """The remote API could not be reached, or answered that it is down. Nothing was saved."""

    code = "UPSTREAM_UNAVAILABLE"
    code_description = "The remote API could not be reached or refused to work; nothing was saved."
    status = 503
    remote_only = True

    message: str = _message("The remote API could not be reached; nothing was saved.")
    upstream_status: int | None = described("Its HTTP status, if it answered.", default=None)
    retry_after_seconds: int | None = described("Its Retry-After, if it sent one.", default=None)


@dataclass(eq=False, kw_only=True)
class OutcomeUnknown(RequestError):
    """Whether the batch was saved could not be found out.

    The remote API or the database broke off after it was sent. Everything or nothing was saved. A
    patch may be sent again as it is; repair orders to create are best sent again with
    onDuplicate: UPDATE.
    """

    code = "OUTCOME_UNKNOWN"
    code_description = "Whether the batch was saved could not be found out."
    status = 504
    outcome = BatchOutcome.UNKNOWN

    message: str = _message(
        "Everything or nothing was saved, and it is not known which: send a patch again as it is, "
        "and repair orders to create again with onDuplicate: UPDATE."
    )


@dataclass(eq=False, kw_only=True)
class InternalServerError(RequestError):
    """Internal Server Error, here or upstream. Nothing was saved."""

    code = "INTERNAL_SERVER_ERROR"
    code_description = "An unexpected failure, here or upstream."
    status = 500

    message: str = _message(
        "Internal Server Error: nothing was saved. Send the same request again, "
        "and quote the request id to support if it fails again."
    )
    retryable: bool = _retryable(default=True)


ITEM_PROBLEMS: tuple[type[ItemProblem], ...] = (
    ShopNotFound,
    DuplicateRepairOrder,
    RepairOrderNotFound,
    InvalidInput,
)
REQUEST_ERRORS: tuple[type[RequestError], ...] = (
    BatchRejected,
    MixedUpsert,
    Unauthenticated,
    Forbidden,
    RateLimited,
    UpstreamUnavailable,
    OutcomeUnknown,
    InternalServerError,
)
