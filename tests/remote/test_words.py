"""Words that stand whole in a text."""

import pytest

from gateway.remote.words import WholeWords


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("17", ["17"]),
        ("(17) #17, '17'. 17: 17", ["17"] * 5),
        ("117 170 x17 17x 17_ 0.17 17.5 A-17 17-A", []),
        ("RO 17", ["RO 17"]),
        ("RO 17/2", ["RO 17/2"]),
        ("RO 17/3", ["RO 17"]),
        ("RO 171", []),
        ("RO 17 17", ["RO 17", "17"]),
        ("#9", ["#9"]),
        ("Öl-Nr. 5", ["Öl-Nr. 5"]),
        ("", []),
    ],
)
def test_words_in_text(text: str, found: list[str]) -> None:
    """
    A word is found where it is no part of another, and the longest one first.
    """
    words = WholeWords(["17", "RO 17", "RO 17/2", "#9", "Öl-Nr. 5", " 17"])

    assert [word for word, _ in words.in_text(text)] == found
