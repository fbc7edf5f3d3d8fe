"""What these tests share."""

from collections.abc import Generator

import pytest

from tests.durability.servers import KillableServer, running_server
from tests.nest import Nest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """
    The event loop of who calls the gateways.
    """
    return "asyncio"


@pytest.fixture(scope="session")
def nest() -> Generator[Nest]:
    """
    Where gateways come from.
    """
    with Nest() as opened:
        yield opened


@pytest.fixture(scope="session")
def server() -> Generator[KillableServer]:
    """
    A PostgreSQL server that may be killed.
    """
    with running_server() as started:
        yield started
