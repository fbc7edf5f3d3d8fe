"""A connection to the upstream, for one exchange at a time."""

import asyncio
import select
from typing import cast

from gateway.upstream.answer import AnswerHead, AnswerReader, BadAnswer
from gateway.upstream.errors import BrokenOff, StaleConnection, TimedOut
from gateway.upstream.limits import UpstreamLimits
from gateway.upstream.request import FramedRequest
from gateway.upstream.sending import RequestSender
from gateway.upstream.silence import Silence

_MAX_BUFFERED = 64 * 1024
_FIRST_REFUSAL = 300


class Connection(asyncio.BufferedProtocol):
    """Sends a request, and gives its answer: first the head, then the body as it comes.

    A request that is answered before it was sent whole is not sent on, unless with 2xx: such an
    answer may go on while the upstream reads.
    """

    def __init__(self, limits: UpstreamLimits, buffer: memoryview) -> None:
        """Read through a buffer, which other connections of the same event loop may use too."""
        self.idle_since = 0.0
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = buffer
        self._reader = AnswerReader(limits)
        self._read_timeout = limits.read_timeout
        self._readable = select.poll()
        self._waiter: asyncio.Future[None] | None = None
        self._failure: BaseException | None = None
        self._is_busy = False
        self._was_used = False
        self._is_paused = False

    async def exchange(
        self, request: FramedRequest, *, is_head: bool, deadline: float
    ) -> AnswerHead:
        """Send a request, and wait for the head of its answer."""
        self._is_busy = True
        self._reader.begin(is_to_head=is_head)
        self._sender.send(request)
        self._silence.begin(deadline)
        while self._reader.head is None:
            await self._next_event()
        return self._reader.head

    async def read(self) -> bytes:
        """Read what has come of the body, and wait if nothing has; empty at its end."""
        while not (self._reader.buffered or self._reader.is_complete):
            await self._next_event()
        body = self._reader.take()
        self._resume()
        return body

    def end(self) -> bool:
        """End the exchange; returns whether the connection can be used for another."""
        self._is_busy = False
        self._was_used = True
        self._silence.end()
        if not self._sender.is_done:
            self._sender.stop()
            return False
        self._resume()
        return (
            self._reader.keeps_alive
            and not self._transport.is_closing()
            and not self._transport.get_write_buffer_size()
        )

    def is_closing(self) -> bool:
        """Whether the connection is closed, or about to be."""
        return self._transport.is_closing()

    def is_quiet(self) -> bool:
        """Whether the connection is open, and the upstream sent nothing unasked, nor its end."""
        return not self._transport.is_closing() and not self._readable.poll(0)

    def abort(self) -> None:
        """Close the connection at once."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._silence = Silence(
            self._read_timeout,
            self._is_owing,
            self._transport.get_write_buffer_size,
            self._time_out,
        )
        self._sender = RequestSender(self._transport, self._silence, self._fail)
        self._readable.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # asyncio's signature
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if not self._is_busy or self._failure is not None:
            self._transport.abort()
            return
        try:
            self._reader.feed(self._buffer[:nbytes])
        except BadAnswer as error:
            self._break_off(error)
            return
        if not self._sender.is_done:
            self._stop_in_vain()
        if self._reader.buffered > _MAX_BUFFERED and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        if not self._is_busy:
            return
        try:
            self._reader.end()
        except BadAnswer as error:
            self._break_off(error)
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set_result(None)
        self._silence.close()
        self._sender.stop()
        if self._is_busy and not self._reader.is_complete:
            self._break_off(exc)

    def pause_writing(self) -> None:
        self._sender.pause()

    def resume_writing(self) -> None:
        self._sender.resume()

    async def _next_event(self) -> None:
        """Wait until something came. Raises what went wrong."""
        if self._failure is not None:
            raise self._failure
        self._waiter = asyncio.get_running_loop().create_future()
        self._silence.interrupt()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _resume(self) -> None:
        if self._is_paused and not self._transport.is_closing():
            self._is_paused = False
            self._transport.resume_reading()

    def _stop_in_vain(self) -> None:
        """Stop sending when the answer says that it is in vain."""
        head = self._reader.head
        if head is not None and (self._reader.is_complete or head.status >= _FIRST_REFUSAL):
            self._sender.stop()

    def _is_owing(self) -> bool:
        """Whether the upstream is waited for, to answer or to read."""
        is_waiting = self._waiter is not None and not self._waiter.done()
        return is_waiting and not self._sender.awaits_caller

    def _time_out(self, message: str) -> None:
        self._fail(TimedOut(message, answered=self._reader.head is not None))

    def _break_off(self, cause: Exception | None) -> None:
        message = str(cause) if isinstance(cause, BadAnswer) else "The connection broke off."
        is_stale = self._was_used and not self._reader.has_begun
        kind = StaleConnection if is_stale else BrokenOff
        failure = kind(message, answered=self._reader.head is not None)
        failure.__cause__ = cause
        self._fail(failure)

    def _fail(self, failure: BaseException) -> None:
        """Close the connection, and let the exchange raise why; the first failure is the one."""
        if self._failure is None:
            self._failure = failure
        self._sender.stop()
        self._transport.abort()
        self._wake()
