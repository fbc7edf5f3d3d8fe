"""Finds AutoSpot's names of errors in a text, in any case and punctuation."""

import re
from itertools import pairwise
from typing import NamedTuple

from gateway.contract import (
    DuplicateRepairOrder,
    InternalServerError,
    ItemProblem,
    RepairOrderNotFound,
    ShopNotFound,
)

Named = type[ItemProblem] | type[InternalServerError]


class Naming(NamedTuple):
    """A name that stands in a text, and the part of the text that is about it."""

    error: Named
    part: str


def may_hold_names(body: bytes) -> bool:
    """Whether the words of a name are in a body at all: a cheap question before dear ones."""
    letters = body.lower()
    # In JSON, a letter may be written as its number in Unicode.
    return b"\\u" in letters or any(all(word in letters for word in words) for words in _WORDS)


def namings_in(text: str) -> list[Naming]:
    """The names of AutoSpot that stand in a text, each with its sentence and those after it.

    Takes linear time.
    """
    names = list(_NAMES.finditer(text))
    starts = [0]
    for last, name in pairwise(names):
        marks = [mark.end() for mark in _SENTENCE_END.finditer(text, last.end(), name.start())]
        starts.append(marks[-1] if marks else name.start())
    parts = pairwise([*starts, len(text)])
    return [
        Naming(_ERRORS[str(name.lastgroup)], text[start:stop])
        for name, (start, stop) in zip(names, parts, strict=False)
    ]


_ERRORS: dict[str, Named] = {
    error.code: error
    for error in (ShopNotFound, DuplicateRepairOrder, RepairOrderNotFound, InternalServerError)
}

_WORDS = [code.lower().encode().split(b"_") for code in _ERRORS]

# Possessive and bounded quantifiers are what makes the search linear.
_BETWEEN = r"[\W_]*+"
# What is wrong may stand in the middle, as in "Shop ID 33 Does Not Exist".
_BEFORE_VERB = rf"{_BETWEEN}(?:\S{{1,66}}\s{_BETWEEN})??"
# Not the end of "Workshop ID does not exist", but of "BadRequestShopIdDoesNotExist".
_BEGIN = r"(?:(?<![^\W_])|(?-i:(?<=[a-z])(?=[A-Z])))"
# Nor of "0 internal server errors", but of "ShopIdDoesNotExistException".
_END = r"(?-i:(?![a-z]))"


def _pattern(code: str) -> str:
    first, *rest = code.split("_")
    words = [f"{_BEFORE_VERB if word in {'IS', 'DOES'} else _BETWEEN}{word}" for word in rest]
    return f"(?P<{code}>{_BEGIN}{first}{''.join(words)}{_END})"


_NAMES = re.compile("|".join(_pattern(code) for code in _ERRORS), re.IGNORECASE)
_SENTENCE_END = re.compile(r"[;|<\r\n]|\.\s")
