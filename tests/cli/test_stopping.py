"""How a gateway stops: nobody who was heard is left without an answer."""

import signal
import socket
import sqlite3
import subprocess
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.cli.command import COMMAND, Gateway, Serve
from tests.metrics import samples, scraped, upsert

_SECONDS = 30
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@pytest.fixture
def autospot() -> Generator[socket.socket]:
    """
    A listener that plays AutoSpot.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(_SECONDS)
        yield listener


@pytest.fixture
def gateway(serve: Serve, autospot: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """
    A gateway in front of it.
    """
    monkeypatch.setenv("GATEWAY_GRACE_SECONDS", "60")
    monkeypatch.setenv("GATEWAY_UPSTREAM_URL", f"http://127.0.0.1:{autospot.getsockname()[1]}")
    return serve()


def unready(address: str) -> httpx.Response:
    """What `/-/ready` answers as soon as it is not ready, on connections that are made now."""
    while (answer := httpx.get(f"{address}/-/ready")).status_code == 200:
        pass
    return answer


def test_request_under_way_is_finished(gateway: Gateway, autospot: socket.socket) -> None:
    """
    Readiness goes first; while a request is under way others are answered, and then it ends well.
    """
    with ThreadPoolExecutor() as pool:
        passed = pool.submit(httpx.get, f"{gateway.address}/slow", timeout=_SECONDS)
        upstream, _ = autospot.accept()
        with upstream:
            upstream.recv(4_096)
            gateway.send_signal(signal.SIGTERM)
            ready = unready(gateway.address)
            live = httpx.get(f"{gateway.address}/-/live")
            upstream.sendall(_ANSWER)
            result = gateway.wait()
        answer = passed.result(_SECONDS)

    assert (ready.status_code, ready.json()["detail"]) == (503, "The gateway is stopping.")
    assert live.status_code == 200
    assert (answer.status_code, answer.text) == (200, "hello")
    assert (result.exit_code, '"path":"/slow","status":200' in result.err) == (0, True)


def test_batch_that_waits_is_saved(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, database_file: Path
) -> None:
    """
    A batch that waits for the database when the signal comes is written, and answered.
    """
    monkeypatch.setenv("GATEWAY_GRACE_SECONDS", "60")
    gateway = serve("--demo")
    begun = ("autospot_gateway_store_transaction_batches_count",)
    before = samples(scraped(gateway.address))[begun]
    with (
        closing(sqlite3.connect(database_file, isolation_level=None)) as other,
        ThreadPoolExecutor() as pool,
    ):
        other.execute("BEGIN IMMEDIATE")
        saving = pool.submit(upsert, gateway.address, "1")
        while samples(scraped(gateway.address))[begun] == before:
            pass
        gateway.send_signal(signal.SIGTERM)
        unready(gateway.address)
        other.execute("ROLLBACK")
        saving.result(_SECONDS)
        result = gateway.wait()
        count = other.execute("SELECT count(*) FROM repair_order WHERE repair_number = '1'")

        assert (result.exit_code, count.fetchone()) == (0, (1,))


@pytest.mark.parametrize("arguments", [[], ["--workers", "2"]], ids=["alone", "workers"])
def test_signal_before_it_serves(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    """
    A gateway that waits for a silent database when it starts does not wait any longer.
    """
    with socket.create_server(("127.0.0.1", 0)) as database:
        port = database.getsockname()[1]
        monkeypatch.setenv("GATEWAY_DATABASE_URL", f"postgresql://user@127.0.0.1:{port}/silent")
        monkeypatch.setenv("GATEWAY_DATABASE_POOL_TIMEOUT", "600")
        process = subprocess.Popen([COMMAND, "serve", *arguments], stderr=subprocess.PIPE)
        with database.accept()[0]:
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=_SECONDS)

    assert (process.returncode, err) == (0, b"")


def test_time_is_up(serve: Serve, autospot: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Who is not answered within the time is cut off, and the exit code is 0 all the same.
    """
    monkeypatch.setenv("GATEWAY_GRACE_SECONDS", "0")
    monkeypatch.setenv("GATEWAY_UPSTREAM_URL", f"http://127.0.0.1:{autospot.getsockname()[1]}")
    gateway = serve()
    with ThreadPoolExecutor() as pool:
        passed = pool.submit(httpx.get, f"{gateway.address}/slow", timeout=_SECONDS)
        upstream, _ = autospot.accept()
        with upstream:
            upstream.recv(4_096)
            result = gateway.stop()
        error = passed.exception(_SECONDS)

    assert isinstance(error, httpx.RemoteProtocolError | httpx.ReadError)
    assert (result.exit_code, '"outcome":"cancelled"' in result.err) == (0, True)
