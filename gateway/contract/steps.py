"""Work in steps, between which others have a turn."""

import asyncio
from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")
Steps = Generator[None, None, T]
"""Work that pauses now and then, and returns its result at the end."""

LONG_TEXT = 256 * 1024
"""Bytes of JSON that take milliseconds to read."""


async def in_turns(steps: Steps[T]) -> T:
    """Do work on the event loop, which serves others at each pause."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        await asyncio.sleep(0)


def at_once(steps: Steps[T]) -> T:
    """Do work without a pause."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
