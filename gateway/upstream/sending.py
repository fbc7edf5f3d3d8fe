"""A request being sent, no faster than the upstream reads it."""

import asyncio
from collections.abc import AsyncIterable, Callable

from gateway.upstream.request import FramedRequest
from gateway.upstream.silence import Silence

_JOINED_BYTES = 64 * 1024


class RequestSender:
    """Sends requests on one connection, one at a time."""

    def __init__(
        self,
        transport: asyncio.Transport,
        silence: Silence,
        on_failure: Callable[[BaseException], None],
    ) -> None:
        """Tell `on_failure` what a body that comes in pieces raised."""
        self.is_done = True
        self._transport = transport
        self._silence = silence
        self._on_failure = on_failure
        self._is_full = False
        self._room: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def awaits_caller(self) -> bool:
        """Whether there is more to send, which has not come yet."""
        is_sending = self._task is not None and not self.is_done and not self._task.cancelling()
        return is_sending and self._room is None

    def send(self, request: FramedRequest) -> None:
        """Send a request: at once, but for a body in pieces, which is sent as it comes."""
        head, length, body = request
        if body is None:
            self._transport.write(head)
        elif not isinstance(body, bytes):
            self._transport.write(head)
            self.is_done = False
            self._task = asyncio.get_running_loop().create_task(self._send_pieces(body, length))
            self._task.add_done_callback(self._ended)
        elif len(body) < _JOINED_BYTES:
            self._transport.write(head + body)
        else:
            self._transport.writelines((head, body))

    def stop(self) -> None:
        """Send no more."""
        if self._task is not None:
            self._task.cancel()

    def pause(self) -> None:
        """Hear that the upstream must read before more is sent."""
        self._is_full = True

    def resume(self) -> None:
        """Hear that the upstream has read."""
        self._is_full = False
        if self._room is not None and not self._room.done():
            self._room.set_result(None)

    async def _send_pieces(self, body: AsyncIterable[bytes], length: int | None) -> None:
        sent = 0
        async for piece in body:
            sent += len(piece)
            if length is None:
                self._send_chunk(piece)
            elif sent <= length:
                self._transport.write(piece)
            else:
                break
            if self._is_full:
                await self._wait_for_room()
        if length is None:
            self._transport.write(b"0\r\n\r\n")
        elif sent != length:
            raise ValueError("The body of the request is not as long as its headers say.")
        self._silence.interrupt()
        self.is_done = True

    def _send_chunk(self, piece: bytes) -> None:
        if piece:  # An empty chunk would end the body.
            self._transport.writelines((b"%x\r\n" % len(piece), piece, b"\r\n"))

    async def _wait_for_room(self) -> None:
        self._room = asyncio.get_running_loop().create_future()
        self._silence.interrupt()
        try:
            await self._room
        finally:
            self._room = None

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_failure(error)
