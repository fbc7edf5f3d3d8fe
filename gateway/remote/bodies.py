"""Reads the body of an answer: as JSON, as the beginning of JSON, or as text."""

import codecs
from typing import NamedTuple

from pydantic_core import from_json

from gateway.contract import NotJson, read_json


class Said(NamedTuple):
    """What a body says: plain data of JSON, or a text.

    `is_sound` is False for JSON that breaks off or is broken, and for a text that is not UTF-8.
    """

    value: object
    is_sound: bool


def read_body(body: bytes) -> Said:
    """Read a body as far as it can be read. Never raises, and takes linear time."""
    bare = body.removeprefix(codecs.BOM_UTF8).strip()
    if not bare:
        return Said("", is_sound=True)
    try:
        return Said(read_json(bare), is_sound=True)
    except NotJson:
        return _beginning(bare) if bare[:1] in _OPENING else _text(bare)


_OPENING = (b"{", b"[", b'"')


def _beginning(body: bytes) -> Said:
    """The JSON in a body that breaks off; all of it as text when it is broken otherwise."""
    try:
        value: object = from_json(body, allow_inf_nan=False, allow_partial="trailing-strings")
    except ValueError:
        return _text(body)._replace(is_sound=False)
    return Said(value, is_sound=False)


def _text(body: bytes) -> Said:
    try:
        return Said(body.decode(), is_sound=True)
    except UnicodeDecodeError:
        return Said(body.decode(errors="replace"), is_sound=False)
