"""Workers: processes that serve one port together, and are started again when they die."""

import asyncio
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import NamedTuple, NoReturn, cast

from gateway.cli.ending import signals_held_back, signals_let_through
from gateway.cli.failure import CommandFailed
from gateway.telemetry import forget_worker, log_worker_end

_LINGERING_SECONDS = 5
"""How long a worker may take to end, beside the time that its requests are given."""

_STEADY_SECONDS = 60
"""A worker that has lived this long has not failed to start."""

_LONGEST_PAUSE_SECONDS = 5
"""Callers whom the system has given to a worker wait until the next one is there."""

# What is imported is shared by all of them, and a new worker is of the same version as the others.
_processes = multiprocessing.get_context("fork")

Work = Callable[[socket.socket, Callable[[], None]], None]
"""Serves a listener until a signal; calls what it is given once it does; raises CommandFailed."""


def run_workers(
    work: Work,
    listeners: Sequence[socket.socket],
    *,
    count: int,
    grace_seconds: int,
    on_start: Callable[[], None],
) -> None:
    """Serve in processes, of a listener each, until a signal; `on_start` is called once all do.

    The listeners stay open here, so that callers wait for the next process when one dies.
    Raises CommandFailed when one cannot start, or does not end in time.
    """
    crew = _Crew(work, listeners, count)
    with signals_held_back():
        try:
            with suppress(SystemExit):  # of a signal
                crew.start()
                on_start()
                crew.keep_up()
        finally:
            _close(listeners)
            crew.stop(grace_seconds + _LINGERING_SECONDS)


class _Crew:
    """All workers."""

    def __init__(self, work: Work, listeners: Sequence[socket.socket], count: int) -> None:
        lifeline = os.pipe()
        self._workers = [
            _Worker(_Serving(work, listeners, place % len(listeners), *lifeline))
            for place in range(count)
        ]

    def start(self) -> None:
        """Start them, and wait until all serve; the first makes what the others find.

        Raises CommandFailed when one does not.
        """
        first, *others = self._workers
        for workers in ([first], others):
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.wait_until_it_serves()

    def keep_up(self) -> NoReturn:
        """Start those again that die."""
        while True:
            running = {worker.reports: worker for worker in self._workers if worker.is_running}
            for report in _waited_for(running, self._next_start()):
                running[report].hear()
            for worker in self._workers:
                if not worker.is_running and worker.due <= monotonic():
                    worker.start()

    def stop(self, seconds: float) -> None:
        """Let all of them end. Raises CommandFailed when one has to be killed."""
        running = [worker for worker in self._workers if worker.is_running]
        deadline = monotonic() + seconds
        for worker in running:
            worker.terminate()
        if killed := [worker for worker in running if not worker.has_ended(deadline)]:
            raise CommandFailed(f"Workers did not end in time, and were killed: {len(killed)}.")

    def _next_start(self) -> float | None:
        return min((worker.due for worker in self._workers if not worker.is_running), default=None)


class _Worker:
    """A place among the workers, and the process that fills it."""

    def __init__(self, serving: "_Serving") -> None:
        self.is_running = False
        self.due = 0.0
        """When it is started again."""
        self._serving = serving
        self._deaths = 0
        self._failure = ""

    def start(self) -> None:
        """Start a process."""
        self.reports, reports = _processes.Pipe(duplex=False)
        self._process = _processes.Process(target=self._serving, args=(reports,))
        self._process.start()
        reports.close()
        self._started_at = monotonic()
        self._failure = ""
        self.is_running = True

    def wait_until_it_serves(self) -> None:
        """Wait for its first report. Raises CommandFailed when it does not serve."""
        _waited_for([self.reports], None)
        self.hear()
        if not self.is_running:
            raise CommandFailed("A worker ended before it served; the log says how.")
        if self._failure:
            raise CommandFailed(self._failure)

    def hear(self) -> None:
        """Take in that it serves, why it does not, or that it is dead."""
        try:
            self._failure = self.reports.recv()
        except EOFError:
            self._bury()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def has_ended(self, deadline: float) -> bool:
        """Wait for its end until a moment, and kill it then."""
        self._process.join(max(0, deadline - monotonic()))
        has_ended = self._process.exitcode is not None
        if not has_ended:
            self._process.kill()
            self._process.join()
        return has_ended

    def _bury(self) -> None:
        self._process.join()
        self.reports.close()
        forget_worker(cast("int", self._process.pid))
        self.is_running = False
        is_steady = monotonic() - self._started_at >= _STEADY_SECONDS
        self._deaths = 1 if is_steady else self._deaths + 1
        pause = _pause(self._deaths)
        self.due = monotonic() + pause
        log_worker_end(
            process=self._process.pid,
            exit_code=self._process.exitcode,
            reason=self._failure,
            next_in_seconds=pause,
        )


def _pause(deaths: int) -> float:
    """How long a place stays empty: not at all at first, then ever longer up to a limit."""
    return 0 if deaths == 1 else min(2 ** (deaths - 2), _LONGEST_PAUSE_SECONDS)


def _waited_for(reports: Iterable[Connection], until: float | None) -> list[Connection]:
    """Wait for reports, for a moment or for a signal, which is raised as SystemExit."""
    with signals_let_through():
        timeout = None if until is None else max(0, until - monotonic())
        return [report for report in wait(list(reports), timeout) if isinstance(report, Connection)]


class _Serving(NamedTuple):
    """What a worker process does."""

    work: Work
    listeners: Sequence[socket.socket]
    place: int
    lifeline: int
    """Its other end is open only in the parent."""
    parents_end: int

    def __call__(self, reports: Connection) -> None:
        """Serve, and report that it does, or why it cannot."""
        os.close(self.parents_end)
        own = self.listeners[self.place]
        _close(listener for listener in self.listeners if listener is not own)

        def report() -> None:
            asyncio.get_running_loop().add_reader(self.lifeline, self._end_with_parent)
            reports.send("")

        with signals_let_through():
            try:
                self.work(own, report)
            except CommandFailed as error:
                reports.send(error.format_message())
                raise SystemExit(1) from error

    def _end_with_parent(self) -> None:
        """End as on a signal: without its parent nobody would end it."""
        asyncio.get_running_loop().remove_reader(self.lifeline)
        signal.raise_signal(signal.SIGTERM)


def _close(listeners: Iterable[socket.socket]) -> None:
    for listener in listeners:
        listener.close()
