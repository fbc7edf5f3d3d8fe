"""PostgreSQL servers that are killed, and that stand by for each other."""

import os
import shutil
import signal
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import mkdtemp

from tests.durability.pids import children_of, ends_of, has_ended
from tests.postgres import PostgresServer

_SECONDS = 30


class KillableServer(PostgresServer):
    """A server that ends as in a crash, in whole or in part."""

    is_running = False

    def start(self) -> None:
        """Start it, and wait until it answers."""
        super().start()
        self.is_running = True

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is a crash."""
        super().stop(mode)
        self.is_running = False

    def kill(self) -> None:
        """Kill all of its processes at once."""
        self.is_running = False
        self._kill([self._pid, *children_of(self._pid)])

    def kill_first(self) -> None:
        """Kill the process that starts the others; they find out by themselves."""
        self.is_running = False
        self._kill([self._pid], and_wait_for=children_of(self._pid))

    def kill_backend(self, number: int) -> None:
        """Kill one of the other processes; the server ends all connections, and goes on."""
        children = children_of(self._pid)
        self._kill([children[number % len(children)]])

    def start_again(self) -> None:
        """Start it after it was killed."""
        for _ in range(_SECONDS):
            with suppress(CalledProcessError):
                self.start()
                return
        raise TimeoutError

    def follow(self, primary: "KillableServer") -> None:
        """Become a copy of another server, to stand by for it; it must not run.

        The other answers no commit from then on that this one does not have.
        """
        shutil.rmtree(self._data)
        for left_by_a_killed_one in self.folder.glob(".s.PGSQL.*"):
            left_by_a_killed_one.unlink()
        source = f"host={primary.folder} port={primary.port} user=postgres"
        self._run(
            "pg_basebackup",
            f"--pgdata={self._data}",
            f"--dbname={source}",
            "--checkpoint=fast",
            "--no-sync",
            "--wal-method=stream",
            "--write-recovery-conf",
        )
        self.start()
        primary.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.sql("postgres", "SELECT pg_reload_conf()")
        while primary.sql("postgres", "SELECT sync_state FROM pg_stat_replication") != ["sync"]:
            pass

    def promote(self) -> None:
        """Become a server that is written to."""
        self._run("pg_ctl", "promote", "-w", f"-D{self._data}")

    @property
    def _pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split()[0])

    @staticmethod
    def _kill(pids: Sequence[int], *, and_wait_for: Sequence[int] = ()) -> None:
        """Kill processes, and wait until they and others have ended."""
        with ends_of([*pids, *and_wait_for]) as ends:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            assert all(has_ended(end, within=_SECONDS) for end in ends)


@contextmanager
def running_server() -> Generator[KillableServer]:
    """Run a server, and remove all of it."""
    folder = Path(mkdtemp(prefix="pg-"))
    try:
        server = KillableServer(folder)
        try:
            yield server
        finally:
            if server.is_running:
                server.stop("immediate")
    finally:
        shutil.rmtree(folder)
