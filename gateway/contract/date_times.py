"""What counts as a date and time, looked at one by one or many at once.

It is ISO 8601's extended format, with a space or a small letter where RFC 3339, section 5.6 lets
one stand for the T and the Z; the offset and the seconds may be left out.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

import msgspec

# Of the years 0001 to 9999, 29 February only in leap years.
_REAL_DAY = (
    r"(?:(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])"
    r"|(?:0[48]|[2468][048]|[13579][26])00)-02-29)"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
_OFFSET = r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
DATE_TIME_PATTERN = f"{_REAL_DAY}[Tt ]{_TIME}{_OFFSET}"
_SIGNS = frozenset("+-")
_fullmatch = re.compile(DATE_TIME_PATTERN).fullmatch
_fifth_last = itemgetter(-5)


def is_date_time(text: str) -> bool:
    """Whether a text is a real date and time."""
    return _fullmatch(text) is not None


def are_date_times(texts: Sequence[str]) -> bool:
    """Whether all texts are, none of which may hold a NUL character.

    msgspec takes an eighth of the time, but knows RFC 3339 alone.
    """
    try:
        msgspec.convert(texts, list[datetime])
    except msgspec.ValidationError:
        return all(map(_fullmatch, texts))
    # What it accepts is right, but for an offset without a colon.
    return _SIGNS.isdisjoint(map(_fifth_last, texts))
