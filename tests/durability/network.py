"""The network between a gateway and a PostgreSQL server, which fails when it is told to."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress

from tests.durability.fate import Step

_COMMIT = b"COMMIT;"
_SIZE = 65_536

Act = Callable[[int], None]
"""What is done with a connection, of which it gets the caller's port."""


class Network:
    """A port of its own, from which all is handed on to the server and back."""

    def __init__(self, server_port: int) -> None:
        """Be the way to a port of this machine."""
        self.port = 0
        self._server_port = server_port
        self._open: set[_Link] = set()
        self._talks: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._bytes_left: int | None = None
        self._at_commit: tuple[Step, Act] | None = None

    def reset(self) -> None:
        """End every connection."""
        for link in set(self._open):
            link.cut()

    def freeze(self) -> None:
        """Hand on nothing any more, and keep what comes; connections are made and stay."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Hand on what was kept, and all that comes."""
        self._flowing.set()

    def break_after(self, size: int) -> None:
        """End the connection by which the last of so many bytes goes, in either direction."""
        self._bytes_left = size

    def at_commit(self, step: Step, act: Act) -> None:
        """Do something, once, at a step of the next commit, and then end its connection.

        The steps are: the server did not get it; the server got it; the server has answered.
        """
        self._at_commit = step, act

    async def talk(self, requests: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        """Begin to carry a connection; that lasts until one of its ends closes it."""
        await self._flowing.wait()
        try:
            server = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            answers.transport.abort()
            return
        link = _Link(answers, server[1])
        self._open.add(link)
        self._talks.add(asyncio.create_task(self._carry(link, requests, server[0])))

    async def close(self) -> None:
        """End every connection, and wait until that is done."""
        self.thaw()
        self.reset()
        await asyncio.gather(*self._talks)

    async def _carry(
        self, link: "_Link", requests: asyncio.StreamReader, answers: asyncio.StreamReader
    ) -> None:
        await asyncio.gather(self._requests(link, requests), self._answers(link, answers))
        self._open.discard(link)

    async def _requests(self, link: "_Link", requests: asyncio.StreamReader) -> None:
        with link.cut_at_the_end():
            while data := await requests.read(_SIZE):
                await self._flowing.wait()
                link.step = None
                if _COMMIT in data and self._at_commit:
                    link.step, link.act = self._at_commit
                    self._at_commit = None
                if link.step is not Step.BEFORE:
                    await self._hand_on(link, data, link.server)
                if link.step in {Step.BEFORE, Step.BETWEEN}:
                    link.act(link.port)
                    return

    async def _answers(self, link: "_Link", answers: asyncio.StreamReader) -> None:
        with link.cut_at_the_end():
            while data := await answers.read(_SIZE):
                await self._flowing.wait()
                if link.step is Step.AFTER:
                    link.act(link.port)
                    return
                await self._hand_on(link, data, link.caller)

    async def _hand_on(self, link: "_Link", data: bytes, to: asyncio.StreamWriter) -> None:
        is_last = self._bytes_left is not None and self._bytes_left <= len(data)
        part = data[: self._bytes_left] if is_last else data
        to.write(part)
        await to.drain()
        if is_last:
            self._bytes_left = None
            link.cut()
        elif self._bytes_left is not None:
            self._bytes_left -= len(data)


class _Link:
    """One connection: its two ends, and what happens to the commit that goes by."""

    def __init__(self, caller: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.port: int = caller.get_extra_info("peername")[1]
        self.caller = caller
        self.server = server
        self.step: Step | None = None
        self.act: Act = _do_nothing

    def cut(self) -> None:
        """End both."""
        # What was handed on last still arrives.
        self.server.close()
        self.caller.transport.abort()

    @contextmanager
    def cut_at_the_end(self) -> Generator[None]:
        """End both when one direction has come to its end, or is broken."""
        with suppress(OSError):
            yield
        self.cut()


def _do_nothing(_port: int) -> None:
    pass


@asynccontextmanager
async def network_to(server_port: int) -> AsyncGenerator[Network]:
    """Have a network to a port of this machine."""
    network = Network(server_port)
    async with await asyncio.start_server(network.talk, "127.0.0.1", 0) as listener:
        network.port = listener.sockets[0].getsockname()[1]
        yield network
        await network.close()
