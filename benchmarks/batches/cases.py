"""What is measured: batches of these sizes, and what the gateway aims at."""

from typing import NamedTuple


class Case(NamedTuple):
    """A mutation that creates so many repair orders, and what it selects of the outcome."""

    orders: int
    operation: str = "count"

    @property
    def connections(self) -> int:
        """How many callers send it at once: as many as there are when batches are small."""
        return 64 if self.orders <= 100 else 16 if self.orders <= 1_000 else 1


SIZES = (1, 10, 100, 1_000, 10_000, 50_000)


class Aim(NamedTuple):
    """How many times cheaper than another server the gateway should be, for each size."""

    other: str
    times: dict[int, float]


AIMS = {
    "remote": [
        Aim("naive", {1: 15, 10: 20, 100: 50, 1_000: 50, 10_000: 60}),
        Aim("floor", {1: 1 / 0.35, 10: 1 / 0.35, 100: 1 / 0.7, 1_000: 1 / 1.3, 10_000: 1 / 1.5}),
    ],
    "embedded": [Aim("naive", {1: 10, 10: 15, 100: 30, 1_000: 30, 10_000: 30})],
}
