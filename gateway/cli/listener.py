"""The sockets that the gateway listens on."""

import errno
import socket
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from gateway.cli.failure import CommandFailed
from gateway.settings import variable

_BACKLOG = 2_048


@contextmanager
def open_listeners(host: str, port: int, *, count: int) -> Generator[list[socket.socket]]:
    """Listen on a port with a socket for each worker, among which the system spreads callers.

    It does so on Linux; elsewhere there is one socket, which the workers share.
    Raises CommandFailed when the port is in use, or cannot be used.
    """
    with ExitStack() as opened:
        first = opened.enter_context(open_listener(host, port))
        listeners = [first]
        if count > 1 and sys.platform == "linux":
            # Set only now: so that a port of another gateway is in use, and not shared with it.
            first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            address = first.getsockname()[:2]
            for _ in range(count - 1):
                more = socket.create_server(
                    address, family=first.family, backlog=_BACKLOG, reuse_port=True
                )
                listeners.append(opened.enter_context(more))
        yield listeners


def open_listener(host: str, port: int) -> socket.socket:
    """Listen on a port, before anything else is started; callers wait until they are served.

    Raises CommandFailed when the port is in use, or cannot be used.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise CommandFailed(_sentence(host, port, error)) from error


def _sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is in use: stop the program that listens there, "
            f"or choose another port with {variable('port')} or --port."
        )
    if error.errno == errno.EACCES:
        return (
            f"Port {port} may not be used by this user: choose one above 1023 "
            f"with {variable('port')} or --port."
        )
    return (
        f"The gateway cannot listen on {host!r}: set {variable('host')} or --host "
        "to an address of this machine."
    )
