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


def test_processes_that_are_forked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    An application may be made before processes are forked off: none of its meters are, by then.
    """
    monkeypatch.setenv("GATEWAY_UPSTREAM_URL", "http://127.0.0.1:9")

    said = subprocess.run(
        [sys.executable, "-c", _FORKING], check=True, capture_output=True, text=True, cwd=tmp_path
    ).stdout

    told = samples(said)
    assert told[("autospot_gateway_errors_total", "code=X", "door=rest")] == 2
    assert told[("autospot_gateway_store_waiting_batches",)] == 0


_FORKING = """
import os, sys
from gateway.app import create_app
from gateway.settings import load_settings
from gateway.telemetry import forget_worker, meters, shared_meters

create_app(load_settings())
assert "prometheus_client" not in sys.modules
with shared_meters():
    for _ in range(2):
        worker = os.fork()
        if not worker:
            meters().errors("rest", "X").inc()
            meters().waiting_batches.inc()
            os._exit(0)
        os.waitpid(worker, 0)
        forget_worker(worker)
    print(meters().text().decode())
"""
