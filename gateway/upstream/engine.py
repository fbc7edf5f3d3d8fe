"""The engine: requests out, answers in."""

import asyncio
import math
import ssl
from functools import partial
from types import TracebackType
from typing import NamedTuple, Self

from gateway.upstream.address import UpstreamAddress
from gateway.upstream.answer import AnswerHead
from gateway.upstream.connecting import connect
from gateway.upstream.connection import Connection
from gateway.upstream.errors import NotConnected, UpstreamError
from gateway.upstream.limits import UpstreamLimits
from gateway.upstream.pool import Pool
from gateway.upstream.request import UpstreamRequest, framed
from gateway.upstream.tls import tls_context

_READ_BYTES = 256 * 1024


class Answer(NamedTuple):
    """An answer, read up to a bound."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    is_complete: bool
    """Whether the body is whole: not longer than the bound, and not broken off."""


class UpstreamResponse:
    """An answer that is being received. Leaving its `with` block early closes its connection."""

    def __init__(self, head: AnswerHead, connection: Connection, pool: Pool) -> None:
        self.status = head.status
        self.reason = head.reason
        self.http_version = head.http_version
        self.headers = head.headers
        self._connection: Connection | None = connection
        self._pool = pool

    async def read(self) -> bytes:
        """Read what has come of the body, waiting for more if nothing has; empty at its end.

        Raises UpstreamError when the body breaks off.
        """
        if self._connection is None:
            raise RuntimeError("The answer is closed.")
        return await self._connection.read()

    def close(self) -> None:
        """Be done with the answer."""
        if self._connection is not None:
            self._pool.release(self._connection)
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class Upstream:
    """Sends requests to one upstream, each once: what fails is never sent again from here."""

    def __init__(
        self,
        address: UpstreamAddress,
        limits: UpstreamLimits,
        tls: ssl.SSLContext | None = None,
        *,
        door: str = "graphql",
    ) -> None:
        """Make an engine with no connections; the `async with` block of it closes them.

        Connections are counted by the door that the engine serves.
        """
        used_tls = (tls or tls_context()) if address.is_tls else None
        buffer = memoryview(bytearray(_READ_BYTES))
        self._connect = partial(connect, address, used_tls, limits, buffer)
        self._pool = Pool(self._connect, limits, door)

    async def __aenter__(self) -> Self:
        self._pool.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._pool.close()

    async def reach(self) -> None:
        """Make a connection beside the others, and close it. Raises NotConnected."""
        connection = await self._connect(math.inf)
        connection.abort()

    async def send(
        self, request: UpstreamRequest, *, deadline: float = math.inf
    ) -> UpstreamResponse:
        """Send a request, and return its answer once the head has come, to be used in a `with`.

        The deadline, of the event loop's clock, is for the whole exchange. Raises UpstreamError,
        ValueError for a request that cannot be sent, and what a body in pieces raises.
        """
        ready = framed(request)
        if deadline <= asyncio.get_running_loop().time():
            raise NotConnected("The deadline had passed before the request was sent.")
        connection = await self._pool.acquire(deadline)
        try:
            head = await connection.exchange(
                ready, is_head=request.method == b"HEAD", deadline=deadline
            )
        except BaseException:
            self._pool.release(connection)
            raise
        return UpstreamResponse(head, connection, self._pool)

    async def exchange(
        self, request: UpstreamRequest, *, max_answer_bytes: int, deadline: float = math.inf
    ) -> Answer:
        """Send a request, and return its answer with as much of the body as is wanted.

        Raises as `send` does, but for a body that breaks off: that is an answer, not complete.
        """
        with await self.send(request, deadline=deadline) as response:
            body, is_complete = await _bounded(response, max_answer_bytes)
        return Answer(response.status, response.headers, body, is_complete)


async def _bounded(response: UpstreamResponse, max_bytes: int) -> tuple[bytes, bool]:
    """A body up to a bound, and whether that is all of it."""
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := await response.read():
            pieces.append(piece)
            size += len(piece)
            if size > max_bytes:
                break
    except UpstreamError:
        return b"".join(pieces), False
    return b"".join(pieces)[:max_bytes], size <= max_bytes
