"""Both ends of the gateway with an event loop: legacy callers, and servers that play AutoSpot."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from tests.passthrough.wire import Headers
from tests.server import running

_PIECE = 64 * 1024


class End:
    """One end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak over a connection."""
        self.reader = reader
        self.writer = writer

    async def say(self, *parts: bytes) -> None:
        """Send bytes as they are, no faster than they are taken."""
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()

    async def head(self) -> tuple[bytes, Headers]:
        """Hear the first line and the headers of a message, whose names are in lower case."""
        start, *lines = (await self.reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[:-2]
        pairs = [line.partition(b": ") for line in lines]
        return start, [(name.lower(), value) for name, _, value in pairs]

    async def status(self) -> int:
        """Hear the head of an answer."""
        start, _ = await self.head()
        return int(start.split(b" ")[1])

    async def pieces(self, headers: Headers) -> AsyncGenerator[bytes]:
        """Hear a body as it comes. Raises IncompleteReadError when the connection ends before."""
        length = dict(headers).get(b"content-length")
        if length is None:
            while piece := await self._chunk():
                yield piece
            return
        left = int(length)
        while left:
            piece = await self.reader.read(min(left, _PIECE))
            if not piece:
                raise asyncio.IncompleteReadError(b"", left)
            left -= len(piece)
            yield piece

    async def _chunk(self) -> bytes:
        size = int(await self.reader.readuntil(b"\r\n"), 16)
        return (await self.reader.readexactly(size + 2))[:-2]

    async def end(self) -> None:
        """Hear nothing more until the connection ends."""
        with suppress(ConnectionError):
            assert await self.reader.read() == b""

    def hang_up(self) -> None:
        """End the connection at once, whatever is under way."""
        self.writer.transport.abort()


Play = Callable[[End], Awaitable[None]]


@asynccontextmanager
async def playing(play: Play, port: int = 0) -> AsyncGenerator[int]:
    """Play AutoSpot on each connection; gives the port. Raises what fails in a play.

    The plays must have ended when the block does; when it fails they are ended.
    """
    plays: list[asyncio.Task[None]] = []

    async def follow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await play(End(reader, writer))
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        plays.append(asyncio.create_task(follow(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", port, backlog=1_000)
    try:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*plays)
    finally:
        server.close()
        for each in plays:
            each.cancel()


@asynccontextmanager
async def calling(port: int) -> AsyncGenerator[End]:
    """Open a connection to a gateway."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield End(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def gateway(upstream: int, **settings: object) -> AsyncGenerator[int]:
    """Run a gateway in front of a port; gives its own."""
    server = running(upstream_url=f"http://127.0.0.1:{upstream}", **settings)
    url = await asyncio.to_thread(server.__enter__)
    try:
        yield int(url.rpartition(":")[2])
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)
