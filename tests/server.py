"""A real gateway on a loopback port, in a thread of the tests."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn

from gateway.app import create_app
from gateway.cli.server import server_config
from gateway.contract import ConnectionLimits
from gateway.settings import load_settings
from gateway.telemetry.middleware import App


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_listening = threading.Event()

    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        self.is_listening.set()


@contextmanager
def running(**settings: object) -> Generator[str]:
    """Serve a gateway with these settings; gives its URL."""
    loaded = load_settings(**settings)
    with serving(create_app(loaded), loaded.connections) as url:
        yield url


@contextmanager
def serving(app: App, connections: ConnectionLimits | None = None) -> Generator[str]:
    """Serve an application as the gateway's command does; gives its URL."""
    limits = connections or ConnectionLimits()
    config = server_config(app, grace_seconds=10, connections=limits)
    config.port = 0
    server = _Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    try:
        assert server.is_listening.wait(timeout=30), "the gateway did not start"
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        assert not thread.is_alive(), "the gateway did not stop"
