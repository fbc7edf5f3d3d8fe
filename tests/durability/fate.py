"""What a gateway's process cannot know of: when it ends in a commit, and which time it is.

Both are read from files that a test writes. The driver's commit and the clock are wrapped before
the command starts, and the gateway's own code is as it is.
"""

import ctypes
import os
import resource
import signal
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from functools import partial
from pathlib import Path
from sqlite3 import dbapi2 as driver
from typing import Self

from gateway.backing import local
from gateway.store import sqlite
from tests.durability.chance import chance

_WRITES = 6_000
"""How many bytes the smallest commit writes, about."""


_BUSY_SECONDS = 6
"""How long a locked file is waited for: longer than who is asked to stop may take."""


class Step(StrEnum):
    """Where a commit to SQLite is broken off."""

    BEFORE = "before"
    BETWEEN = "between"
    """When a part of it is written."""
    AFTER = "after"
    """When it is durable, and nobody was answered yet."""


class Fate:
    """What a test has in store for a gateway: files in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Have nothing in store yet."""
        self._step = folder / "step"
        self._clock = folder / "clock"

    def end_at(self, step: Step) -> None:
        """Let the process end at a step of its next commit."""
        self._step.write_text(step)

    def set_clock(self, seconds: float) -> None:
        """Move the clock, at once; a negative number sets it back."""
        self._clock.with_suffix(".new").write_text(str(seconds))
        self._clock.with_suffix(".new").rename(self._clock)

    def take_step(self) -> Step | None:
        """Where the commit ends that is about to begin, if it does."""
        try:
            step = Step(self._step.read_text())
            self._step.unlink()
        except (FileNotFoundError, ValueError):
            # None is there, it is about to be written, or another worker was faster.
            return None
        return step

    def seconds(self) -> float:
        """How far the clock is moved."""
        return float(self._clock.read_text()) if self._clock.exists() else 0


def submit_to(fate: Fate, log: Path) -> None:
    """Let the fate of this process be in a test's hands; `log` is SQLite's log of changes."""
    driver.__dict__["connect"] = partial(sqlite3.connect, factory=_connection_class(fate, log))
    local.__dict__["datetime"] = _clock_class(fate)
    sqlite.__dict__["BUSY_SECONDS"] = _BUSY_SECONDS


def _connection_class(fate: Fate, log: Path) -> type[sqlite3.Connection]:
    class Connection(sqlite3.Connection):
        def commit(self) -> None:
            step = fate.take_step() if self.in_transaction else None
            if step is Step.BEFORE:
                os.kill(os.getpid(), signal.SIGKILL)
            if step is Step.BETWEEN:
                _break_off(super().commit, log)
                fate.end_at(step)
                return
            super().commit()
            if step is Step.AFTER:
                os.kill(os.getpid(), signal.SIGKILL)

    return Connection


def _break_off(commit: Callable[[], None], log: Path) -> None:
    """Let the system end the process when it has written a part of the log.

    It goes on when that wrote less, or in the room of a log that had been longer.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    written = log.stat().st_size
    size = written + chance(written).randrange(1, _WRITES)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Python lets only its first thread do that.
    ctypes.CDLL(None).signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    commit()
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def _clock_class(fate: Fate) -> type[datetime]:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(seconds=fate.seconds())

    return Clock
