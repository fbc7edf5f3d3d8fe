"""Finds words in a text that stand there whole, such as the numbers of a batch."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Standing(NamedTuple):
    """A word that stands in a text, and where it begins."""

    word: str
    start: int


class WholeWords:
    """Words to be found. They may hold spaces and punctuation themselves."""

    def __init__(self, words: Iterable[str]) -> None:
        """Look for these."""
        self._words = frozenset(words)
        self._lengths = _lengths_by_beginning(self._words)

    def in_text(self, text: str) -> Iterator[Standing]:
        """The words in a text, in order; of two that begin at one place, the longer.

        Takes linear time: at one place, at most as many look-ups as the longest has characters.
        """
        end = 0
        for beginning in _BEGINNING.finditer(text):
            start = beginning.start()
            word = self._word_at(text, beginning) if start >= end else None
            if word is not None:
                end = start + len(word)
                yield Standing(word, start)

    def _word_at(self, text: str, beginning: re.Match[str]) -> str | None:
        start = beginning.start()
        lengths = self._lengths.get(beginning[0])
        if lengths is None or _PART_BEFORE.search(text, max(0, start - 2), start):
            return None
        for length in lengths:
            word = text[start : start + length]
            if word in self._words and not _PART_AFTER.match(text, start + len(word)):
                return word
        return None


def _lengths_by_beginning(words: Iterable[str]) -> dict[str, list[int]]:
    """How long the words are that begin alike, the longest first."""
    lengths: dict[str, set[int]] = {}
    for word in words:
        beginning = _BEGINNING.match(word)
        if beginning is not None:
            lengths.setdefault(beginning[0], set()).add(len(word))
    return {beginning: sorted(found, reverse=True) for beginning, found in lengths.items()}


_BEGINNING = re.compile(r"\w+|[^\w\s]")
# 17 is part of A-17 and of 0.17, and 17 at the end of a sentence is not.
_PART_BEFORE = re.compile(r"(?:\w-|[0-9]\.)$")
_PART_AFTER = re.compile(r"\w|-\w|\.[0-9]")
