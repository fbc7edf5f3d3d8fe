"""Reads the gateway's own problem documents (RFC 9457) back, when a gateway is the remote API."""

from collections.abc import Callable

from gateway.contract import (
    Batch,
    BatchRejected,
    Forbidden,
    InternalServerError,
    OutcomeUnknown,
    RateLimited,
    RequestError,
    Unauthenticated,
    UpstreamUnavailable,
    Verb,
)
from gateway.remote.answers import RemoteAnswer
from gateway.remote.document_problems import problems_in
from gateway.remote.mentions import BatchIndex
from gateway.remote.refusals import forbidden, outcome_unknown, unavailable
from gateway.remote.retry_after import LONGEST_WAIT, retry_after_seconds
from gateway.remote.vocabulary import as_object

_Document = dict[str, object]


def documented_error(
    value: object, answer: RemoteAnswer, verb: Verb, batch: Batch, index: BatchIndex
) -> RequestError | None:
    """The error of a problem document of ours; None when it is none, or has another code."""
    document = as_object(value)
    if document is None or not str(document.get("type")).startswith(_TYPE):
        return None
    code = document.get("code")
    if code == BatchRejected.code:
        return _rejected(document, batch, index)
    error = _REQUEST_ERRORS.get(str(code))
    return error(document, answer, verb) if error else None


def _rejected(document: _Document, batch: Batch, index: BatchIndex) -> BatchRejected:
    error = batch.rejected(problems_in(document.get("errors"), index))
    count = _whole_number(document.get("error_count"))
    if count is not None and count > error.error_count:
        error.error_count = count
        error.message = f"The remote API found {count} problems; nothing was saved."
    return error


def _rate_limited(document: _Document, answer: RemoteAnswer, _: Verb) -> RateLimited:
    return RateLimited(retry_after_seconds=_retry_after(document, answer))


def _unavailable(document: _Document, answer: RemoteAnswer, _: Verb) -> UpstreamUnavailable:
    error = unavailable(answer.status, _retry_after(document, answer))
    status = _whole_number(document.get("upstream_status"))
    if status is not None:
        error.upstream_status = status
    if document.get("retryable") is False:
        error.retryable = False
        error.message = UpstreamUnavailable.message
    return error


def _retry_after(document: _Document, answer: RemoteAnswer) -> int | None:
    seconds = _whole_number(document.get("retry_after_seconds"))
    return retry_after_seconds(answer) if seconds is None else seconds


def _whole_number(value: object) -> int | None:
    """A number that GraphQL can carry, from 0 on."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= LONGEST_WAIT else None


_TYPE = "urn:autospot-gateway:"
_REQUEST_ERRORS: dict[str, Callable[[_Document, RemoteAnswer, Verb], RequestError]] = {
    Unauthenticated.code: lambda _document, _answer, _verb: Unauthenticated(),
    Forbidden.code: lambda _document, _answer, _verb: forbidden(),
    RateLimited.code: _rate_limited,
    UpstreamUnavailable.code: _unavailable,
    OutcomeUnknown.code: lambda _document, _answer, verb: outcome_unknown(verb),
    InternalServerError.code: lambda _document, _answer, _verb: InternalServerError(),
}
