"""Says what is probably wrong where a text stops being JSON."""

import re

from gateway.contract.json_clues import CLUES, Clue
from gateway.contract.json_grammar import Mistake


def explain(text: str, mistake: Mistake, max_depth: int) -> tuple[int, str]:
    """Give the place of a mistake, and a sentence or two on what it probably is.

    The sentences carry nothing of the text but a punctuation mark or a word of JavaScript's or
    Python's own.
    """
    clue, found = next(
        (clue, found)
        for clue in CLUES
        if mistake.due in clue.due and (found := clue.pattern.match(text, mistake.at))
    )
    names = {"found": found[0], "depth": f"{max_depth}", **_innermost(text, mistake.opened)}
    sentence = clue.sentence.format_map(names)
    return _place(text, mistake.at, clue), sentence + _also(text, mistake.at, sentence)


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """Count lines, and code points in the line, from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _innermost(text: str, opened: int | None) -> dict[str, str]:
    if opened is None:
        return {}
    line, column = line_and_column(text, opened)
    opening = text[opened]
    return {
        "opening": opening,
        "closing": {"[": "]", "{": "}", '"': '"'}[opening],
        "opened": f"line {line}, column {column}",
    }


def _place(text: str, at: int, clue: Clue) -> int:
    if clue.points_back_to:
        return text.rindex(clue.points_back_to, 0, at)
    # What is missing at the end belongs right after the last thing that can be seen.
    return min(at, len(text.rstrip(" \t\r\n")))


def _also(text: str, at: int, sentence: str) -> str:
    for kind, pattern in _ALSO:
        found = None if sentence.startswith(kind) else pattern.search(text, at)
        if found:
            line, column = line_and_column(text, found.start())
            return f" There is also {kind} at line {line}, column {column}."
    return ""


_ALSO = (
    ("a curly quote", re.compile(r"“\w*+”[ \t]*+:")),
    ("a trailing comma", re.compile(r",[ \t\r\n]*+[\]}]")),
)
