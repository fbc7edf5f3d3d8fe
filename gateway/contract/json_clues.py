"""The mistakes that people make in JSON, each with its sentence."""

import re
from typing import NamedTuple

from gateway.contract.json_grammar import Due


class Clue(NamedTuple):
    """A mistake that is probable if the pattern fits where JSON asks for something else."""

    due: Due
    pattern: re.Pattern[str]
    sentence: str
    points_back_to: str
    """The mark before the place that is the mistake itself, or empty."""


def _clue(due: Due, pattern: str, sentence: str, points_back_to: str = "") -> Clue:
    return Clue(due, re.compile(pattern), sentence, points_back_to)


_ANY_VALUE = Due.DOCUMENT | Due.FIRST_ELEMENT | Due.ELEMENT | Due.VALUE
_ANY_KEY = Due.FIRST_KEY | Due.KEY
_MORE = Due.AFTER_ELEMENT | Due.AFTER_VALUE
_INSIDE = _ANY_VALUE & ~Due.DOCUMENT | _ANY_KEY | Due.COLON | _MORE
_ANYWHERE = _INSIDE | Due.DOCUMENT | Due.END

# The first clue that fits counts. A sentence may show {found} only where the pattern can match
# nothing but punctuation or fixed words: customer data must not get into a message.
CLUES = (
    _clue(Due.LESS_DEPTH, "", "nested too deeply; {depth} levels are allowed."),
    _clue(Due.UNKNOWN, "", "not JSON after this; a JSON validator can tell where."),
    # Inside a text
    _clue(
        Due.REST_OF_TEXT,
        r"\Z",
        'the body ends inside the text that begins at {opened}; add the closing quote (").',
    ),
    _clue(
        Due.REST_OF_TEXT,
        r"[\r\n]",
        "a line break inside the text that begins at {opened}; close the text with a "
        'straight quote ("), or write the line break as \\n.',
    ),
    _clue(Due.REST_OF_TEXT, r"\t", "a tab inside a text; write it as \\t."),
    _clue(Due.REST_OF_TEXT, r"\\u", "\\u without four hexadecimal digits; add them."),
    _clue(
        Due.REST_OF_TEXT,
        r"\\",
        "a backslash that begins no escape of JSON; write two for a backslash.",
    ),
    _clue(Due.REST_OF_TEXT, "", "a control character inside a text; delete it."),
    # The body as a whole
    _clue(Due.DOCUMENT, r"\Z", "the body is empty; send JSON."),
    _clue(Due.DOCUMENT, "<", "this looks like XML or HTML; send JSON."),
    _clue(Due.DOCUMENT, "--", "this looks like a multipart form; send JSON as the whole body."),
    _clue(
        Due.DOCUMENT,
        r"[\w%.+~-]++(?:\[[^\]=&\s]*+\])*+=",
        "this looks like a form; send JSON as the whole body.",
    ),
    _clue(
        _INSIDE,
        r"\Z",
        "the body ends here, but the {opening} of {opened} is not closed; add {closing}, or "
        "send the whole body.",
    ),
    # What is no JSON anywhere
    _clue(
        _ANYWHERE, r"[\u2018-\u201f]", 'a curly quote ({found}); write straight double quotes (").'
    ),
    _clue(_ANYWHERE, "'", "a single quote ('); write double quotes (\")."),
    _clue(_ANYWHERE, r"//|/\*|#", "a comment; JSON has none, so delete it."),
    _clue(
        _ANYWHERE,
        r"[\x00-\x20\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]",
        "an invisible character; delete it, or write an ordinary space.",
    ),
    # Commas and brackets
    _clue(
        Due.ELEMENT | Due.KEY,
        r"[\]}]",
        "a trailing comma before the {found}; delete the comma.",
        ",",
    ),
    _clue(Due.ELEMENT | Due.KEY, ",", "two commas in a row; delete one."),
    _clue(
        Due.DOCUMENT | Due.FIRST_ELEMENT | Due.FIRST_KEY,
        ",",
        "a comma with nothing before it; delete it.",
    ),
    _clue(Due.COLON, r"[\]},]", "a key without a value; add a colon and the value."),
    _clue(Due.VALUE, r"[\]},]", "no value after the colon; add it, or delete the key."),
    _clue(
        Due.DOCUMENT | Due.END,
        r"[\]}]",
        "nothing is open for this {found} to close; delete it.",
    ),
    _clue(
        _INSIDE,
        r"[\]}]",
        "this {found} does not close the {opening} of {opened}; write {closing} first.",
    ),
    # Keys and colons
    _clue(_ANY_KEY, r"[\w$]", 'a key without quotes; write it in double quotes (").'),
    _clue(_ANY_KEY, ":", "a colon without a key; write the key before it."),
    _clue(_ANY_KEY, "", 'no key here; write one in double quotes (").'),
    _clue(Due.COLON, "", "no colon (:) after the key; add it."),
    # Values
    _clue(
        _ANY_VALUE,
        r"[+-]?(?:NaN|Infinity)\b",
        "JSON has no {found}; write a number, or leave it out.",
    ),
    _clue(_ANY_VALUE, r"True\b|False\b", "JSON has no {found}; write it in lower case."),
    _clue(_ANY_VALUE, r"None\b", "JSON has no None; write null, or leave it out."),
    _clue(_ANY_VALUE, r"undefined\b", "JSON has no undefined; write null, or leave it out."),
    _clue(_ANY_VALUE, r"\+", "a plus sign before a number; delete it."),
    _clue(_ANY_VALUE, r"-?\.", "a number that starts with a dot; write a 0 before the dot."),
    _clue(_ANY_VALUE, "-", "a minus sign without a number; write the number after it."),
    _clue(
        _ANY_VALUE,
        r"\w",
        'a word without quotes; write text in double quotes ("). '
        "Only true, false and null stand without.",
    ),
    _clue(
        _ANY_VALUE,
        "",
        'no value here; write a text in double quotes ("), a number, true, false, null, '
        "an array or an object.",
    ),
    # After a value
    _clue(
        _MORE | Due.END,
        r"(?<=0)[0-9]",
        'a number that starts with 0; delete the 0, or write a text in double quotes (").',
        "0",
    ),
    _clue(
        _MORE | Due.END,
        r"(?<=[0-9])[\w.+-]",
        "a number that JSON cannot read; write it like 1, 1.5 or 1e5, or as a text in double "
        'quotes (").',
    ),
    _clue(
        Due.AFTER_ELEMENT,
        ":",
        "a colon inside the array of {opened}; keys belong into an object, in {{ and }}.",
    ),
    _clue(
        _MORE,
        r"[^\W\d]",
        'no comma (,) before this word; add it, or write a quote that belongs to the text as \\".',
    ),
    _clue(_MORE, r"[\"\[{\w-]", "no comma (,) before this value; add it."),
    _clue(_MORE, "", "no comma (,) or {closing} after the value; write one of them."),
    _clue(Due.END, "=", "this looks like a form; send JSON as the whole body."),
    _clue(
        Due.END,
        "",
        "the JSON is complete before this; send one array that holds everything.",
    ),
)
