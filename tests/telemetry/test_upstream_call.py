"""What the log tells of the wait for AutoSpot."""

from pathlib import Path

import httpx
import pytest

from gateway.telemetry import UpstreamCall, note_wait
from gateway.telemetry.request import answering
from tests.logs import Log
from tests.metrics import upsert
from tests.server import running


@pytest.mark.parametrize("door", ["graphql", "passthrough"])
def test_time_of_autospot(log: Log, tmp_path: Path, door: str) -> None:
    """
    The line of a request that AutoSpot answered tells how much of the time was AutoSpot's.
    """
    database_url = f"sqlite:///{tmp_path / 'demo.db'}"
    with (
        running(demo=True, database_url=database_url) as autospot,
        running(upstream_url=autospot) as address,
    ):
        if door == "graphql":
            upsert(address, "1")
        else:
            httpx.get(f"{address}/batch/repair_orders")

    # The two write at the same moment.
    in_autospot, in_front = sorted(log(), key=lambda line: "upstream_milliseconds" in line)
    assert "upstream_milliseconds" not in in_autospot
    assert 0 < in_front["upstream_milliseconds"] <= in_front["milliseconds"]


def test_two_calls_are_added_up() -> None:
    """
    An upsert may take two calls; the line tells the time of both.
    """
    with answering([]) as request:
        note_wait(0.25)
        note_wait(0.5)

    assert request.notes == {"upstream_milliseconds": 750.0}


def test_call_outside_of_a_request() -> None:
    """
    Where nothing is answered there is no line to tell it.
    """
    with answering([]) as request:
        pass
    with UpstreamCall("POST") as call:
        call.answered(201)

    assert request.notes == {}
