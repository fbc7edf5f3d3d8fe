"""How long a caller is waited for, and what then becomes of the connection."""

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Protocol

from gateway.http_server.room import Connection, Room

_LEAST_BYTES_PER_SECOND = 1_000
_LINGERING_SECONDS = 5.0


class Wait(Enum):
    """What of a caller is waited for."""

    NOTHING = auto()
    REQUEST = auto()
    HEAD = auto()
    """The end of a head that has begun."""
    REST = auto()
    """The end of a body whose request was answered."""
    READING = auto()
    """That it reads an answer of the gateway's own."""


class Waiting(Connection, Protocol):
    """A connection, as it is told that its caller was waited for in vain."""

    def unread(self) -> int:
        """How many bytes its caller has not taken yet."""
        ...

    def refuse_slow_head(self) -> None:
        """Hear that a head did not come to its end in time."""
        ...

    def finish(self) -> None:
        """Hear that nothing more is asked: close when all is read."""
        ...


class Patience:
    """The wait for one caller, which the room of all connections knows of."""

    def __init__(self, connection: Waiting, room: Room) -> None:
        """Wait for nothing yet."""
        self._connection = connection
        self._room = room
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._wait = Wait.NOTHING

    def wait_for(self, wait: Wait) -> None:
        """Wait for this now, or go on waiting for it."""
        before, self._wait = self._wait, wait
        if wait is Wait.NOTHING:
            self._room.works(self._connection)
            self.stop()
        elif wait is not before:
            self._room.waits(self._connection)
            self._begin(wait)

    def begin_anew(self, wait: Wait) -> None:
        """If this is what is waited for, forget how long it has been."""
        if self._wait is wait:
            self._wait = Wait.NOTHING

    def linger(self) -> None:
        """Let the caller end what it still sends, for a moment."""
        self._set(_LINGERING_SECONDS, self._connection.finish)

    def stop(self) -> None:
        """Wait no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _begin(self, wait: Wait) -> None:
        limits = self._room.limits
        if wait is Wait.READING:
            self._expect_reading()
        elif wait is Wait.HEAD:
            self._set(limits.head_timeout, self._connection.refuse_slow_head)
        else:
            self._set(limits.idle_timeout, self._connection.finish)

    def _expect_reading(self) -> None:
        seconds = self._room.limits.answer_timeout
        most = self._connection.unread() - seconds * _LEAST_BYTES_PER_SECOND
        self._set(seconds, partial(self._end_slow_reading, most))

    def _end_slow_reading(self, most: float) -> None:
        if self._connection.unread() > most:
            self._connection.give_way()
        else:
            self._expect_reading()

    def _set(self, seconds: float, end: Callable[[], None]) -> None:
        self.stop()
        self._timer = self._loop.call_later(seconds, end)
