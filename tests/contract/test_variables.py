"""Variables, set apart from the body that they came in."""

import pytest

from gateway.contract.variables import without_variables


def test_variables_are_set_apart() -> None:
    """
    The rest of a body is read, and the variables stay the text that was sent.
    """
    parts = without_variables(b'{"query": "{a}", "variables": {"a": 1}}')

    assert parts is not None
    assert (parts[0], bytes(parts[1])) == ({"query": "{a}"}, b'{"a": 1}')


@pytest.mark.parametrize("nested", [b"11", b"1"])
def test_variables_that_are_not_the_first(nested: bytes) -> None:
    """
    A body that has other variables before its own is read another way.
    """
    body = b'{"extensions": {"variables": %b}, "variables": 22}' % nested

    assert without_variables(body) is None
