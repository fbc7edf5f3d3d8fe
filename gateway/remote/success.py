"""Whether the words of an answer say that everything was saved."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gateway.contract import Batch, read_document
from gateway.remote.bodies import Said
from gateway.remote.vocabulary import (
    as_list,
    as_object,
    is_part_of_order,
    order_fields,
    plain,
    tells_of_errors,
)


def says_saved(said: Said, batch: Batch) -> bool:
    """Whether a body is understood, and speaks of no failure."""
    if not said.is_sound or said.value is False:
        return False
    entries = as_list(said.value)
    texts = [text for text in (entries or [said.value]) if isinstance(text, str)]
    return all(_is_good_line(text) for text in texts) and not any(
        _is_failure(field) and not _is_status_of_order(field, batch)
        for field in _fields(said.value)
    )


def has_errors(said: Said) -> bool:
    """Whether something stands under `error` or `errors` in a body."""
    return any(field.word in _ERRORS and bool(field.value) for field in _fields(said.value))


class _Field(NamedTuple):
    owner: dict[str, object]
    word: str
    value: object


def _fields(value: object) -> Iterator[_Field]:
    """Every field of every object in a body, but those of the objects of a repair order."""
    unread = [value]
    while unread:
        value = unread.pop()
        owner = as_object(value)
        if owner is None:
            unread += as_list(value) or ()
            continue
        for key, entry in owner.items():
            word = plain(key)
            if not is_part_of_order(word):
                yield _Field(owner, word, entry)
                unread.append(entry)


def _is_failure(field: _Field) -> bool:
    word, value = field.word, field.value
    if word in _CLAIMS:
        return not value or (isinstance(value, str) and value.strip().lower() in _NO)
    if word in _VERDICTS:
        return value is False or _is_error_status(value) or _speaks_of_failure(value)
    return tells_of_errors(word) and (
        bool(value) if word.startswith("error") else _speaks_of_failure(value)
    )


def _is_status_of_order(field: _Field, batch: Batch) -> bool:
    """Whether it is the open text that a shop gave a repair order, which may well be Rejected."""
    fields = order_fields(field.owner)
    if field.word != "status" or "repair_number" not in fields:
        return False
    has_more = fields > {"repair_number", "status"}
    return has_more or any(
        read_document(row.document).get("status") == field.value for row in batch
    )


def _is_good_line(text: str) -> bool:
    """Whether a text is empty, or one line of plain words of which none speaks of failure."""
    return (
        len(text) <= _LONGEST_LINE
        and text.expandtabs().isprintable()
        and "<" not in text
        and not _speaks_of_failure(text)
    )


def _is_error_status(value: object) -> bool:
    return isinstance(value, int) and value >= _FIRST_ERROR_STATUS


def _speaks_of_failure(value: object) -> bool:
    return isinstance(value, str) and _FAILURE.search(value) is not None


_ERRORS = frozenset({"error", "errors"})
_CLAIMS = frozenset({"success", "ok", "saved"})
_NO = frozenset({"false", "no", "0"})
_VERDICTS = frozenset({"status", "result"})
_FAILURE = re.compile("error|fail|reject|invalid", re.IGNORECASE)
_FIRST_ERROR_STATUS = 400
_LONGEST_LINE = 1_000
