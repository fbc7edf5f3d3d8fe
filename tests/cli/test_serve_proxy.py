"""Running the gateway in front of a remote AutoSpot."""

import os
import signal
import socket
import subprocess
import sysconfig
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.cli.command import Run, Serve

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://a.example", "The upstream's URL must begin with http:// or https://."),
        (
            "http://me:secret@a.example",
            "The upstream's URL must not hold a user name or password: callers send their own key.",
        ),
        ("http://a.example/?key=1", "The upstream's URL must end before any ? or #."),
        ("http://", "The upstream's URL has no valid host."),
    ],
)
def test_wrong_url(run: Run, monkeypatch: pytest.MonkeyPatch, url: str, sentence: str) -> None:
    """
    A URL that cannot be called is refused at start, in one sentence that does not repeat it.
    """
    monkeypatch.setenv("GATEWAY_UPSTREAM_URL", url)

    assert run("serve") == (2, "", f"{sentence}\n")


def test_file_that_is_no_certificate(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A file for TLS that cannot be used is named at start.
    """
    monkeypatch.setenv("GATEWAY_UPSTREAM_URL", "https://a.example")
    monkeypatch.setenv("GATEWAY_UPSTREAM_CA_FILE", "missing.pem")

    result = run("serve")

    assert (result.exit_code, result.out) == (2, "")
    assert result.err == "missing.pem is no readable file of CA certificates.\n"


def test_demo_excludes_a_remote_autospot(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The demo's repair orders are kept by the gateway itself.
    """
    monkeypatch.setenv("GATEWAY_UPSTREAM_URL", "http://a.example")

    assert run("serve", "--demo") == (
        2,
        "",
        "GATEWAY_DEMO and GATEWAY_UPSTREAM_URL exclude each other: "
        "the demo's repair orders are kept here.\n",
    )


def test_answers_in_front_of_autospot(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A gateway in front of another answers for itself, and lets AutoSpot answer the rest.
    """
    autospot = serve("--demo")
    monkeypatch.setenv("GATEWAY_UPSTREAM_URL", autospot.address)
    gateway = serve()

    live = httpx.get(f"{gateway.address}/-/live")
    ready = httpx.get(f"{gateway.address}/-/ready")
    passed = httpx.get(f"{gateway.address}/batch/repair_orders")

    assert (live.json(), ready.json()) == ({"status": "ok"}, {"status": "ok"})
    assert passed.status_code == 405
    assert len(passed.headers.get_list("date")) == len(live.headers.get_list("date")) == 1


def test_demo_of_two_gateways(tmp_path: Path) -> None:
    """
    The demo's command lets one gateway play AutoSpot, stands in front of it, and ends with both.
    """
    environment = os.environ | {"GATEWAY_PORT": "0", "AUTOSPOT_PORT": _free_port()}
    del environment["GATEWAY_DATABASE_URL"]
    demo = subprocess.Popen(
        [ROOT / "tools" / "demo_proxy.sh", sysconfig.get_path("scripts")],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        assert demo.stdout is not None
        lines = [demo.stdout.readline() for _ in range(5)]
        address = lines[2].split()[1]
        answer = httpx.post(
            address,
            headers={"X-API-Key": "demo-key"},
            json={
                "query": "mutation { upsertRepairOrders(input: {shops: [{shopId: 33, repairOrders: "
                '[{repairNumber: "606471"}]}]}) { ... on BatchSuccess { savedCount } } }'
            },
        )
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(timeout=30) == 0
    finally:
        with suppress(ProcessLookupError):
            os.killpg(demo.pid, signal.SIGTERM)
        demo.communicate(timeout=30)

    assert answer.json() == {"data": {"upsertRepairOrders": {"savedCount": 1}}}


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])
