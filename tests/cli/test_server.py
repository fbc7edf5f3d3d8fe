"""Starting and stopping an application."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from gateway.cli.failure import CommandFailed
from gateway.cli.listener import open_listener
from gateway.cli.server import run_server
from gateway.contract import ConnectionLimits
from gateway.telemetry import configure_logging

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def failing(_scope: Message, receive: Receive, _send: Send) -> None:
    """Fail to start."""
    await receive()
    message = "postgresql://u:secret@host"
    raise RuntimeError(message)


def test_failed_start(capsys: pytest.CaptureFixture[str]) -> None:
    """
    A start that fails unexpectedly is logged without its message, and never announced.
    """
    configure_logging("json")

    with open_listener("127.0.0.1", 0) as listener, pytest.raises(CommandFailed) as raised:
        run_server(
            failing,
            listener,
            grace_seconds=1,
            connections=ConnectionLimits(),
            on_start=lambda: print("Listening"),
        )

    out, err = capsys.readouterr()
    assert raised.value.format_message() == (
        "The gateway failed to start or to stop (RuntimeError); the log says where."
    )
    assert out == ""
    assert json.loads(err)["failures"][0]["type"] == "RuntimeError"
    assert "secret" not in err
