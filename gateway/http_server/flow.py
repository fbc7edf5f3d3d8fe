"""Writing to a caller, no faster than it reads."""

import asyncio
import socket
import struct
from collections.abc import Collection

_RESET = struct.pack("ii", 1, 0)


class Flow:
    """The writing half of a connection."""

    def __init__(self, transport: asyncio.Transport, tasks: Collection[object]) -> None:
        """Write to a transport, on a server that answers requests by these tasks."""
        self._transport = transport
        self._tasks = tasks
        self._loop = asyncio.get_running_loop()
        self._gathered: list[bytes] = []
        self._may_write = asyncio.Event()
        self.is_paused = False
        """Whether the caller must read before more is sent."""

    def unread(self) -> int:
        """How many bytes wait for the caller to read."""
        return self._transport.get_write_buffer_size()

    def write(self, data: bytes) -> None:
        """Send bytes: at once when no other request is answered, else after this turn of the loop.

        Under load many callers are then woken together, which is cheaper.
        """
        if not data:
            return
        if len(self._tasks) == 1 and not self._gathered:
            self._transport.write(data)
            return
        if not self._gathered:
            self._loop.call_soon(self.flush)
        self._gathered.append(data)

    def flush(self) -> None:
        """Send what was gathered, now."""
        gathered, self._gathered = self._gathered, []
        if gathered and not self._transport.is_closing():
            self._transport.writelines(gathered)

    async def drain(self) -> None:
        """Wait until the caller has read enough."""
        if self.is_paused:
            await self._may_write.wait()

    def pause(self) -> None:
        """Hear that the caller must read first."""
        self.is_paused = True
        self._may_write.clear()

    def resume(self) -> None:
        """Hear that the caller has read, or has gone."""
        self.is_paused = False
        self._may_write.set()

    def close(self) -> None:
        """Close the connection when all is sent."""
        self.flush()
        self._transport.close()

    def end(self) -> None:
        """Say that nothing more is sent."""
        self.flush()
        self._transport.write_eof()

    def reset(self) -> None:
        """Close the connection so that the caller gets an error, and not the end of an answer."""
        self.flush()
        own: socket.socket = self._transport.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()
