"""API keys as they are made."""

import re

from gateway.auth import new_key


def test_new_key_is_random_and_recognisable() -> None:
    """
    A key has a prefix and 256 random bits.
    """
    made = {new_key() for _ in range(100)}

    assert len(made) == 100
    assert all(re.fullmatch(r"ask_[A-Za-z0-9_-]{43}", key) for key in made)
