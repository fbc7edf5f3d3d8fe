"""How long an answer asks to wait: Retry-After (RFC 9110, section 10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil

from gateway.remote.answers import RemoteAnswer

LONGEST_WAIT = 2**31 - 1
"""In seconds; the largest integer that GraphQL can carry."""


def retry_after_seconds(answer: RemoteAnswer) -> int | None:
    """The seconds to wait, from 0 on; None when the answer does not say, or not readably."""
    value = answer.header("Retry-After")
    if value is None:
        return None
    if re.fullmatch(r"[0-9]+", value):
        return _bounded(value.lstrip("0") or "0")
    moment = _moment(value)
    if moment is None:
        return None
    return min(max(ceil((moment - answer.received_at).total_seconds()), 0), LONGEST_WAIT)


def _bounded(digits: str) -> int:
    # int() takes quadratic time, so Python limits its digits.
    return LONGEST_WAIT if len(digits) > len(str(LONGEST_WAIT)) else min(int(digits), LONGEST_WAIT)


def _moment(http_date: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(http_date)
    except (ValueError, OverflowError):
        return None
    # An HTTP-date is always in GMT, also in the form that does not say so.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
