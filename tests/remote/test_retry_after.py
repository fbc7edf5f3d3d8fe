"""How long an answer asks to wait."""

import pytest

from gateway.remote.answers import RemoteAnswer
from tests.remote.outcomes import UNKNOWN, an_answer, outcome_of, rate_limited, unavailable

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


def test_wait_counts_from_when_the_answer_came() -> None:
    """
    An answer came when it was made, unless somebody says otherwise.
    """
    past = RemoteAnswer(429, [(b"Retry-After", b"Wed, 01 May 2024 12:00:30 GMT")], b"")

    assert outcome_of(past) == rate_limited(0)
