"""Measuring a call of the remote AutoSpot."""

from time import perf_counter
from types import TracebackType
from typing import Self

from gateway.telemetry.counting import status_class
from gateway.telemetry.meters import meters
from gateway.telemetry.request import note_wait
from gateway.telemetry.tracing import call_span


class UpstreamCall:
    """A call that is made in the `with` block: how long it takes, and what it comes to."""

    def __init__(self, method: str) -> None:
        """Measure a call by this method."""
        self._method = method
        self._status: int | None = None

    def answered(self, status: int) -> None:
        """Hear that an answer came."""
        self._status = status

    def __enter__(self) -> Self:
        self._span = call_span("AutoSpot")
        self._span.__enter__()
        self._began_at = perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        seconds = perf_counter() - self._began_at
        self._span.__exit__(kind, error, traceback)
        note_wait(seconds)
        outcome = kind.__name__ if kind else status_class(self._status)
        meters().upstream_calls(self._method, outcome).observe(seconds)
