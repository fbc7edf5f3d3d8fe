"""A caller's connection to a gateway, which tells a request that was never sent from a lost one."""

import asyncio
import json
from typing import Any

from tests.durability.orders import Call


class NotConnected(Exception):
    """No connection was made, so nothing was sent."""


class Lost(Exception):
    """A connection ended before the whole answer was there."""


class Connection:
    """A connection by which one request is sent after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Use both ends of an open connection."""
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """Connect to a port of this machine, or raise NotConnected."""
        try:
            return cls(*await asyncio.open_connection("127.0.0.1", port))
        except OSError as error:
            raise NotConnected from error

    @property
    def is_closed(self) -> bool:
        """Whether the gateway has closed it, so that nothing can be sent."""
        return self._reader.at_eof()

    async def ask(self, call: Call, api_key: str, request_id: str) -> tuple[int, Any]:
        """Send a request; returns the status and the body of its answer, or raises Lost."""
        head = (
            f"{call.method} {call.path} HTTP/1.1\r\nHost: gateway\r\nX-API-Key: {api_key}\r\n"
            f"X-Request-Id: {request_id}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(call.body)}\r\n\r\n"
        )
        try:
            self._writer.write((head + call.body).encode())
            await self._writer.drain()
            answer = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = answer.partition("content-length:")[2].split()[0]
            body = await self._reader.readexactly(int(length))
        except (OSError, EOFError) as error:
            raise Lost from error
        return int(answer.split()[1]), json.loads(body)

    def close(self) -> None:
        """Close it, whatever it is doing."""
        self._writer.transport.abort()
