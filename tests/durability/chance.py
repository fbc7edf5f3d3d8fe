"""Chance that takes the same course whenever it has the same seed."""

from random import Random


def chance(*seed: object) -> Random:
    """The chance of a seed, which may have parts."""
    return Random("/".join(map(str, seed)))  # noqa: S311  # it guards nothing
