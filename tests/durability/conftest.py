"""The event loop of these tests."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """
    The one that the gateway's callers have here.
    """
    return "asyncio"
