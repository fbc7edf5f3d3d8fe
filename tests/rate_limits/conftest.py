"""A Redis for each test, and the log."""

import io
from collections.abc import Generator

import pytest

from gateway.telemetry import configure_logging
from tests.logs import logging_as_before
from tests.redis import RedisServer, running_redis


@pytest.fixture
def anyio_backend() -> str:
    """
    The event loop that the gateway runs on.
    """
    return "asyncio"


@pytest.fixture
def redis() -> Generator[RedisServer]:
    """
    A Redis of the test's own.
    """
    with running_redis() as server:
        yield server


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Generator[io.StringIO]:
    """
    Everything that is logged.
    """
    stream = io.StringIO()
    with logging_as_before():
        monkeypatch.setattr("sys.stderr", stream)
        configure_logging("json")
        yield stream
