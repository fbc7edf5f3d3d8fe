"""Several processes that serve as one: what they count is added up."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # The library's own.


@contextmanager
def shared_meters() -> Generator[None]:
    """Have the processes that begin in this block share their meters, in a new folder.

    It is for the one that begins them, before it has meters of its own.
    """
    with TemporaryDirectory(prefix="autospot-gateway-") as folder:
        os.environ[_VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[_VARIABLE]


def forget_worker(pid: int) -> None:
    """Take away what only a living process has, such as connections; what it counted stays."""
    from prometheus_client import multiprocess  # noqa: PLC0415  # see `meters`

    cast("Callable[[int], None]", multiprocess.mark_process_dead)(pid)  # pyright: ignore[reportUnknownMemberType]  # it has no types


def shared_folder() -> Path | None:
    """The folder that this process shares meters in."""
    folder = os.environ.get(_VARIABLE)
    return Path(folder) if folder else None
