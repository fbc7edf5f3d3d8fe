"""Where gateways come from: a process that has imported all of one, and is copied for each start.

So a start takes a tenth of the time. What runs then is the gateway's command, as ever.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, NoReturn, Self

import coverage

import gateway.app
import gateway.cli.server
from gateway.cli import main
from tests.durability.fate import Fate, submit_to

_FOLDER = Path(__file__).parents[1]
_SIZE = 65_536

assert gateway.app
assert gateway.cli.server


class Pipes(NamedTuple):
    """Where a gateway writes, and where its process number and its exit code are told."""

    out: int
    err: int
    status: int


class Nest:
    """Starts gateways."""

    def __init__(self) -> None:
        """Start the process that is copied."""
        self._control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.nest", str(other.fileno())]
        # What is imported is not measured; a copy is, when its environment says so.
        names = [name for name in os.environ if not name.startswith(("GATEWAY_", "COVERAGE_"))]
        environment = {name: os.environ[name] for name in names}
        self._process = subprocess.Popen(
            command, env=environment, cwd=_FOLDER, pass_fds=[other.fileno()]
        )
        other.close()

    def hatch(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        pipes: Pipes,
        *,
        fate: Path | None = None,
    ) -> None:
        """Start a gateway with the arguments of its command, here, and with files of its fate."""
        told = str(fate) if fate else None
        message = json.dumps([list(arguments), dict(environment), str(Path.cwd()), told])
        socket.send_fds(self._control, [message.encode()], pipes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._control.close()
        self._process.kill()
        self._process.wait()


def _serve(control: socket.socket) -> None:
    """Start what is asked for, until nobody is there to ask."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, fds, _, _ = socket.recv_fds(control, _SIZE, len(Pipes._fields))
        if not message:
            return
        if os.fork() == 0:
            control.close()
            _watch(message, Pipes(*fds))
        for fd in fds:
            os.close(fd)


def _watch(message: bytes, pipes: Pipes) -> NoReturn:
    """Start a gateway, and tell how it ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.close(pipes.status)
        os.dup2(pipes.out, 1)
        os.dup2(pipes.err, 2)
        os.close(pipes.out)
        os.close(pipes.err)
        _run(*json.loads(message))
    os.close(pipes.out)
    os.close(pipes.err)
    os.write(pipes.status, f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    os.write(pipes.status, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _run(
    arguments: list[str], environment: dict[str, str], folder: str, fate: str | None
) -> NoReturn:
    """Be a gateway."""
    os.chdir(folder)
    os.environ.update(environment)
    if "COVERAGE_PROCESS_CONFIG" in environment:
        coverage.process_startup()
    if fate:
        path = environment["GATEWAY_DATABASE_URL"].removeprefix("sqlite:///")
        submit_to(Fate(Path(fate)), Path(f"{path}-wal"))
    sys.exit(main(arguments))


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
