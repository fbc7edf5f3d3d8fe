"""Writing to a caller, no faster than it reads."""

import asyncio
import socket
import struct

_RESET = struct.pack("ii", 1, 0)


class Flow:
    """The writing half of a connection."""

    def __init__(self, transport: asyncio.Transport) -> None:
        """Write to a transport."""
        self._transport = transport
        self._may_write = asyncio.Event()
        self._is_paused = False

    def write(self, data: bytes) -> None:
        """Send bytes; those of one turn of the event loop go out together."""
        if data:
            self._transport.write(data)

    async def drain(self) -> None:
        """Wait until the caller has read enough."""
        if self._is_paused:
            await self._may_write.wait()

    def pause(self) -> None:
        """Hear that the caller must read first."""
        self._is_paused = True
        self._may_write.clear()

    def resume(self) -> None:
        """Hear that the caller has read, or has gone."""
        self._is_paused = False
        self._may_write.set()

    def close(self) -> None:
        """Close the connection when all is sent."""
        self._transport.close()

    def reset(self) -> None:
        """Close the connection so that the caller gets an error, and not the end of an answer."""
        own: socket.socket = self._transport.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()
