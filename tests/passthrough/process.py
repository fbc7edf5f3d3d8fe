"""A gateway in a process of its own, so that its memory can be measured."""

import asyncio
import subprocess
import sysconfig
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.unmeasured import unmeasured

_COMMAND = Path(sysconfig.get_path("scripts")) / "autospot-gateway"
_SECONDS = 30
_PROC = Path("/proc")

needs_proc = pytest.mark.skipif(
    not (_PROC / "self" / "status").exists(),
    reason="The memory of a process is read from /proc: run this test on Linux.",
)


class GatewayProcess:
    """A gateway that listens; its log is thrown away, since nobody reads it."""

    def __init__(self, upstream: int, settings: dict[str, object]) -> None:
        """Start it in front of a port, and wait until it says that it listens."""
        values = {"port": 0, "upstream_url": f"http://127.0.0.1:{upstream}"} | settings
        inherited = {n: v for n, v in unmeasured().items() if not n.startswith("GATEWAY_")}
        self._process = subprocess.Popen(
            [_COMMAND, "serve"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=inherited | {f"GATEWAY_{n.upper()}": str(v) for n, v in values.items()},
        )
        assert self._process.stdout
        announced = [self._process.stdout.readline() for _ in range(4)]
        self.port = int(announced[1].removesuffix("/graphql\n").rpartition(":")[2])

    @property
    def resident(self) -> int:
        """The bytes of memory that are resident now."""
        return self._status("VmRSS")

    @property
    def peak(self) -> int:
        """The most bytes of memory that were resident at a time, since it was started."""
        return self._status("VmHWM")

    def stop(self) -> None:
        """End it as an operator does."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=_SECONDS)
        finally:
            self._process.kill()

    def _status(self, name: str) -> int:
        lines = (_PROC / str(self._process.pid) / "status").read_text().splitlines()
        [kibibytes] = [line.split()[1] for line in lines if line.startswith(f"{name}:")]
        return int(kibibytes) * 1_024


@asynccontextmanager
async def gateway_process(upstream: int, **settings: object) -> AsyncGenerator[GatewayProcess]:
    """Run a gateway in front of a port, as a process."""
    process = await asyncio.to_thread(GatewayProcess, upstream, settings)
    try:
        yield process
    finally:
        await asyncio.to_thread(process.stop)
