"""A man in the middle: between a store and PostgreSQL, who ends connections at a chosen moment."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto

_SSL_REQUEST = bytes.fromhex("0000000804d2162f")
_COMMIT = b"COMMIT;"
_SIZE = 65_536


class Cut(Enum):
    """When the man in the middle ends a connection."""

    NEVER = auto()
    BEFORE_COMMIT = auto()
    """The server never gets the COMMIT."""
    AFTER_COMMIT = auto()
    """The server carries it out, and its answer gets lost."""


class Middle:
    """Stands on a port of its own."""

    def __init__(self, server_port: int, context: ssl.SSLContext | None) -> None:
        """Hand on what comes to a server; with a context by TLS, of which the server knows none."""
        self.cut = Cut.NEVER
        self.port = 0
        self._server_port = server_port
        self._context = context
        self._is_committing = False

    async def talk(self, caller: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        """Stand in the middle of one connection, until one of its ends closes it."""
        if self._context:
            assert await caller.readexactly(len(_SSL_REQUEST)) == _SSL_REQUEST
            answers.write(b"S")
            try:
                await answers.start_tls(self._context)
            except OSError:
                # The caller does not trust the certificate.
                return
        server, requests = await asyncio.open_connection("127.0.0.1", self._server_port)
        directions = {
            asyncio.create_task(self._request(caller, requests)),
            asyncio.create_task(self._answer(server, answers)),
        }
        await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        for writer in (requests, answers):
            writer.close()
        await asyncio.wait(directions)

    async def _request(self, caller: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await caller.read(_SIZE):
                self._is_committing = _COMMIT in data
                if self._is_committing and self.cut is Cut.BEFORE_COMMIT:
                    return
                server.write(data)

    async def _answer(self, server: asyncio.StreamReader, caller: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await server.read(_SIZE):
                if self._is_committing and self.cut is Cut.AFTER_COMMIT:
                    return
                caller.write(data)


@asynccontextmanager
async def in_the_middle(
    server_port: int, context: ssl.SSLContext | None = None
) -> AsyncGenerator[Middle]:
    """Stand between callers and a server."""
    middle = Middle(server_port, context)
    async with await asyncio.start_server(middle.talk, "127.0.0.1", 0) as listener:
        middle.port = listener.sockets[0].getsockname()[1]
        yield middle
