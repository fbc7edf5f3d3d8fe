"""A clock that tests set forward, so that none of them waits for time to pass."""

import asyncio
from typing import cast

import pytest


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock can be set forward."""

    _ahead = 0.0

    def time(self) -> float:
        return super().time() + self._ahead

    def jump(self, seconds: float) -> None:
        self._ahead += seconds


with_jumping_clock = pytest.mark.parametrize(
    "anyio_backend", [("asyncio", {"loop_factory": JumpingLoop})], ids=["jumping"]
)


async def jump(seconds: float) -> None:
    """Set the clock forward, and let everything happen that is due."""
    cast("JumpingLoop", asyncio.get_running_loop()).jump(seconds)
    await settle()


async def settle(turns: int = 20) -> None:
    """Let the event loop turn a few times."""
    for _ in range(turns):
        await asyncio.sleep(0)
