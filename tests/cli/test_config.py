"""Looking at the settings, and checking them."""

import re
from pathlib import Path

import certifi
import pytest

from gateway.cli.masked import masked
from gateway.settings import Settings, variable
from tests.cli.command import Run, Serve

_UPSTREAM = {"UPSTREAM_URL": "https://autospot.example"}


def _rows(out: str) -> dict[str, list[str]]:
    """The value and the source of each setting."""
    lines = (re.split(r"  +", line) for line in out.splitlines() if line.startswith("GATEWAY_"))
    return {name: cells for name, *cells in lines}


def _warnings(out: str) -> list[str]:
    return [line for line in out.splitlines() if line.startswith("Warning: ")]


def _set(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    monkeypatch.delenv("GATEWAY_DATABASE_URL")
    for name, value in settings.items():
        monkeypatch.setenv(f"GATEWAY_{name}", value)


def test_shows_every_setting(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    Every setting is listed with its value and its source; a secret is masked.
    """
    secret = tmp_path / "url"
    secret.write_text("postgresql://me:secret@db.example/orders\n")
    _set(monkeypatch, {"DATABASE_URL_FILE": str(secret), "DEMO": "off"})

    result = run("config", "check")

    rows = _rows(result.out)
    assert (result.exit_code, result.err) == (0, "")
    assert list(rows) == [variable(field) for field in Settings.model_fields]
    assert rows["GATEWAY_DATABASE_URL"] == [
        "postgresql://me:***@db.example/orders",
        f"file {secret}",
    ]
    assert rows["GATEWAY_PORT"] == ["0", "environment"]
    assert rows["GATEWAY_DEMO"] == ["false", "environment"]
    assert rows["GATEWAY_GRAPHIQL"] == ["true", "default"]
    assert rows["GATEWAY_UPSTREAM_URL"] == ["default"]
    assert _warnings(result.out) == []
    assert result.out.endswith("The settings are valid.\n")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////data/gateway.db", "sqlite:////data/gateway.db"),
        ("postgresql://me@db/orders", "postgresql://me@db/orders"),
        ("postgresql://me:a@db:5432,db2/orders", "postgresql://me:***@db:5432,db2/orders"),
        ("postgresql://[::1]:5432/orders", "postgresql://[::1]:5432/orders"),
        ("postgresql:///o?host=/run&password=a", "postgresql:///o?host=/run&password=***"),
        ("postgresql:///o?password=a&b", "postgresql:///o?password=***&***"),
        ("postgresql://me:a@b@db/orders", "***"),
        ("postgresql://me:a/b@db/orders", "***"),
        ("postgresql://me:a?b@db/orders", "***"),
        ("postgresql://me:a#b@db/orders", "***"),
        ("postgresql://me@db/o?password=a#b", "***"),
        ("hunter2", "***"),
    ],
)
def test_mask(url: str, shown: str) -> None:
    """
    Of a URL all but what may be a password is shown; what is no plain URL is hidden whole.
    """
    assert masked(url) == shown


@pytest.mark.parametrize(
    ("settings", "warning"),
    [
        ({"INTROSPECTION": "off"},
         "GATEWAY_GRAPHIQL shows a page that cannot tell the schema, since GATEWAY_INTROSPECTION "
         "is off."),
        ({"UPSTREAM_TIMEOUT": "5", "UPSTREAM_DEADLINE": "9"},
         "GATEWAY_UPSTREAM_DEADLINE, GATEWAY_UPSTREAM_TIMEOUT have no effect without "
         "GATEWAY_UPSTREAM_URL."),
        ({"DATABASE_POOL_SIZE": "5"}, "GATEWAY_DATABASE_POOL_SIZE has no effect with an SQLite "
         "file."),
        ({"DEMO": "on", "HOST": "0.0.0.0"},  # noqa: S104  # not bound
         "GATEWAY_DEMO takes a key that everybody knows, and GATEWAY_HOST lets other machines in."),
        (_UPSTREAM | {"DATABASE_URL": "sqlite:///a.db"},
         "GATEWAY_DATABASE_URL has no effect with GATEWAY_UPSTREAM_URL."),
        (_UPSTREAM | {"UPSTREAM_TIMEOUT": "61"},
         "GATEWAY_UPSTREAM_TIMEOUT is longer than GATEWAY_UPSTREAM_DEADLINE, which ends a GraphQL "
         "call first."),
        ({"UPSTREAM_URL": "http://autospot.example"},
         "GATEWAY_UPSTREAM_URL is http://, so keys and orders travel unencrypted."),
        ({"UPSTREAM_URL": "http://[::1]:8000", "UPSTREAM_CA_FILE": certifi.where()},
         "GATEWAY_UPSTREAM_CA_FILE has no effect with an http:// URL in GATEWAY_UPSTREAM_URL."),
    ],
)  # fmt: skip
def test_odd_combination(
    run: Run, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], warning: str
) -> None:
    """
    What is odd is said, and is no error.
    """
    _set(monkeypatch, settings)

    result = run("config", "check")

    assert result.exit_code == 0
    assert _warnings(result.out) == [f"Warning: {warning}"]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"DEMO": "on"},
        {"DATABASE_URL": "postgresql://me@db/orders", "DATABASE_POOL_SIZE": "5"},
        _UPSTREAM | {"UPSTREAM_TIMEOUT": "5"},
        {"UPSTREAM_URL": "http://127.0.0.1:8000"},
        {"GRAPHIQL": "off", "INTROSPECTION": "off"},
    ],
)
def test_nothing_odd(run: Run, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    """
    What belongs together is passed over.
    """
    _set(monkeypatch, settings)

    result = run("config", "check")

    assert (result.exit_code, _warnings(result.out)) == (0, [])


@pytest.mark.parametrize(
    ("settings", "exit_code", "sentence"),
    [
        ({"PORT": "x"}, 2, "GATEWAY_PORT must be a valid integer."),
        ({"UPSTREAM_URL": "ftp://a"}, 2, "The upstream's URL must begin with http:// or https://."),
        (_UPSTREAM | {"UPSTREAM_CA_FILE": "missing.pem"}, 2,
         "missing.pem is no readable file of CA certificates."),
        ({"DATABASE_URL": "sqlite:///:memory:"}, 1,
         "The database URL must name a file and nothing else: sqlite:///file for a file in this "
         "folder, or sqlite:////folder/file."),
        ({"DATABASE_URL": "postgresql:///a?hostaddr=1"}, 1,
         "The database URL has an option that the gateway does not know: hostaddr."),
        ({"DATABASE_URL": "postgresql:///a?b"}, 1,
         "The database URL cannot be read: give postgresql://user@host/database, with hosts and "
         "options as libpq writes them."),
    ],
)  # fmt: skip
def test_wrong_setting(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
    exit_code: int,
    sentence: str,
) -> None:
    """
    What the gateway would not start with fails the check as it fails the start.
    """
    _set(monkeypatch, settings)

    result = run("config", "check")

    assert (result.exit_code, result.err) == (exit_code, f"{sentence}\n")
    assert "valid." not in result.out


def test_services_of_kubernetes(run: Run, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A gateway beside a Service of its name starts, and says what it left alone.
    """
    links = {"SERVICE_HOST": "10.0.0.1", "SERVICE_PORT": "80", "PORT": "tcp://10.0.0.1:80"}
    _set(monkeypatch, {**links, "LOG_FORMAT": "json"})
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.2")
    sentence = (
        "Kubernetes made GATEWAY_PORT, GATEWAY_SERVICE_HOST, GATEWAY_SERVICE_PORT of its Services; "
        "they are no settings (enableServiceLinks: false keeps them away)."
    )

    checked = run("config", "check")
    stopped = serve("--port", "0").stop()

    assert _rows(checked.out)["GATEWAY_PORT"] == ["8000", "default"]
    assert _warnings(checked.out) == [f"Warning: {sentence}"]
    assert stopped.exit_code == 0
    assert sentence in stopped.err
