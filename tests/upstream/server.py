"""An upstream that does what a test says, byte for byte, and keeps what it was sent."""

import asyncio
import os
import socket
import ssl
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from gateway.upstream import (
    Upstream,
    UpstreamAddress,
    UpstreamLimits,
    UpstreamRequest,
    UpstreamResponse,
)


class Talk:
    """One connection, seen from the upstream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.received = b""
        """All that was heard."""
        self.is_over = asyncio.Event()
        """Set once the gateway has closed the connection, and the script heard it."""
        self.writer = writer
        self._reader = reader

    async def hear(self, until: bytes = b"\r\n\r\n") -> bytes:
        heard = await self._reader.readuntil(until)
        self.received += heard
        return heard

    async def hear_exactly(self, count: int) -> bytes:
        heard = await self._reader.readexactly(count)
        self.received += heard
        return heard

    async def hear_some(self) -> bytes:
        heard = await self._reader.read(1 << 16)
        self.received += heard
        return heard

    async def hear_end(self) -> bytes:
        heard = b""
        with suppress(ConnectionError):
            while some := await self._reader.read(1 << 16):
                heard += some
        self.received += heard
        self.is_over.set()
        return heard

    async def say(self, *parts: bytes) -> None:
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()

    def say_behind_the_loop(self, said: bytes) -> None:
        """Send at once: the event loop has had no turn when this returns."""
        with self._socket() as own:
            own.sendall(said)

    def reset(self) -> None:
        """Close the connection so that the gateway gets a reset."""
        with self._socket() as own:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def _socket(self) -> socket.socket:
        return socket.socket(fileno=os.dup(self.writer.get_extra_info("socket").fileno()))


Script = Callable[[Talk], Awaitable[None]]


class Server:
    """A server whose connections follow scripts, each the next one, and then the last one."""

    def __init__(self, scripts: tuple[Script, ...]) -> None:
        self.talks: list[Talk] = []
        self.port = 0
        self._scripts = scripts
        self._tasks: list[asyncio.Task[None]] = []

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = Talk(reader, writer)
        script = self._scripts[min(len(self.talks), len(self._scripts) - 1)]
        self.talks.append(talk)
        self._tasks.append(asyncio.get_running_loop().create_task(self._follow(script, talk)))

    async def finish(self) -> None:
        """Wait for the scripts, and raise what failed in them."""
        await asyncio.gather(*self._tasks)

    async def _follow(self, script: Script, talk: Talk) -> None:
        try:
            await script(talk)
        finally:
            talk.writer.close()
            with suppress(ConnectionError):
                await talk.writer.wait_closed()


def captured_transports(
    monkeypatch: pytest.MonkeyPatch, *, are_closed: bool = False
) -> list[asyncio.Transport]:
    """The transports of the connections that are made from now on, which may be closed at once."""
    transports: list[asyncio.Transport] = []
    loop = asyncio.get_running_loop()
    create_connection = loop.create_connection

    async def capture(*arguments: Any, **options: Any) -> Any:
        transport, protocol = await create_connection(*arguments, **options)
        transports.append(transport)
        if are_closed:
            transport.abort()
        return transport, protocol

    monkeypatch.setattr(loop, "create_connection", capture)
    return transports


@asynccontextmanager
async def serving(*scripts: Script, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Server]:
    """Run a server on a loopback port; its scripts must have ended when the block does."""
    server = Server(scripts)
    listener = await asyncio.start_server(server.accept, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
        await server.finish()
    finally:
        listener.close()


def engine(server: Server, **limits: Any) -> Upstream:
    """An engine for a server."""
    address = UpstreamAddress.parse(f"http://127.0.0.1:{server.port}")
    return Upstream(address, UpstreamLimits(**limits))


def answering(*answers: bytes) -> Script:
    """A script that answers so many requests without a body, or fewer, until the end."""

    async def script(talk: Talk) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            for answer in answers:
                await talk.hear()
                await talk.say(answer)
        await talk.hear_end()

    return script


def get(target: bytes = b"/") -> UpstreamRequest:
    """A request without a body."""
    return UpstreamRequest(b"GET", target, [(b"Host", b"upstream")])


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"


class Pieces:
    """A body that comes in pieces, each time anew; `pulled` says how many were asked for."""

    def __init__(self, *pieces: bytes) -> None:
        self.pulled = 0
        self._pieces = pieces

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        for piece in self._pieces:
            self.pulled += 1
            yield piece


class Spout:
    """A body whose pieces the test lets through, one by one, and at last the end.

    `is_over` is set at its end, and when nobody asks for more.
    """

    def __init__(self) -> None:
        self.is_over = asyncio.Event()
        self._pieces: asyncio.Queue[bytes | BaseException | None] = asyncio.Queue()

    def let(self, piece: bytes | BaseException | None) -> None:
        self._pieces.put_nowait(piece)

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        try:
            while (piece := await self._pieces.get()) is not None:
                if isinstance(piece, BaseException):
                    raise piece
                yield piece
        finally:
            self.is_over.set()


async def whole(response: UpstreamResponse) -> bytes:
    """The body of an answer."""
    read = b""
    while piece := await response.read():
        read += piece
    return read
