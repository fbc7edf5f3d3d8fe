"""The log of a test."""

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import structlog

from gateway.telemetry.log import bound_log

Log = Callable[[], list[dict[str, Any]]]
"""Reads the lines that were written so far."""


@contextmanager
def logging_as_before() -> Generator[None]:
    """Undo at the end what was configured."""
    root, server = logging.getLogger(), logging.getLogger("uvicorn.error")
    handlers, level, server_level = root.handlers, root.level, server.level
    yield
    root.handlers, root.level, server.level = handlers, level, server_level
    structlog.reset_defaults()
    bound_log.cache_clear()
