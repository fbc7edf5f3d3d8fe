"""What callers read about a mistake in their JSON."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract.json_text import NotJson, read_json, reading_json
from tests.pauses import Counted

SAMPLES = Path(__file__).parents[1] / "samples"

ALSO = " There is also {} at line {}, column {}."
ARRAY_COLON = "a colon inside the array of {}; keys belong into an object, in {{ and }}."
BARE_KEY = 'a key without quotes; write it in double quotes (").'
COMMENT = "a comment; JSON has none, so delete it."
CURLY = 'a curly quote ({}); write straight double quotes (").'
DOT = "a number that starts with a dot; write a 0 before the dot."
ESCAPE = "a backslash that begins no escape of JSON; write two for a backslash."
EXTRA = "the JSON is complete before this; send one array that holds everything."
FORM = "this looks like a form; send JSON as the whole body."
INVISIBLE = "an invisible character; delete it, or write an ordinary space."
LINE_BREAK = (
    "a line break inside the text that begins at {}; close the text with a straight quote "
    '("), or write the line break as \\n.'
)
MISMATCH = "this {} does not close the {} of {}; write {} first."
NO_COLON = "no colon (:) after the key; add it."
NO_COMMA = "no comma (,) before this value; add it."
NO_COMMA_OR_QUOTE = (
    'no comma (,) before this word; add it, or write a quote that belongs to the text as \\".'
)
NO_KEY = 'no key here; write one in double quotes (").'
NO_VALUE = (
    'no value here; write a text in double quotes ("), a number, true, false, null, '
    "an array or an object."
)
NUMBER = (
    "a number that JSON cannot read; write it like 1, 1.5 or 1e5, or as a text in double "
    'quotes (").'
)
SINGLE = "a single quote ('); write double quotes (\")."
TRAILING = "a trailing comma before the {}; delete the comma."
UNCLOSED = "the body ends here, but the {} of {} is not closed; add {}, or send the whole body."
UNENDED = 'the body ends inside the text that begins at {}; add the closing quote (").'
WORD = (
    'a word without quotes; write text in double quotes ("). '
    "Only true, false and null stand without."
)
ZERO = 'a number that starts with 0; delete the 0, or write a text in double quotes (").'


def message(body: str) -> str:
    """Read a body only to see what it is refused with; empty if it is not."""
    try:
        read_json(body.encode())
    except NotJson as error:
        return error.message
    return ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "seed_create.txt",
            f"Line 17, column 11: {CURLY.format('“')}{ALSO.format('a trailing comma', 23, 39)}",
        ),
        ("seed_update.txt", f"Line 6, column 34: {TRAILING.format('}')}"),
    ],
)
def test_samples_of_autospot(name: str, expected: str) -> None:
    """
    The two samples of AutoSpot's own document are refused with what to change first.
    """
    actual = message((SAMPLES / name).read_text(encoding="utf-8"))

    assert actual == expected


@pytest.mark.parametrize(
    ("body", "line", "column", "sentence"),
    [
        # The body as a whole
        ("", 1, 1, "the body is empty; send JSON."),
        (" \r\n\t ", 1, 1, "the body is empty; send JSON."),
        ("\n<html>", 2, 1, "this looks like XML or HTML; send JSON."),
        ("--x\r\nA: b", 1, 1, "this looks like a multipart form; send JSON as the whole body."),
        ("a=b&c=d", 1, 1, FORM),
        ("shops[0][id]=33", 1, 1, FORM),
        ("1=2", 1, 2, FORM),
        ("[1]\n[2]", 2, 1, EXTRA),
        ('{"a": 1}\n{"a": 2}\n', 2, 1, EXTRA),
        ("[1],", 1, 4, EXTRA),
        ("@x", 1, 1, NO_VALUE),
        # Inside a text
        ('["é😀', 1, 5, UNENDED.format("line 1, column 2")),
        ('[1,\n  "ab\n"]', 2, 6, LINE_BREAK.format("line 2, column 3")),
        ('{"a": “b", "c”: 1}', 1, 7, CURLY.format("“")),
        ('{"a": "b”,\r\n"c": 1}', 1, 11, LINE_BREAK.format("line 1, column 7")),
        ('{"a\t": 1}', 1, 4, "a tab inside a text; write it as \\t."),
        ('{"a": "\x00"}', 1, 8, "a control character inside a text; delete it."),
        (r'["C:\x"]', 1, 5, ESCAPE),
        (r'["\u12"]', 1, 3, "\\u without four hexadecimal digits; add them."),
        # What is no JSON anywhere
        ("[“a”]", 1, 2, CURLY.format("“")),
        ("{\u2018a\u2019: 1}", 1, 2, CURLY.format("\u2018")),
        ('["a", "b" ”]', 1, 11, CURLY.format("”")),
        ("['a']", 1, 2, SINGLE),
        ("[1, // x\n2]", 1, 5, COMMENT),
        ("[1 /* x */]", 1, 4, COMMENT),
        ("# x\n[]", 1, 1, COMMENT),
        ("[\u00a01]", 1, 2, INVISIBLE),
        ("[1]\x00", 1, 4, INVISIBLE),
        # Commas and brackets
        ("[1,\n ]", 1, 3, TRAILING.format("]")),
        ('{"a": 1 , }', 1, 9, TRAILING.format("}")),
        ("[1,,2]", 1, 4, "two commas in a row; delete one."),
        ("[,1]", 1, 2, "a comma with nothing before it; delete it."),
        ('{"a"}', 1, 5, "a key without a value; add a colon and the value."),
        ('{"a":}', 1, 6, "no value after the colon; add it, or delete the key."),
        ("]", 1, 1, "nothing is open for this ] to close; delete it."),
        ("[1]}", 1, 4, "nothing is open for this } to close; delete it."),
        ('{"a": [1}', 1, 9, MISMATCH.format("}", "[", "line 1, column 7", "]")),
        ('[\n {"a": 1]', 2, 9, MISMATCH.format("]", "{", "line 2, column 2", "}")),
        ('[\n {"a": 1,\n\n', 2, 10, UNCLOSED.format("{", "line 2, column 2", "}")),
        # Keys and colons
        ("{a: 1}", 1, 2, BARE_KEY),
        ('{"a": 1, 2: 3}', 1, 10, BARE_KEY),
        ("{: 1}", 1, 2, "a colon without a key; write the key before it."),
        ("{{}}", 1, 2, NO_KEY),
        ('{"a" 1}', 1, 6, NO_COLON),
        ('{"a" "b"}', 1, 6, NO_COLON),
        # Values
        ("[NaN]", 1, 2, "JSON has no NaN; write a number, or leave it out."),
        ('{"a": -Infinity}', 1, 7, "JSON has no -Infinity; write a number, or leave it out."),
        ("[True]", 1, 2, "JSON has no True; write it in lower case."),
        ("[1, False]", 1, 5, "JSON has no False; write it in lower case."),
        ("[None]", 1, 2, "JSON has no None; write null, or leave it out."),
        ("[undefined]", 1, 2, "JSON has no undefined; write null, or leave it out."),
        ("[Nancy]", 1, 2, WORD),
        ("[+1]", 1, 2, "a plus sign before a number; delete it."),
        ("[.5]", 1, 2, DOT),
        ("[-.5]", 1, 2, DOT),
        ("[-]", 1, 2, "a minus sign without a number; write the number after it."),
        ('{"a": : 1}', 1, 7, NO_VALUE),
        # After a value
        ("[01]", 1, 2, ZERO),
        ("[-007]", 1, 3, ZERO),
        ("00", 1, 1, ZERO),
        ("[1.]", 1, 3, NUMBER),
        ("[0x1F]", 1, 3, NUMBER),
        ("[2020-03-11]", 1, 6, NUMBER),
        ('["a": 1]', 1, 5, ARRAY_COLON.format("line 1, column 1")),
        ('["5" tall"]', 1, 6, NO_COMMA_OR_QUOTE),
        ("[1 2]", 1, 4, NO_COMMA),
        ('{"a": {} "b": 1}', 1, 10, NO_COMMA),
        ("[1; 2]", 1, 3, "no comma (,) or ] after the value; write one of them."),
        ('{"a": 1; "b"}', 1, 8, "no comma (,) or } after the value; write one of them."),
    ],
)
def test_sentences(body: str, line: int, column: int, sentence: str) -> None:
    """
    Every probable mistake has its own sentence, with the place of the first one.
    """
    actual = message(body)

    assert actual == f"Line {line}, column {column}: {sentence}"


@pytest.mark.parametrize(
    ("body", "column", "sentences"),
    [
        ("[“a”, 1,]", 2, CURLY.format("“") + ALSO.format("a trailing comma", 1, 8)),
        ("[{'a': 1},\n{“a”: 1}]", 3, SINGLE + ALSO.format("a curly quote", 2, 2)),
        ("[1,],\n]", 3, TRAILING.format("]")),
    ],
)
def test_other_mistakes(body: str, column: int, sentences: str) -> None:
    """
    A second sentence names the first later mistake of another kind that people often make.
    """
    actual = message(body)

    assert actual == f"Line 1, column {column}: {sentences}"


def test_gives_up_in_a_very_long_body() -> None:
    """
    A mistake behind more than any real batch holds is refused without its place.
    """
    actual = message("[" + "[]," * 200_000 + "1")

    assert actual == "Line 1, column 500001: not JSON after this; a JSON validator can tell where."


def test_long_bodies_are_searched_in_steps() -> None:
    """
    Others have a turn while a mistake is looked for in a long body.
    """
    reading = Counted(reading_json(b"[" + b'{"a": 1},' * 40_000))

    with pytest.raises(NotJson, match="column 360002: the body ends here"):
        reading.result()

    assert reading.pauses >= 10


@settings(deadline=None)
@given(st.integers(0, 80), st.integers(0, 80), st.sampled_from(["", *"[]{},:;'\"“\\\n#"]))
def test_no_customer_in_a_message(start: int, length: int, put: str) -> None:
    """
    Wherever a body is cut or broken, nothing of its keys and values gets into the message.
    """
    good = '[{"Ж": "Ж Ж", "ЖЖ": -777777, "Ж": [true, null, "Ж\\u0416Ж", "Ж", {"Ж": 777.777}]}, 777]'
    broken = good[:start] + put + good[start + length :]

    actual = message(broken)

    assert "Ж" not in actual
    assert "777" not in actual
