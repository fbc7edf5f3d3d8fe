"""The log of a test."""

import io
import json
import sys
from collections.abc import Generator

import pytest

from gateway.telemetry import configure_logging
from tests.logs import Log, logging_as_before


@pytest.fixture
def anyio_backend() -> str:
    """
    The event loop that the gateway runs on.
    """
    return "asyncio"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Generator[None]:
    with logging_as_before():
        yield


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """
    The log in JSON.
    """
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging("json")
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
