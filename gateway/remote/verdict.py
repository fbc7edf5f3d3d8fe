"""What became of a batch, by the answer of the remote AutoSpot it was sent to."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from gateway.contract import (
    NOWHERE,
    Batch,
    InternalServerError,
    InvalidInputReason,
    RateLimited,
    RequestError,
    Unauthenticated,
    Verb,
)
from gateway.remote.answers import RemoteAnswer
from gateway.remote.bodies import Said, read_body
from gateway.remote.mentions import BatchIndex
from gateway.remote.names import may_hold_names
from gateway.remote.problem_documents import documented_error
from gateway.remote.problems import duplicate, invalid, problems_of
from gateway.remote.refusals import forbidden, outcome_unknown, unavailable, wrong_address
from gateway.remote.retry_after import retry_after_seconds
from gateway.remote.statements import statements_in
from gateway.remote.success import has_errors, says_saved


def understood(answer: RemoteAnswer, batch: Batch, verb: Verb) -> None:
    """Return when an answer says that the whole batch was saved.

    Raises RequestError otherwise. What is not understood is never a success, and an error keeps
    none of the answer's own words, which may hold customer data.
    """
    said = read_body(answer.body)
    exchange = _Exchange(answer, said, batch, verb, BatchIndex(batch))
    error = _named_error(exchange)
    if error is None and _is_saved(exchange):
        return
    raise error or _error_by_status(exchange)


@dataclass(frozen=True)
class _Exchange:
    """An answer with what it is an answer to."""

    answer: RemoteAnswer
    said: Said
    batch: Batch
    verb: Verb
    index: BatchIndex


def _named_error(exchange: _Exchange) -> RequestError | None:
    """The error that an answer spells out, in a problem document of ours or by AutoSpot's name."""
    if exchange.answer.status in _GATEWAY_FAILURES:
        return None
    return _documented(exchange) or _stated(exchange)


def _documented(exchange: _Exchange) -> RequestError | None:
    value, index = exchange.said.value, exchange.index
    return documented_error(value, exchange.answer, exchange.verb, exchange.batch, index)


def _stated(exchange: _Exchange) -> RequestError | None:
    if not may_hold_names(exchange.answer.body):
        return None
    statements = statements_in(exchange.said.value, exchange.index)
    problems = problems_of(statements, exchange.index)
    # What is wrong with single orders says more than Internal Server Error beside it.
    if problems:
        return exchange.batch.rejected(problems)
    return InternalServerError() if statements else None


def _is_saved(exchange: _Exchange) -> bool:
    answer = exchange.answer
    is_whole = answer.status in _SUCCESSES and answer.is_complete
    return is_whole and says_saved(exchange.said, exchange.batch)


def _error_by_status(exchange: _Exchange) -> RequestError:
    return next(error(exchange) for applies, error in _BY_STATUS if applies(exchange))


_Condition = Callable[[_Exchange], bool]


def _status(*statuses: int) -> _Condition:
    return lambda exchange: exchange.answer.status in statuses


def _is_conflict_of_creation(exchange: _Exchange) -> bool:
    return exchange.answer.status == HTTPStatus.CONFLICT and exchange.verb is Verb.CREATE


def _is_down_for_now(exchange: _Exchange) -> bool:
    # Without a readable Retry-After it may be a proxy's answer for a connection that broke.
    is_unavailable = exchange.answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    return is_unavailable and retry_after_seconds(exchange.answer) is not None


def _is_success_with_errors(exchange: _Exchange) -> bool:
    return exchange.answer.status in _ANY_SUCCESS and has_errors(exchange.said)


def _rate_limited(exchange: _Exchange) -> RequestError:
    return RateLimited(retry_after_seconds=retry_after_seconds(exchange.answer))


def _wrong_address(exchange: _Exchange) -> RequestError:
    return wrong_address(exchange.answer.status)


def _unavailable(exchange: _Exchange) -> RequestError:
    return unavailable(exchange.answer.status, retry_after_seconds(exchange.answer))


def _duplicate(exchange: _Exchange) -> RequestError:
    return exchange.batch.rejected([duplicate(NOWHERE, exchange.index)])


def _refused(exchange: _Exchange) -> RequestError:
    reason = InvalidInputReason.REFUSED_BY_REMOTE
    return exchange.batch.rejected([invalid(NOWHERE, exchange.index, reason)])


def _unknown(exchange: _Exchange) -> RequestError:
    return outcome_unknown(exchange.verb)


_SUCCESSES = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT)
_GATEWAY_FAILURES = (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)
_ANY_SUCCESS = range(200, 300)
_BY_STATUS: tuple[tuple[_Condition, Callable[[_Exchange], RequestError]], ...] = (
    (_status(HTTPStatus.UNAUTHORIZED), lambda _: Unauthenticated()),
    (_status(HTTPStatus.FORBIDDEN), lambda _: forbidden()),
    (_status(HTTPStatus.TOO_MANY_REQUESTS), _rate_limited),
    (_is_conflict_of_creation, _duplicate),
    (_is_success_with_errors, _refused),
    (
        _status(HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, *range(300, 400)),
        _wrong_address,
    ),
    (_status(HTTPStatus.INTERNAL_SERVER_ERROR), lambda _: InternalServerError()),
    (_is_down_for_now, _unavailable),
    # The server gave up waiting, or a proxy did after it had passed the batch on.
    (_status(HTTPStatus.REQUEST_TIMEOUT), _unknown),
    # 400, 413 and 422, and what else says that the request was at fault.
    (_status(*range(400, 500)), _refused),
    (lambda _: True, _unknown),
)
