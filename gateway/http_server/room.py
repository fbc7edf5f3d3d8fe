"""The connections of a server: no more than there is room for."""

from typing import Protocol

from gateway.contract import ConnectionLimits


class Connection(Protocol):
    """What can be told to give way."""

    def give_way(self) -> None:
        """Close at once, since nothing is under way."""
        ...


class Room:
    """Knows which connections wait for their callers, the longest waiting first."""

    def __init__(self, limits: ConnectionLimits) -> None:
        """Have room for as many connections as the limits say."""
        self.limits = limits
        self._open = 0
        self._waiting: dict[Connection, None] = {}

    def enter(self) -> bool:
        """Take a new connection in; False is that it must go, because all others are at work."""
        self._open += 1
        if self._open <= self.limits.max_connections:
            return True
        if not self._waiting:
            return False
        oldest = next(iter(self._waiting))
        del self._waiting[oldest]
        oldest.give_way()
        return True

    def leave(self, connection: Connection) -> None:
        """Forget a connection that is closed."""
        self._open -= 1
        self._waiting.pop(connection, None)

    def waits(self, connection: Connection) -> None:
        """Hear that a connection waits for its caller, from now on."""
        self._waiting[connection] = None

    def works(self, connection: Connection) -> None:
        """Hear that an answer is under way."""
        self._waiting.pop(connection, None)
