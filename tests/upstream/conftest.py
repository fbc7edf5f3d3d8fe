"""Each test of the engine runs on asyncio's event loop, and on uvloop's."""

import pytest


@pytest.fixture(
    params=[("asyncio", {"use_uvloop": False}), ("asyncio", {"use_uvloop": True})],
    ids=["asyncio", "uvloop"],
)
def anyio_backend(request: pytest.FixtureRequest) -> object:
    """
    The event loop.
    """
    return request.param
