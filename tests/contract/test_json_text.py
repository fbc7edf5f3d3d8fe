"""What counts as JSON, and what is read from it."""

import json
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract.json_text import NotJson, json_row, read_json, write_json

UNHURRIED = settings(deadline=None)
"""A busy machine must not fail a test."""

WRONG_BYTE = "a byte that is not UTF-8; save the body as UTF-8."

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
)

almost_json = st.lists(
    st.sampled_from(
        [
            *'[]{},:"\\-.+ \n\t\x00x“',
            *('"a"', '"\\ud800"', "\\u00e9", "\\", '"[\\"{"', '{"a":1}', "[1,2]", '{"a":'),
            *("0", "12", "1,", "e5", "1e999", "true", "null", "NaN", "-Infinity"),
        ],
    ),
    max_size=12,
).map("".join)


def refuse(constant: str) -> None:
    """Refuse NaN and its like, which json reads by default."""
    raise ValueError(constant)


def refusal(body: bytes) -> NotJson | None:
    """Read a body only to see whether it is refused."""
    try:
        read_json(body)
    except NotJson as error:
        return error
    return None


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b' [{"shop_id": 33}, null, true]\r\n', [{"shop_id": 33}, None, True]),
        ('{"é": false, "": -1.5e3}'.encode(), {"é": False, "": -1500.0}),
        (b'{"a": 1, "b": 2, "a": 3}', {"a": 3, "b": 2}),
        (b"1e999", inf),
        (b"[-1e999]", [-inf]),
        (rb'"\ud800"', "\ud800"),
        (rb'{"\udc00": "\ud83d\ude00"}', {"\udc00": "😀"}),
        (b"9" * 640, 10**640 - 1),
        (b"[1e999, " + b"9" * 640 + b"]", [inf, 10**640 - 1]),
        (b"[1e999, " + b"9" * 641 + b"]", [inf, inf]),
        (b"9" * 1_000_000, inf),
        (b"-" + b"9" * 1_000_000, -inf),
    ],
)
def test_values(body: bytes, value: object) -> None:
    """
    Good JSON is read as it stands; a number that is too large is an infinity.
    """
    actual = read_json(body)

    assert actual == value


@UNHURRIED
@given(json_values, st.sampled_from([None, 2]))
def test_what_json_writes(value: object, indent: int | None) -> None:
    """
    Whatever json.dumps writes, in ASCII or not, is read as json.loads reads it.
    """
    body = json.dumps(value, indent=indent, ensure_ascii=indent is None).encode()

    actual = read_json(body)

    assert repr(actual) == repr(json.loads(body))


@UNHURRIED
@given(almost_json)
def test_same_verdict_as_json(text: str) -> None:
    """
    What json refuses without NaN is refused; everything else is read, with the same value.
    """
    try:
        expected = repr(json.loads(text, parse_constant=refuse))
    except ValueError:
        expected = "refused"

    try:
        actual = repr(read_json(text.encode()))
    except NotJson:
        actual = "refused"

    assert actual == expected


@UNHURRIED
@given(st.binary() | st.tuples(almost_json, st.sampled_from(["utf-8", "utf-16"])))
def test_any_bytes(body: bytes | tuple[str, str]) -> None:
    """
    Any bytes are read or refused as NotJson, with a place inside of the body.
    """
    sent = body if isinstance(body, bytes) else body[0].encode(body[1])
    lines = sent.decode(errors="replace").split("\n")

    error = refusal(sent)

    assert error is None or 1 <= error.line <= len(lines)
    assert error is None or 1 <= error.column <= len(lines[error.line - 1]) + 1


@pytest.mark.parametrize(
    ("body", "line", "column", "sentence"),
    [
        (b"\xef\xbb\xbf[1]", 1, 1, "a byte-order mark; save the body as UTF-8 without BOM."),
        ("[1]".encode("utf-16"), 1, 1, "the body looks like UTF-16; save it as UTF-8."),
        ("[1]".encode("utf-16-be"), 1, 1, "the body looks like UTF-16; save it as UTF-8."),
        ("[1]".encode("utf-32-le"), 1, 1, "the body looks like UTF-32; save it as UTF-8."),
        ('["é",\n "é😀'.encode() + b'\xe9"]', 2, 5, WRONG_BYTE),
        (b'["\xed\xa0\x80"]', 1, 3, WRONG_BYTE),
        (b'[1,] "\xe9', 1, 7, WRONG_BYTE),
    ],
)
def test_encodings(body: bytes, line: int, column: int, sentence: str) -> None:
    """
    A body that is not plain UTF-8 is refused, and the encoding is named.
    """
    error = refusal(body)

    assert error is not None
    assert (error.line, error.column) == (line, column)
    assert error.message == f"Line {line}, column {column}: {sentence}"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100 + b"]" * 100,
        b'{"a":[' * 49 + b'{"a":{}}' + b"]}" * 49,
        b"[" * 99 + rb'{"[[\\": "[{\"[", "]": "}"}, [], {}' + b"]" * 99,
    ],
)
def test_a_hundred_levels(body: bytes) -> None:
    """
    A hundred levels are read; brackets inside texts are no levels.
    """
    actual = read_json(body)

    assert actual == json.loads(body)


@pytest.mark.parametrize(
    ("body", "column"),
    [
        (b"[" * 101 + b"]" * 101, 101),
        (b'["]]]]", [],' + b"[" * 100 + b"]" * 101, 112),
        (b'{"":' * 101 + b"1" + b"}" * 101, 401),
        (b"[" * 101, 101),
        (b"[" * 10_000 + b"]" * 10_000, 101),
        (b"[" * 1_000_000 + b"]" * 1_000_000, 101),
        (b'{"":' * 1_000_000, 401),
    ],
)
def test_more_than_a_hundred_levels(body: bytes, column: int) -> None:
    """
    Deeper nesting is refused where it goes too deep, however deep it is.
    """
    error = refusal(body)

    assert str(error) == f"Line 1, column {column}: nested too deeply; 100 levels are allowed."


def test_nothing_of_the_body_is_kept() -> None:
    """
    No chained exception holds the body, which a log of the traceback would show.
    """
    error = refusal(b'[{"email": "test@email.com",}]')

    assert error is not None
    assert error.__context__ is None
    assert error.__cause__ is None


def test_lone_surrogate_is_written_escaped() -> None:
    """
    Text that UTF-8 cannot hold is written as JSON can hold it, and all other text as it is.
    """
    assert write_json({"a": "\ud800"}) == b'{"a":"\\ud800"}'
    assert write_json({"a": "é"}) == '{"a":"é"}'.encode()


@pytest.mark.parametrize("value", ["é", "\ud800"])
def test_rows_are_objects(value: str) -> None:
    """
    A row is written as an object with its names, in their order.
    """
    row = json_row(["b", "__typename", "class"])

    assert json.loads(write_json([row(1, value, None)])) == [
        {"b": 1, "__typename": value, "class": None}
    ]
