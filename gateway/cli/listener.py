"""The socket that the gateway listens on."""

import errno
import socket

from gateway.cli.failure import CommandFailed
from gateway.settings import variable

_BACKLOG = 2_048


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
