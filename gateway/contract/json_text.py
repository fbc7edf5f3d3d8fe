"""Reads the body of a request as JSON (RFC 8259)."""

import json
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import accumulate

import msgspec

from gateway.contract.json_grammar import finding_mistake
from gateway.contract.json_mistakes import explain, line_and_column
from gateway.contract.limits import Limits
from gateway.contract.steps import LONG_TEXT, Steps, at_once


class NotJson(Exception):
    """A body that is not JSON; the message says where, and what is probably wrong.

    Lines and columns count from 1, columns in Unicode code points. The message carries nothing
    of the body but a punctuation mark or one of NaN, Infinity, True, False, None.
    """

    def __init__(self, line: int, column: int, sentence: str) -> None:
        """Put the place before the sentence."""
        self.line = line
        self.column = column
        self.message = f"Line {line}, column {column}: {sentence}"
        super().__init__(self.message)


def read_json(body: bytes, max_depth: int = Limits.max_json_depth) -> object:
    """Read a body of strict JSON as plain dicts, lists, texts, numbers, booleans and None.

    A key that stands twice counts as its last value. A lone surrogate stays in its text, a
    number too large for a float is an infinity, and an integer of more than 640 digits may be
    one: whoever checks values must refuse these. Raises NotJson, also for a byte-order mark and
    for more levels of nesting than these.
    """
    return at_once(reading_json(body, max_depth))


def reading_json(body: bytes, max_depth: int = Limits.max_json_depth) -> Steps[object]:
    """Do what `read_json` does, with pauses when the body is long."""
    with suppress(ValueError, RecursionError):
        value = yield from _reading_value(body)
        if len(body) > LONG_TEXT:
            yield
        if _depth(body) <= max_depth:
            return value
    raise (yield from _refusing(body, max_depth))


def write_json(value: object) -> bytes:
    """Write plain data and rows as JSON; a lone surrogate, which UTF-8 cannot hold, is escaped."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":")).encode()


def json_row(names: Iterable[str]) -> Callable[..., object]:
    """Make what makes rows of values: `write_json` writes a row as an object with these names.

    A row takes a fifth of a dict's memory, and of the time to make it.
    """
    fields = {f"value_{place}": name for place, name in enumerate(names)}
    return msgspec.defstruct("Row", list(fields), rename=fields, gc=False)


def _reading_value(body: bytes) -> Steps[object]:
    with suppress(msgspec.MsgspecError, UnicodeDecodeError):
        return msgspec.json.decode(body)
    if len(body) > LONG_TEXT:
        yield
    # msgspec refuses what RFC 8259 lets pass: numbers out of range and lone surrogates.
    return json.loads(body.decode(), parse_int=_integer, parse_constant=_refuse)


def _integer(digits: str) -> int | float:
    # int() takes quadratic time, so Python limits it: to no less than this many digits.
    most = sys.int_info.str_digits_check_threshold
    return int(digits) if len(digits) <= most else float(digits)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _depth(valid: bytes) -> int:
    without_escapes = valid.replace(rb"\\", b"").replace(rb"\"", b"")
    marks = without_escapes.translate(_STEPS, _UNMARKED).replace(b'""', b"")
    steps = memoryview(_TEXT.sub(b"", marks)).cast("b")
    return max(accumulate(steps), default=0)


def _refusing(body: bytes, max_depth: int) -> Steps[NotJson]:
    encoding = json.detect_encoding(body)
    if encoding == "utf-8-sig":
        return NotJson(1, 1, "a byte-order mark; save the body as UTF-8 without BOM.")
    if encoding != "utf-8":
        name = encoding[: len("utf-16")].upper()
        return NotJson(1, 1, f"the body looks like {name}; save it as UTF-8.")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        before = body[: error.start].decode()
        place = line_and_column(before, len(before))
        return NotJson(*place, "a byte that is not UTF-8; save the body as UTF-8.")
    mistake = yield from finding_mistake(text, max_depth)
    at, sentence = explain(text, mistake, max_depth)
    return NotJson(*line_and_column(text, at), sentence)


# A bracket becomes a step up (1) or down (-1); quotes stay, to take out the texts they enclose.
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_UNMARKED = bytes(set(range(256)) - set(b'[{]}"'))
_TEXT = re.compile(rb'"[^"]*+"')
