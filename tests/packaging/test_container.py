"""The container image and the Compose file, as far as they go without an engine."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import yaml

from gateway.settings import Settings, load_settings

_ROOT = Path(__file__).parents[2]


def test_both_stages_are_the_same_slim_python() -> None:
    """
    What one stage installs runs in the other.
    """
    images = [stage[0].rest.split()[0] for stage in _stages()]

    assert images == ["python:3.13-slim", "python:3.13-slim"]


def test_what_is_copied_exists_and_is_not_ignored() -> None:
    """
    Every file that the image is built from is in the repository, and reaches the engine.
    """
    rules = [line for line in (_ROOT / ".dockerignore").read_text().splitlines() if line[0] != "#"]
    copies = (i.rest.split() for stage in _stages() for i in stage if i.word == "COPY")
    sources = [name for copy in copies if not copy[0].startswith("--from") for name in copy[:-1]]

    assert "constraints.txt" in sources
    assert [name for name in sources if not (_ROOT / name).exists()] == []
    assert [name for name in sources if f"!{name}" not in rules] == []
    assert rules[0] == "*"


def test_wheel_is_installed_as_constrained() -> None:
    """
    The image has the versions that were tested, and what traces take.
    """
    build = " ".join(instruction.rest for instruction in _stages()[0] if instruction.word == "RUN")

    wheel = '"$(echo wheels/*.whl)[otel]"'
    assert re.search(rf"pip install [^&]*--constraint constraints\.txt {re.escape(wheel)}$", build)


def test_what_the_image_has_is_audited() -> None:
    """
    What is audited and listed as shipped is the same, with the same extra.
    """
    rules = (_ROOT / "Makefile").read_text("utf-8").partition("\n$(SHIPPED): ")[2]

    assert "--constraint constraints.txt '.[otel]'" in rules.partition("\n\n")[0]


def test_does_not_run_as_root() -> None:
    """
    The user is a number, so that an orchestrator can see that it is not root.
    """
    user, group = map(int, _last("USER").split(":"))

    assert user > 0
    assert group > 0
    assert f"--uid {user} " in _stages()[-1][1].rest


def test_settings_of_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The image listens on every address, at the port it exposes, and keeps its data in its volume.
    """
    for name, value in _environment().items():
        if name.startswith("GATEWAY_"):
            monkeypatch.setenv(name, value)

    settings = load_settings()

    assert settings.host == "0.0.0.0"  # noqa: S104  # compared, not bound
    assert settings.port == int(_last("EXPOSE"))
    assert settings.database_url == "sqlite:///gateway.db"
    assert _last("WORKDIR") == _last("VOLUME")


def test_command_is_run_directly() -> None:
    """
    Signals reach the gateway, for no shell stands in between.
    """
    assert json.loads(_last("CMD")) == ["autospot-gateway", "serve"]


@pytest.mark.parametrize(
    ("status", "is_healthy"), [(HTTPStatus.OK, True), (HTTPStatus.SERVICE_UNAVAILABLE, False)]
)
def test_health_check(status: HTTPStatus, *, is_healthy: bool) -> None:
    """
    The image's own health check, run as it is, asks whether the gateway lives.
    """
    with _answering(status) as (port, paths):
        exit_code = _check_health(port)

    assert paths == ["/-/live"]
    assert (exit_code == 0) is is_healthy


def test_health_check_of_nobody() -> None:
    """
    A gateway that does not listen is not healthy.
    """
    with _answering(HTTPStatus.OK) as (port, _):
        pass

    assert _check_health(port) != 0


def test_compose_keeps_the_data() -> None:
    """
    A named volume lies where the image keeps its database.
    """
    name, _, folder = _service()["volumes"][0].partition(":")

    assert name in _compose()["volumes"]
    assert folder == _last("VOLUME")


def test_compose_publishes_the_port() -> None:
    """
    The port that is published is the one that the image exposes.
    """
    assert [port.rpartition(":")[2] for port in _service()["ports"]] == [_last("EXPOSE")]


def test_compose_checks_health_by_the_image() -> None:
    """
    The Compose file says how often, and the image says how.
    """
    check = _service()["healthcheck"]

    assert "test" not in check
    assert "disable" not in check


def test_compose_waits_for_requests() -> None:
    """
    The gateway is not killed while its requests may still finish.
    """
    seconds = int(_service()["stop_grace_period"].removesuffix("s"))

    assert seconds > Settings.model_fields["grace_seconds"].default


def test_compose_confines_the_gateway() -> None:
    """
    The gateway writes to its volume and to a scratch folder, and nowhere else.
    """
    service = _service()

    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108  # the container's own
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_compose_runs_a_gateway_on_postgresql() -> None:
    """
    Its own profile has both, and the gateway starts when the database answers.
    """
    gateway, database = _service("gateway-postgres"), _service("postgres")
    url = urlsplit(gateway["environment"]["GATEWAY_DATABASE_URL"])

    assert gateway["profiles"] == database["profiles"] == ["postgres"]
    assert gateway["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert (url.scheme, url.hostname, url.path) == ("postgresql", "postgres", "/gateway")
    assert url.username == database["environment"]["POSTGRES_USER"]
    assert gateway["environment"]["PGPASSWORD"] == database["environment"]["POSTGRES_PASSWORD"]


def test_compose_keeps_the_rows_of_postgresql() -> None:
    """
    A named volume lies where version 18 of the image keeps its data, and no port is published.
    """
    database = _service("postgres")
    name, _, folder = database["volumes"][0].partition(":")

    assert database["image"] == "postgres:18"
    assert name in _compose()["volumes"]
    assert folder == "/var/lib/postgresql"
    assert "ports" not in database


def test_compose_checks_health_of_postgresql() -> None:
    """
    The check asks by TCP, and for the user that the server has.
    """
    database = _service("postgres")

    assert database["healthcheck"]["test"] == [
        "CMD",
        "pg_isready",
        "--host=127.0.0.1",
        f"--username={database['environment']['POSTGRES_USER']}",
    ]


def test_compose_runs_every_gateway_alike() -> None:
    """
    A gateway of a profile has its own port, and is confined and stopped as the first one is.
    """
    alike = ("image", "restart", "stop_grace_period", "read_only", "tmpfs", "cap_drop")
    gateways = [_service(name) for name in ("gateway", "proxy", "gateway-postgres")]

    assert len({port for service in gateways for port in service["ports"]}) == len(gateways)
    assert [{name: service[name] for name in alike} for service in gateways] == [
        {name: gateways[0][name] for name in alike}
    ] * len(gateways)


def test_compose_accepts_the_file() -> None:
    """
    Compose itself finds nothing wrong with the file.
    """
    if _compose_command("version").returncode:
        pytest.skip("Docker with Compose is not installed here.")

    result = _compose_command("config", "--quiet")

    assert (result.stderr, result.returncode) == ("", 0)


class Instruction(NamedTuple):
    """One instruction of a Dockerfile."""

    word: str
    rest: str


def _stages() -> list[list[Instruction]]:
    """The instructions of each stage of the image, its FROM first."""
    text = re.sub(r"\\\n\s*", "", (_ROOT / "Dockerfile").read_text("utf-8"))
    stages: list[list[Instruction]] = []
    for line in text.splitlines():
        if line:
            instruction = Instruction(*line.split(maxsplit=1))
            if instruction.word == "FROM":
                stages.append([])
            stages[-1].append(instruction)
    return stages


def _last(word: str) -> str:
    """What the last such instruction of the image says."""
    return [instruction.rest for instruction in _stages()[-1] if instruction.word == word][-1]


def _environment() -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", _last("ENV")))


def _service(name: str = "gateway") -> dict[str, Any]:
    return _compose()["services"][name]


def _compose() -> dict[str, Any]:
    return yaml.safe_load((_ROOT / "docker-compose.yml").read_text("utf-8"))


def _check_health(port: int) -> int:
    command = json.loads(_last("HEALTHCHECK").partition("CMD ")[2])
    assert command[0] == "python"
    environment = os.environ | {"GATEWAY_PORT": str(port), "http_proxy": "http://127.0.0.1:1"}
    return subprocess.run(
        [sys.executable, *command[1:]],
        env=environment,
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=30,
    ).returncode


@contextmanager
def _answering(status: HTTPStatus) -> Generator[tuple[int, list[str]]]:
    """Answers every request alike; gives the port, and the paths that were asked for."""
    paths: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Note the path, and answer."""
            paths.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as it is called
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port, paths
        server.shutdown()
        thread.join()


def _compose_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    docker = shutil.which("docker") or "false"
    return subprocess.run(
        [docker, "compose", *arguments], cwd=_ROOT, capture_output=True, text=True, check=False
    )
