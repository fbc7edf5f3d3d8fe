"""JSON Merge Patch, by the examples of RFC 7396."""

from typing import Any

import pytest

from gateway.backing import merged

APPENDIX_A: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), APPENDIX_A)
def test_appendix_a(target: Any, patch: Any, result: Any) -> None:
    """
    Each example of appendix A gives its result.
    """
    assert merged(target, patch) == result


def test_arguments_stay_as_they_are() -> None:
    """
    Merging changes neither the target nor the patch.
    """
    target: dict[str, Any] = {"a": {"b": 1, "c": 2}}
    patch: dict[str, Any] = {"a": {"b": None, "d": {"e": None}}}

    merged(target, patch)

    assert target == {"a": {"b": 1, "c": 2}}
    assert patch == {"a": {"b": None, "d": {"e": None}}}
