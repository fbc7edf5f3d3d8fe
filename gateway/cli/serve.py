"""The command that runs the gateway."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated, NoReturn

import typer

from gateway.cli.announcement import announcement
from gateway.cli.listener import open_listener
from gateway.settings import load_settings
from gateway.telemetry import configure_logging


def serve(
    *,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="Make sample shops, repair orders and the key demo-key first."),
    ] = False,
    host: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Address to listen on, instead of GATEWAY_HOST."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT", min=0, max=65_535, help="Port to listen on, instead of GATEWAY_PORT."
        ),
    ] = None,
) -> None:
    """Run the gateway until SIGTERM or Ctrl+C."""
    from gateway.app import create_app  # noqa: PLC0415  # slow, and only needed here
    from gateway.cli.server import run_server  # noqa: PLC0415  # the same

    settings = load_settings(host=host, port=port, demo=demo or None)
    configure_logging(settings.log_format)
    with _ending_on_signals(), open_listener(settings.host, settings.port) as listener:
        text = announcement(settings, listener.getsockname()[1])
        run_server(
            create_app(settings),
            listener,
            grace_seconds=settings.grace_seconds,
            on_start=lambda: typer.echo(text),
        )


@contextmanager
def _ending_on_signals() -> Generator[None]:
    """Let a signal end the command as it should: with exit code 0.

    The server finishes its requests first, and raises the signal again when it is done.
    """
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, _end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
