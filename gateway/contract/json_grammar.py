"""Finds the place where a text stops being JSON (RFC 8259)."""

import re
from enum import Flag, auto
from typing import NamedTuple

from gateway.contract.steps import Steps


class Due(Flag):
    """What JSON asks for at a place of the text."""

    DOCUMENT = auto()
    FIRST_ELEMENT = auto()  # or "]"
    ELEMENT = auto()
    AFTER_ELEMENT = auto()  # a comma or "]"
    FIRST_KEY = auto()  # or "}"
    KEY = auto()
    COLON = auto()
    VALUE = auto()
    AFTER_VALUE = auto()  # a comma or "}"
    REST_OF_TEXT = auto()  # inside of double quotes
    END = auto()
    LESS_DEPTH = auto()
    UNKNOWN = auto()


class Mistake(NamedTuple):
    """The first place that breaks the grammar."""

    at: int
    due: Due
    opened: int | None
    """Where the innermost bracket or quote that is still open stands."""


def finding_mistake(text: str, max_depth: int) -> Steps[Mistake]:
    """Find the first mistake in a text that is not JSON, or has more levels of nesting than these.

    Takes linear time and no recursion. Gives up with Due.UNKNOWN where a text has gone on longer
    than any real batch does, so that nobody can keep the gateway busy.
    """
    opened: list[int] = []
    due = Due.DOCUMENT
    at = 0
    for turn in range(_MOST_TURNS):
        if turn and turn % _MOST_AT_ONCE == 0:
            yield
        good, token = _GRAMMAR[due]
        at = _past(good, text, at)
        end = _past(token, text, at)
        if end == at:
            return _mistake(text, at, due, opened)
        due = _due_after(text, at, due, opened)
        if len(opened) > max_depth:
            return Mistake(at, Due.LESS_DEPTH, at)
        at = end
    return Mistake(at, Due.UNKNOWN, None)


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _due_after(text: str, at: int, due: Due, opened: list[int]) -> Due:
    mark = text[at]
    if mark in "[{":
        opened.append(at)
    elif mark in "]}":
        opened.pop()
    inside = text[opened[-1]] if opened else ""
    if mark in _DUE_AFTER_MARK:
        return _DUE_AFTER_MARK[mark]
    if mark == ",":
        return _DUE_AFTER_COMMA[inside]
    if mark == '"' and due in _KEYS:
        return Due.COLON
    return _DUE_AFTER_VALUE[inside]


def _mistake(text: str, at: int, due: Due, opened: list[int]) -> Mistake:
    if due in _TAKES_TEXT and text.startswith('"', at):
        return Mistake(_past(_TEXT_SO_FAR, text, at), Due.REST_OF_TEXT, at)
    return Mistake(at, due, opened[-1] if opened else None)


_MOST_TURNS = 500_000
_MOST_AT_ONCE = 5_000
_KEYS = Due.FIRST_KEY | Due.KEY
_TAKES_TEXT = Due.DOCUMENT | Due.FIRST_ELEMENT | Due.ELEMENT | Due.VALUE | _KEYS
_DUE_AFTER_MARK = {"[": Due.FIRST_ELEMENT, "{": Due.FIRST_KEY, ":": Due.VALUE}
_DUE_AFTER_COMMA = {"[": Due.ELEMENT, "{": Due.KEY}
_DUE_AFTER_VALUE = {"[": Due.AFTER_ELEMENT, "{": Due.AFTER_VALUE, "": Due.END}

# Possessive quantifiers (*+, ++, ?+) never go back, which is what makes every match linear.
_S = r"[ \t\n\r]*+"
_PART = r"""[^"\\\x00-\x1f]*+"""
_OPEN_TEXT = rf'"{_PART}(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{{4}}){_PART})*+'
_TEXT = rf'{_OPEN_TEXT}"'
_NUMBER = r"-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?+[0-9]++)?+"
_PLAIN = rf"(?:{_TEXT}|{_NUMBER}|true|false|null)"

_SPACE = re.compile(_S)
_TEXT_SO_FAR = re.compile(_OPEN_TEXT)
_ANY_VALUE = re.compile(rf"[\[{{]|{_PLAIN}")
# What is skipped, then the one token that must follow. A whole run of plain neighbours is
# skipped at once, so that the loop above turns only for brackets.
_GRAMMAR = {
    Due.DOCUMENT: (_SPACE, _ANY_VALUE),
    Due.FIRST_ELEMENT: (_SPACE, re.compile(rf"[\[{{\]]|{_PLAIN}")),
    Due.ELEMENT: (_SPACE, _ANY_VALUE),
    Due.AFTER_ELEMENT: (re.compile(rf"{_S}(?:,{_S}{_PLAIN}{_S})*+"), re.compile(r"[,\]]")),
    Due.FIRST_KEY: (_SPACE, re.compile(rf"\}}|{_TEXT}")),
    Due.KEY: (_SPACE, re.compile(_TEXT)),
    Due.COLON: (_SPACE, re.compile(":")),
    Due.VALUE: (_SPACE, _ANY_VALUE),
    Due.AFTER_VALUE: (
        re.compile(rf"{_S}(?:,{_S}{_TEXT}{_S}:{_S}{_PLAIN}{_S})*+"),
        re.compile(r"[,}]"),
    ),
    Due.END: (_SPACE, re.compile(r"(?!)")),
}
