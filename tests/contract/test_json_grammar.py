"""Where a text stops being JSON."""

import pytest

from gateway.contract.json_grammar import Due, Mistake, finding_mistake
from gateway.contract.steps import at_once


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", Mistake(0, Due.DOCUMENT, None)),
        ("[", Mistake(1, Due.FIRST_ELEMENT, 0)),
        ("[1, ", Mistake(4, Due.ELEMENT, 0)),
        ("[[1], 2", Mistake(7, Due.AFTER_ELEMENT, 0)),
        ("[ {", Mistake(3, Due.FIRST_KEY, 2)),
        ('[{"a": 1, "b": 2, ', Mistake(18, Due.KEY, 1)),
        ('{"a" ', Mistake(5, Due.COLON, 0)),
        ('{"a": ', Mistake(6, Due.VALUE, 0)),
        ('{"a": {}, "b": "c" ', Mistake(19, Due.AFTER_VALUE, 0)),
        (r'["\"', Mistake(4, Due.REST_OF_TEXT, 1)),
        ('{"a": 1.5e-3} 2', Mistake(14, Due.END, None)),
        ("[" * 101, Mistake(100, Due.LESS_DEPTH, 100)),
    ],
)
def test_first_mistake(text: str, mistake: Mistake) -> None:
    """
    The place, what JSON asks for there, and the innermost bracket that is open.
    """
    actual = at_once(finding_mistake(text, 100))

    assert actual == mistake
