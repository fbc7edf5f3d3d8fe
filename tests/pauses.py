"""How often work in steps lets others have a turn."""

from typing import Generic, TypeVar

from gateway.contract import Steps, at_once

T = TypeVar("T")


class Counted(Generic[T]):
    """Does work in steps, and counts its pauses."""

    def __init__(self, steps: Steps[T]) -> None:
        """Begin."""
        self.pauses = 0
        self._steps = steps

    def result(self) -> T:
        """Do all of it."""
        return at_once(self._counting())

    def _counting(self) -> Steps[T]:
        while True:
            try:
                next(self._steps)
            except StopIteration as end:
                return end.value
            self.pauses += 1
            yield
