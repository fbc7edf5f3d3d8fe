"""How long the upstream may be silent."""

import asyncio
import math
from collections.abc import Callable


class Silence:
    """Measures the time in which an upstream does nothing, although it owes something.

    Most exchanges set no timer: one that an earlier exchange has set comes early enough. Of what is
    not written yet it sees only at each ring whether it became less, so that an upstream which
    stops to read may be silent for up to twice the limit.
    """

    def __init__(
        self,
        limit: float,
        is_owing: Callable[[], bool],
        unwritten: Callable[[], int],
        on_end: Callable[[str], None],
    ) -> None:
        """Tell `on_end`, with a sentence, when the limit of silence or a deadline has passed."""
        self._loop = asyncio.get_running_loop()
        self._limit = limit
        self._is_owing = is_owing
        self._unwritten = unwritten
        self._on_end = on_end
        self._since = 0.0
        self._unwritten_then = 0
        self._deadline = math.inf
        self._is_measuring = False
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, deadline: float) -> None:
        """Measure from now on."""
        self._is_measuring = True
        self._deadline = deadline
        self.interrupt()
        if self._timer is not None and self._timer.when() > self._due():
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._loop.call_at(self._due(), self._ring)

    def interrupt(self) -> None:
        """Note that something happens now."""
        self._since = self._loop.time()
        self._unwritten_then = self._unwritten()

    def end(self) -> None:
        """Measure no more."""
        self._is_measuring = False

    def close(self) -> None:
        """Drop the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _due(self) -> float:
        return min(self._since + self._limit, self._deadline)

    def _ring(self) -> None:
        self._timer = None
        if not self._is_measuring:
            return
        if not self._is_owing() or self._unwritten() < self._unwritten_then:
            self.interrupt()
        now = self._loop.time()
        if now >= self._deadline:
            self._on_end("The upstream's answer was not complete by the deadline.")
        elif now >= self._since + self._limit:
            self._on_end(f"The upstream was silent for {self._limit:g} seconds.")
        else:
            self._timer = self._loop.call_at(self._due(), self._ring)
