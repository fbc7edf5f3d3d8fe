"""Variables that are set apart from the body that they stand in."""

import json

import pytest

from gateway.contract import without_variables

Way = tuple[object, bytes]


def ways(body: bytes) -> list[Way]:
    """How the variables are set apart."""
    return [(parts.rest, bytes(parts.member)) for parts in without_variables(body)]


def right_ways(body: bytes) -> list[Way]:
    """How they are set apart as JSON."""
    return [(rest, member) for rest, member in ways(body) if is_json(member)]


def is_json(text: bytes) -> bool:
    """Whether a text is JSON."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("body", "rest", "variables"),
    [
        ('{"query":"q","variables":{"a":1}}', {"query": "q"}, '{"a":1}'),
        ('{"query":"q","variables":{"a":1} \n}\n', {"query": "q"}, '{"a":1}'),
        ('{"variables":{"a":1}}' + " " * 100, {}, '{"a":1}'),
        ('{"variables" :\n[1] , "query":"q"}\n', {"query": "q"}, "[1]"),
        ('{"variables":{},"query":"q"}', {"query": "q"}, "{}"),
        ('{"variables":{},"extensions":{}}', {"extensions": {}}, "{}"),
        ('{"variables":1,"x":{"variables":2}}', {"x": {"variables": 2}}, "1"),
        ('{"x\\"variables":1,"variables":2}', {'x"variables': 1}, "2"),
        ('{"x":"{\\"variables\\":1}","variables":2}', {"x": '{"variables":1}'}, "2"),
        ('{"x":"\\u0000","variables":{}}', {"x": "\0"}, "{}"),
    ],
)
def test_variables_are_set_apart(body: str, rest: object, variables: str) -> None:
    """
    The variables are found wherever they stand, and everything else is read as it is.
    """
    assert right_ways(body.encode()) == [(rest, variables.encode())]


def test_usual_place_is_tried_first() -> None:
    """
    Variables at the end of a body are found there at once, and those elsewhere are not searched.
    """
    assert ways(b'{"query":"q","variables":{"a":{}}}') == [({"query": "q"}, b'{"a":{}}')]
    assert ways(b'{"variables":{},"x":{}}') == [({}, b'{},"x":{}'), ({"x": {}}, b"{}")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"query":"q"}',
        b'{"v\\u0061riables":1}',
        b'{"variables":1,"variables":2}',
        b'{"variables":1,"variables":22}',
        b'{"variables":{},"variables":{}}',
        b'{"x":{"variables":[1]},"variables":2}',
        b'{"x":{"variables":{}}}',
        b'{"x":"\xff","variables":1}',
        b'{"x":"\xff","variables":{}}',
        b'{"variables":{"a":"\\u0000"}}',
        b'{"variables":{"a":"\\\\u0000"}}',
        b'{"variables":{}',
        b'{"variables":{}}}',
        b'{"variables":{}}{}',
        b'\xef\xbb\xbf{"variables":1}',
        b'{"x":' + b"[" * 100 + b"]" * 100 + b',"variables":1}',
    ],
)
def test_unusual_body_is_left_alone(body: bytes) -> None:
    """
    Whatever is not as usual, or no JSON, is left to the ordinary reader.
    """
    assert right_ways(body) == []
