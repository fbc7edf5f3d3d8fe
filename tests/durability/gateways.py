"""Gateways as processes of their own, which end and are started again at the same address."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from math import inf
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from tests.durability.fate import Fate
from tests.durability.history import Life
from tests.nest import Nest, Pipes
from tests.postgres import free_port

_SECONDS = 60
_LOG_BYTES = 2**30
"""A log is read at the end, however long it is."""


class Gateway:
    """A gateway of one database; `arguments` of its command may ask for several workers."""

    def __init__(
        self,
        nest: Nest,
        name: str,
        url: str,
        settings: Mapping[str, object],
        arguments: Sequence[str] = (),
    ) -> None:
        """Have one that comes out of a nest when it is started."""
        self.port = free_port()
        self.life = Life(name)
        self.pid = 0
        self._name = name
        self._arguments = ("serve", *arguments)
        named = {"database_url": url, "port": self.port, **settings}
        self._environment = {f"GATEWAY_{name.upper()}": str(named[name]) for name in named}
        self._lives = 0
        self._log = asyncio.StreamReader()
        self._status = asyncio.StreamReader()
        self._nest = nest
        self._fate = TemporaryDirectory()

    @property
    def fate(self) -> Fate:
        """What it does not know of."""
        return Fate(Path(self._fate.name))

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        self._lives += 1
        self.life = Life(f"{self._name} ({self._lives})")
        read, written = zip(*(os.pipe() for _ in Pipes._fields), strict=True)
        self._nest.hatch(
            self._arguments, self._environment, Pipes(*written), fate=Path(self._fate.name)
        )
        for fd in written:
            os.close(fd)
        out, self._log, self._status = [await _reader(fd) for fd in read]
        async with asyncio.timeout(_SECONDS):
            self.pid = int(await self._status.readline())
            while b"Docs" not in (line := await out.readline()):
                assert line, (await self._log.read()).decode()

    def send(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def ended(self) -> int:
        """Wait until it has ended; returns its exit code."""
        async with asyncio.timeout(_SECONDS):
            exit_code = int(await self._status.readline())
        self.life.ended_at = monotonic()
        return exit_code

    def kill_worker(self, random: Random) -> bool:
        """Kill one of its workers; False when it has none."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        workers = children.read_text().split()
        if workers:
            self.life.is_hurt = True
            os.kill(int(random.choice(workers)), signal.SIGKILL)
        return bool(workers)

    async def log(self) -> list[dict[str, Any]]:
        """What it logged until its end."""
        return [json.loads(line) for line in (await self._log.read()).splitlines()]

    async def close(self) -> None:
        """End it, whatever it is doing."""
        if self.pid and self.life.ended_at == inf:
            self.send(signal.SIGKILL)
            await self.ended()
        self._fate.cleanup()


@asynccontextmanager
async def started(*gateways: Gateway) -> AsyncGenerator[None]:
    """Start gateways, and end them."""
    try:
        await asyncio.gather(*(gateway.start() for gateway in gateways))
        yield
    finally:
        for gateway in gateways:
            await gateway.close()


async def _reader(fd: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=_LOG_BYTES)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb"))
    return reader
