"""Processes by their numbers: which there are, and files that tell when they end."""

import os
import select
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in children.split()]


def holder_of(port: int, pids: Iterable[int]) -> int:
    """The one of some processes that is connected by a port of its own, on this machine."""
    lines = map(str.split, Path("/proc/net/tcp").read_text().splitlines()[1:])
    sockets = {f"socket:[{line[9]}]" for line in lines if line[1].endswith(f":{port:04X}")}
    (holder,) = (pid for pid in pids if not sockets.isdisjoint(_files_of(pid)))
    return holder


@contextmanager
def ends_of(pids: Iterable[int]) -> Generator[list[int]]:
    """Have a file for each of some processes, unless it has ended: it can be read at the end."""
    with ExitStack() as stack:
        fds: list[int] = []
        for pid in pids:
            with suppress(ProcessLookupError):
                fd = os.pidfd_open(pid)
                stack.callback(os.close, fd)
                if not has_ended(fd, within=0):
                    fds.append(fd)
        yield fds


def has_ended(fd: int, *, within: float) -> bool:
    """Wait so many seconds at most for the end of the process of a file."""
    end = select.poll()
    end.register(fd, select.POLLIN)
    return bool(end.poll(within * 1_000))


def _files_of(pid: int) -> Generator[str]:
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # It is closed by now.
            yield str(fd.readlink())
