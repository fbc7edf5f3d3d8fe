"""The connections to the upstream: a bounded number, used again while they are fresh."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from gateway.telemetry import meters
from gateway.upstream.connection import Connection
from gateway.upstream.errors import NoFreeConnection
from gateway.upstream.limits import UpstreamLimits


class Pool:
    """Lends connections, each to one exchange at a time."""

    def __init__(
        self,
        connect: Callable[[float], Awaitable[Connection]],
        limits: UpstreamLimits,
        door: str,
    ) -> None:
        """Make connections with `connect`, which is told until when, for a door."""
        self._connect = connect
        self._limits = limits
        self._door = door
        self._count = 0
        # In the order in which they became idle. Nobody waits while there is one.
        self._idle: deque[Connection] = deque()
        self._waiters: deque[asyncio.Future[Connection | None]] = deque()
        self._sweeper: asyncio.TimerHandle | None = None
        self._is_closed = False

    def open(self) -> None:
        """Tell how many connections there may be, and that there is none yet."""
        meters().most_upstream_connections(self._door).set(self._limits.max_connections)
        self._count_connections(0)
        meters().upstream_waiting(self._door).inc(0)
        meters().upstream_retries(self._door).inc(0)

    async def acquire(self, deadline: float) -> Connection:
        """Lend the connection that was used last, or a new one, or else the next that is free.

        Raises NotConnected and NoFreeConnection.
        """
        connection = self._freshest()
        if connection is not None:
            return connection
        if self._count < self._limits.max_connections:
            self._count_connections(1)
        else:
            connection = await self._next_free(deadline)
            if connection is not None and connection.is_quiet():
                return connection
        try:
            return await self._connect(deadline)
        except BaseException:
            self._hand_on(None)
            raise

    def release(self, connection: Connection) -> None:
        """Take a connection back; it is kept only after a complete exchange."""
        can_be_used = connection.end() and not self._is_closed
        if not can_be_used:
            connection.abort()
        self._hand_on(connection if can_be_used else None)

    async def close(self) -> None:
        """Close the idle connections, and from now on each that is taken back."""
        self._is_closed = True
        idle = list(self._idle)
        while self._idle:
            self._drop(self._idle.pop())
        if self._sweeper is not None:
            self._sweeper.cancel()
        if idle:
            await asyncio.wait([connection.closed for connection in idle])

    def _freshest(self) -> Connection | None:
        oldest = asyncio.get_running_loop().time() - self._limits.keepalive
        while self._idle:
            connection = self._idle.pop()
            if connection.idle_since > oldest and connection.is_quiet():
                return connection
            self._drop(connection)
        return None

    def _drop(self, connection: Connection) -> None:
        connection.abort()
        self._count_connections(-1)

    async def _next_free(self, deadline: float) -> Connection | None:
        """Wait for a connection, or for the right to make one."""
        latest = asyncio.get_running_loop().time() + self._limits.connect_timeout
        waiting = meters().upstream_waiting(self._door)
        try:
            async with asyncio.timeout_at(min(latest, deadline)):
                with waiting.track_inprogress():
                    return await self._turn()
        except TimeoutError:
            raise NoFreeConnection("All connections to the upstream are busy.") from None

    async def _turn(self) -> Connection | None:
        waiter: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.cancelled():
                with suppress(ValueError):
                    self._waiters.remove(waiter)
            else:
                self._hand_on(waiter.result())
            raise

    def _hand_on(self, connection: Connection | None) -> None:
        """Give a connection, or the right to make one, to who has waited longest."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        if connection is None:
            self._count_connections(-1)
        else:
            self._keep(connection)

    def _count_connections(self, more: int) -> None:
        self._count += more
        meters().upstream_connections(self._door).inc(more)

    def _keep(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        self._idle.append(connection)
        if self._sweeper is None:
            self._sweeper = loop.call_later(self._limits.keepalive, self._sweep)

    def _sweep(self) -> None:
        """Close the connections that were idle for too long."""
        self._sweeper = None
        oldest = asyncio.get_running_loop().time() - self._limits.keepalive
        while self._idle and self._idle[0].idle_since <= oldest:
            self._drop(self._idle.popleft())
        if self._idle:
            due = self._idle[0].idle_since + self._limits.keepalive
            self._sweeper = asyncio.get_running_loop().call_at(due, self._sweep)
