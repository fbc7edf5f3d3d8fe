"""PostgreSQL servers that are killed, and that stand by for each other."""

import os
import select
import shutil
import signal
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import mkdtemp

from tests.postgres import PostgresServer

_SECONDS = 30


class KillableServer(PostgresServer):
    """A server that ends as in a crash, in whole or in part."""

    def kill(self) -> None:
        """Kill all of its processes at once."""
        self._kill([self._pid, *self._children()])

    def kill_first(self) -> None:
        """Kill the process that starts the others; they find out by themselves."""
        self._kill([self._pid], and_wait_for=self._children())

    def kill_backend(self, number: int) -> None:
        """Kill one of the other processes; the server ends all connections, and goes on."""
        children = self._children()
        self._kill([children[number % len(children)]])

    def start_again(self) -> None:
        """Start it after it was killed."""
        for _ in range(_SECONDS):
            with suppress(CalledProcessError):
                self.start()
                return
        raise TimeoutError

    @property
    def _pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def _children(self) -> list[int]:
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    @staticmethod
    def _kill(pids: Sequence[int], *, and_wait_for: Sequence[int] = ()) -> None:
        """Kill processes, and wait until they and others have ended."""
        with ExitStack() as stack:
            fds: list[int] = []
            for pid in (*pids, *and_wait_for):
                with suppress(ProcessLookupError):
                    fds.append(os.pidfd_open(pid))
                    stack.callback(os.close, fds[-1])
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            for fd in fds:
                ended = select.poll()
                ended.register(fd, select.POLLIN)
                assert ended.poll(_SECONDS * 1_000)


@contextmanager
def running_server() -> Generator[KillableServer]:
    """Run a server, and remove all of it."""
    folder = Path(mkdtemp(prefix="pg-"))
    try:
        server = KillableServer(folder)
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)
