"""The sockets that the gateway listens on."""

import errno
import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from gateway.cli.failure import CommandFailed
from gateway.cli.listener import open_listener, open_listeners


@pytest.mark.parametrize(("host", "family"), [("127.0.0.1", "AF_INET"), ("::1", "AF_INET6")])
def test_listens(host: str, family: str) -> None:
    """
    An address of either family can be listened on; port 0 is any that is free.
    """
    with open_listener(host, 0) as listener:
        assert listener.family.name == family
        assert listener.getsockname()[1] > 0


def test_a_socket_for_each_worker() -> None:
    """
    Callers are spread among the sockets of a port, which nobody else can use meanwhile.
    """
    with open_listeners("127.0.0.1", 0, count=2) as listeners, ExitStack() as callers:
        addresses = {listener.getsockname() for listener in listeners}
        (address,) = addresses
        for _ in range(100):
            callers.enter_context(socket.create_connection(address))

        with pytest.raises(CommandFailed):
            open_listener(*address)

        for listener in listeners:
            listener.settimeout(10)
            listener.accept()[0].close()


def test_address_of_another_machine() -> None:
    """
    An address that is not this machine's is named with its setting.
    """
    with pytest.raises(CommandFailed) as raised:
        open_listener("192.0.2.1", 0)

    assert str(raised.value.format_message()) == (
        "The gateway cannot listen on '192.0.2.1': "
        "set GATEWAY_HOST or --host to an address of this machine."
    )


def test_port_that_needs_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A port below 1024 is not for every user.
    """

    def refuse(*_arguments: object, **_options: object) -> socket.socket:
        raise PermissionError(errno.EACCES, "Permission denied")

    create_server: Callable[..., Any] = refuse
    monkeypatch.setattr(socket, "create_server", create_server)

    with pytest.raises(CommandFailed) as raised:
        open_listener("127.0.0.1", 80)

    assert raised.value.format_message() == (
        "Port 80 may not be used by this user: choose one above 1023 with GATEWAY_PORT or --port."
    )
