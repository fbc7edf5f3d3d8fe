"""What is printed once the gateway listens."""

import json
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version

import pytest

from gateway.cli.announcement import announcement
from gateway.settings import load_settings


def test_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without the demo, the addresses are all there is to say.
    """
    monkeypatch.setenv("GATEWAY_BATCH_PATH", "/v1/orders")

    assert announcement(load_settings(), 8080) == (
        f"autospot-gateway {version('autospot-gateway')} is listening; Ctrl+C stops it.\n"
        "  GraphQL  http://127.0.0.1:8080/graphql\n"
        "  REST     http://127.0.0.1:8080/v1/orders\n"
        "  Docs     http://127.0.0.1:8080/-/docs"
    )


def test_in_front_of_autospot() -> None:
    """
    In front of a remote AutoSpot, what is passed through is said.
    """
    assert announcement(load_settings(upstream_url="http://a.example"), 80).splitlines()[1:] == [
        "  GraphQL  http://127.0.0.1:80/graphql",
        "  REST     http://127.0.0.1:80/batch/repair_orders",
        "  All but /graphql and /-/ is passed through to AutoSpot.",
    ]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", "http://localhost:80/"),
        ("0.0.0.0", "http://127.0.0.1:80/"),  # noqa: S104  # not bound
        ("::", "http://[::1]:80/"),
        ("fe80::1", "http://[fe80::1]:80/"),
    ],
)
def test_address_that_can_be_opened(host: str, address: str) -> None:
    """
    A gateway that listens everywhere is reached at this machine's own address.
    """
    assert f" {address}graphql\n" in announcement(load_settings(host=host), 80)


def test_command_to_paste() -> None:
    """
    A shell reads the command as one call of curl, whose number is the time.
    """
    settings = load_settings(demo=True, api_key_header="X-`Key$'")
    command = announcement(settings, 80).splitlines()[-1]
    shell = subprocess.run(
        ["/bin/sh", "-c", f"""curl() {{ printf '%s\\0' "$@"; }}; {command}"""],
        capture_output=True, check=True, text=True,
    )  # fmt: skip

    *options, body = shell.stdout.split("\0")[:-1]
    assert options == [
        "-s",
        "http://127.0.0.1:80/graphql",
        "-H",
        "Content-Type: application/json",
        "-H",
        "X-`Key$': demo-key",
        "-d",
    ]
    number = int(json.loads(body)["variables"]["number"])
    assert abs(datetime.now(UTC).timestamp() - number) < 60
