"""Gateways as processes of their own, which end and are started again at the same address."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from tests.durability.fate import Fate
from tests.durability.history import Life, Loss
from tests.durability.pids import children_of, ends_of
from tests.nest import Nest, Pipes
from tests.postgres import free_port

_SECONDS = 60
_LOG_BYTES = 2**30
"""A log is read at the end, however long it is."""


class Gateway:
    """A gateway of one database."""

    def __init__(self, nest: Nest, name: str, url: str, settings: Mapping[str, object]) -> None:
        """Have one that comes out of a nest when it is started."""
        self.port = free_port()
        self.life = Life(name)
        self.pid = 0
        self._name = name
        named = {"database_url": url, "port": self.port, **settings}
        self._environment = {f"GATEWAY_{name.upper()}": str(named[name]) for name in named}
        self._lives = 0
        self._out = asyncio.StreamReader()
        self._log = asyncio.StreamReader()
        self._status = asyncio.StreamReader()
        self._pipes: list[asyncio.BaseTransport] = []
        self._nest = nest
        self._fate = TemporaryDirectory()

    @property
    def fate(self) -> Fate:
        """What it does not know of."""
        return Fate(Path(self._fate.name))

    @property
    def workers(self) -> list[int]:
        """The processes among which it shares its callers, if they are several."""
        return children_of(self.pid)

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        self._lives += 1
        self.life = Life(f"{self._name} ({self._lives})")
        self._close_pipes()
        read, written = zip(*(os.pipe() for _ in Pipes._fields), strict=True)
        self._nest.hatch(["serve"], self._environment, Pipes(*written), fate=Path(self._fate.name))
        for fd in written:
            os.close(fd)
        self._out, self._log, self._status = [await self._reader(fd) for fd in read]
        async with asyncio.timeout(_SECONDS):
            self.pid = int(await self._status.readline())
            while b"Docs" not in (line := await self._out.readline()):
                assert line, (await self._log.read()).decode()

    def send(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def ended(self) -> int:
        """Wait until it has ended, and all of its workers; returns its exit code."""
        async with asyncio.timeout(_SECONDS):
            exit_code = int(await self._status.readline())
            await self._out.read()
        self.life.ended_at = monotonic()
        return exit_code

    async def killed_by(self, begin: Callable[[], None], number: int = signal.SIGKILL) -> None:
        """Begin what kills it, or one of its workers; if it has ended it is started again."""
        if workers := self.workers:
            await self.lose_one_of(workers, begin)
            return
        begin()
        assert await self.ended() == -number
        await self.start()

    async def lose_one_of(self, workers: Iterable[int], begin: Callable[[], None]) -> None:
        """Begin what kills one of some workers, and wait until that one has ended."""
        began_at = monotonic()
        with ends_of(workers) as ends:
            begin()
            await _first_of(ends)
        self.life.losses.append(Loss(began_at, monotonic()))

    async def log(self) -> list[dict[str, Any]]:
        """What it logged until its end."""
        return [json.loads(line) for line in (await self._log.read()).splitlines()]

    async def close(self) -> None:
        """End it, whatever it is doing."""
        if self.pid and self.life.ended_at == inf:
            self.send(signal.SIGKILL)
            await self.ended()
        self._close_pipes()
        self._fate.cleanup()

    async def _reader(self, fd: int) -> asyncio.StreamReader:
        reader = asyncio.StreamReader(limit=_LOG_BYTES)
        protocol = asyncio.StreamReaderProtocol(reader)
        loop = asyncio.get_running_loop()
        pipe, _ = await loop.connect_read_pipe(lambda: protocol, os.fdopen(fd, "rb"))
        self._pipes.append(pipe)
        return reader

    def _close_pipes(self) -> None:
        """Close what the last life wrote to: its end may not have been read yet."""
        while self._pipes:
            self._pipes.pop().close()


@asynccontextmanager
async def started(*gateways: Gateway) -> AsyncGenerator[None]:
    """Start gateways, and end them."""
    try:
        await asyncio.gather(*(gateway.start() for gateway in gateways))
        yield
    finally:
        for gateway in gateways:
            await gateway.close()


async def _first_of(ends: Sequence[int]) -> None:
    """Wait until one of some files can be read; what ends with a process is known by then."""
    loop = asyncio.get_running_loop()
    has_come = asyncio.Event()
    for end in ends:
        loop.add_reader(end, has_come.set)
    try:
        async with asyncio.timeout(_SECONDS):
            await has_come.wait()
    finally:
        for end in ends:
            loop.remove_reader(end)
