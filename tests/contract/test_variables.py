"""Variables that are set apart from the body that they stand in."""

import pytest

from gateway.contract import without_variables


@pytest.mark.parametrize(
    ("body", "rest", "variables"),
    [
        ('{"query":"q","variables":{"a":1}}', {"query": "q"}, '{"a":1}'),
        ('{"variables" :\n[1] , "query":"q"}\n', {"query": "q"}, "[1]"),
        ('{"variables":1,"x":{"variables":2}}', {"x": {"variables": 2}}, "1"),
        ('{"x\\"variables":1,"variables":2}', {'x"variables': 1}, "2"),
        ('{"x":"{\\"variables\\":1}","variables":2}', {"x": '{"variables":1}'}, "2"),
    ],
)
def test_variables_are_set_apart(body: str, rest: object, variables: str) -> None:
    """
    The variables are found wherever they stand, and everything else is read as it is.
    """
    parts = without_variables(body.encode())

    assert parts is not None
    assert (parts[0], bytes(parts[1])) == (rest, variables.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"query":"q"}',
        b'{"v\\u0061riables":1}',
        b'{"variables":1,"variables":2}',
        b'{"variables":1,"variables":22}',
        b'{"x":{"variables":[1]},"variables":2}',
        b'{"x":"\xff","variables":1}',
        b'\xef\xbb\xbf{"variables":1}',
        b'{"x":' + b"[" * 100 + b"]" * 100 + b',"variables":1}',
    ],
)
def test_unusual_body_is_left_alone(body: bytes) -> None:
    """
    Whatever is not as usual, or no JSON, is left to the ordinary reader.
    """
    assert without_variables(body) is None
