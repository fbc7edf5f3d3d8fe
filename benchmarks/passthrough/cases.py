"""What is measured: each kind of request, and what the gateway aims at."""

from pathlib import Path
from typing import NamedTuple

SIZES = {"1kB": 1_000, "100kB": 100_000}


class Case(NamedTuple):
    """One kind of request: a GET is answered with a body of this size, a POST sends one."""

    method: str
    size: str
    connections: int

    @property
    def answer(self) -> str:
        """The size of the answer: a POST is answered with little."""
        return self.size if self.method == "GET" else "1kB"

    @property
    def aim(self) -> float:
        """How many requests a second the gateway should answer for each one of nginx."""
        return 0.25 if self.connections > 1 and self.size == "1kB" else 0.5

    def __str__(self) -> str:
        return f"{self.method} {self.size}, {self.connections}"


CASES = [
    Case(method, size, connections)
    for method in ("GET", "POST")
    for size in SIZES
    for connections in (1, 64)
]


def write_bodies(folder: Path) -> None:
    """Make a file of each size, of its name."""
    folder.mkdir()
    for name, size in SIZES.items():
        (folder / name).write_bytes(b"x" * size)
