"""The command that runs the gateway."""

import socket
from collections.abc import Callable
from contextlib import nullcontext
from typing import Annotated

import typer

from gateway.cli.announcement import announcement
from gateway.cli.config import remarks
from gateway.cli.ending import ending_on_signals
from gateway.cli.listener import open_listeners
from gateway.settings import load_settings
from gateway.telemetry import configure_logging, log_remark, shared_meters


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
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="COUNT", min=1, help="Processes that serve it, instead of GATEWAY_WORKERS."
        ),
    ] = None,
) -> None:
    """Run the gateway until SIGTERM or Ctrl+C."""
    from gateway.app import create_app  # noqa: PLC0415  # slow, and only needed here
    from gateway.cli.server import run_server  # noqa: PLC0415  # the same
    from gateway.cli.workers import run_workers  # noqa: PLC0415  # the same

    settings = load_settings(host=host, port=port, workers=workers, demo=demo or None)
    grace_seconds = settings.grace_seconds
    configure_logging(settings.log_format)
    with (
        ending_on_signals(),
        open_listeners(settings.host, settings.port, count=settings.workers) as listeners,
        shared_meters() if settings.workers > 1 else nullcontext(),
    ):
        text = announcement(settings, listeners[0].getsockname()[1])
        app = create_app(settings)

        def work(listener: socket.socket, on_start: Callable[[], None]) -> None:
            run_server(
                app,
                listener,
                grace_seconds=grace_seconds,
                connections=settings.connections,
                on_start=on_start,
            )

        def announce() -> None:
            typer.echo(text)
            for sentence in remarks(settings):
                log_remark(sentence)

        if settings.workers == 1:
            work(listeners[0], announce)
        else:
            run_workers(
                work,
                listeners,
                count=settings.workers,
                grace_seconds=grace_seconds,
                on_start=announce,
            )
