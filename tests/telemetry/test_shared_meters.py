"""Several gateways that serve as one: what they count is added up."""

import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from gateway.telemetry import forget_worker, shared_meters
from gateway.telemetry.shared_meters import shared_folder
from tests.cli.command import Gateway
from tests.metrics import Samples, samples, scraped

_REQUESTS = "autospot_gateway_http_request_duration_seconds_count"
_LIVE = (_REQUESTS, "door=own", "method=GET", "status=2xx")
_MOST = ("autospot_gateway_upstream_connections_max", "door=graphql")


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Generator[list[Gateway]]:
    """
    Two processes that were started in a block of `shared_meters`.
    """
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GATEWAY_PORT", "0")
    monkeypatch.setenv("GATEWAY_UPSTREAM_URL", "http://127.0.0.1:9")
    with shared_meters():
        started = [Gateway() for _ in range(2)]
        yield started
        for worker in started:
            worker.close()


def test_counts_are_added_up(workers: list[Gateway]) -> None:
    """
    Whichever process is asked tells of both, and of a process that has ended what it counted.
    """
    for worker in workers:
        httpx.get(f"{worker.address}/-/live")
    first, second = workers

    both = samples(scraped(first.address))
    second.stop()
    forget_worker(second.pid)
    one = samples(scraped(first.address))
    first.stop()

    assert (both[_LIVE], one[_LIVE]) == (2, 3)
    assert (both[_MOST], one[_MOST]) == (200, 100)
    assert _processes(both) == {first.pid, second.pid}
    assert _processes(one) == {first.pid}


def _processes(told: Samples) -> set[int]:
    """The processes whose CPU time is told."""
    return {
        int(name[1].removeprefix("pid=")) for name in told if name[0] == "process_cpu_seconds_total"
    }


def test_folder_ends_with_the_block() -> None:
    """
    The folder is there for those that begin in the block, and nothing is left of it.
    """
    with shared_meters():
        folder = shared_folder()
        assert folder is not None
        assert folder.is_dir()

    assert not folder.exists()
    assert shared_folder() is None


def test_nothing_is_made_by_an_import(tmp_path: Path) -> None:
    """
    The library, which looks at the environment then, is imported when something is counted.
    """
    program = "import gateway.app, sys; print('prometheus_client' in sys.modules)"

    said = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=tmp_path
    ).stdout

    assert said == "False\n"
