"""The log of the shared gateway."""

import io
import sys
from collections.abc import Generator

import pytest

from gateway.telemetry import configure_logging
from tests.logs import logging_as_before


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Generator[io.StringIO]:
    """
    Everything that is logged during a test.
    """
    stream = io.StringIO()
    with logging_as_before():
        monkeypatch.setattr(sys, "stderr", stream)
        configure_logging("json")
        yield stream
