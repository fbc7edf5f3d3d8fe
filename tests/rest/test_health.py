"""What an orchestrator is told of a gateway in front of AutoSpot."""

import socket

import httpx

from tests.server import running


def test_autospot_that_is_down() -> None:
    """
    The process works, and is not ready; the answer does not say where AutoSpot is.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with running(upstream_url=f"http://127.0.0.1:{port}") as address:
            before = httpx.get(f"{address}/-/ready")
            listener.close()

            ready, live = httpx.get(f"{address}/-/ready"), httpx.get(f"{address}/-/live")

    assert (before.status_code, live.status_code) == (200, 200)
    assert (ready.status_code, ready.headers["Retry-After"]) == (503, "1")
    assert ready.json()["detail"] == "AutoSpot cannot be reached."
    assert str(port) not in ready.text
