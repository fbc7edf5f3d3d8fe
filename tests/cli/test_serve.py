"""Running the gateway as a process."""

import os
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.cli.command import Run, Serve


def test_answers_once_it_says_so(serve_by_command: Serve) -> None:
    """
    When the addresses are printed, requests are answered, and each has its line in the log.
    """
    gateway = serve_by_command()

    response = httpx.get(f"{gateway.address}/-/live", headers={"X-Request-Id": "first"})
    result = gateway.stop()

    assert (response.status_code, response.headers["X-Request-Id"]) == (200, "first")
    assert "server" not in response.headers
    assert '"request_id":"first","method":"GET","path":"/-/live"' in result.err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_well(serve_by_command: Serve, number: int) -> None:
    """
    A signal to stop is no failure.
    """
    assert serve_by_command().stop(number) == (0, "", "")


def test_port_in_use(run: Run) -> None:
    """
    A port in use is one sentence that names it and its setting, before anything is opened.
    """
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        result = run("serve", "--port", str(port))

    assert result == (
        1,
        "",
        f"Port {port} of 127.0.0.1 is in use: stop the program that listens there, "
        "or choose another port with GATEWAY_PORT or --port.\n",
    )


def test_database_that_cannot_be_opened(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A database that cannot be opened ends the start in one sentence.
    """
    monkeypatch.setenv("GATEWAY_DATABASE_URL", "sqlite:////no/such/folder/gateway.db")
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]

    result = run("serve")

    assert (result.exit_code, result.out) == (1, "")
    assert result.err.endswith(".\n")
    assert result.err.count("\n") == 1
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == handlers


def test_demo(serve: Serve, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    The printed command saves a repair order, each time; a second start finds what is there.
    """
    monkeypatch.delenv("GATEWAY_DATABASE_URL")
    for _ in range(2):
        gateway = serve("--demo")
        for _ in range(2):
            assert '"__typename":"UpsertRepairOrdersSuccess"' in paste(gateway.announced[-1])
        assert gateway.stop().exit_code == 0

    monkeypatch.setenv("GATEWAY_DEMO", "true")
    assert (tmp_path / "autospot-demo.db").exists()
    assert run("shops", "list").out == "33\n34\n35\n"
    assert run("keys", "list").out.count("\n") == 2


def paste(command: str) -> str:
    """Run a command in a shell, with curl played by httpx where it is not installed."""
    shell = subprocess.run(
        ["/bin/sh", "-c", f"""curl() {{ printf '%s\\0' "$@"; }}; {command}"""],
        capture_output=True, check=True, text=True, env=os.environ,
    )  # fmt: skip
    _, url, _, content_type, _, key, _, body, _ = shell.stdout.split("\0")
    headers = dict(header.split(": ") for header in (content_type, key))
    return httpx.post(url, headers=headers, content=body).text.replace(" ", "")
