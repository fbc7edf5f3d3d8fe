"""What is measured, and what the gateway aims at."""

from typing import NamedTuple

CALLERS = 64

VERBS = ("POST", "PATCH")


class Case(NamedTuple):
    """Requests of one repair order each, by one kind of store."""

    engine: str
    verb: str

    @property
    def aim(self) -> float:
        """How many times as many orders a second shared commits should write."""
        return 5 if self.engine == "SQLite" else 4

    def __str__(self) -> str:
        return f"{self.engine}, {self.verb}"


CASES = [Case(engine, verb) for engine in ("SQLite", "PostgreSQL") for verb in VERBS]

AIM_OVER_HTTP = 0.8
"""Of the requests a second without the wait for the disk."""
