"""What is read from the environment: secrets in files, and what others put there."""

from pathlib import Path

import pytest

from gateway.environment import Found, SettingsError, found_variables, made_by_kubernetes

_URL, _FILE = "GATEWAY_DATABASE_URL", "GATEWAY_DATABASE_URL_FILE"
_KNOWN = [_URL, "GATEWAY_HOST", "GATEWAY_PORT"]

# What Kubernetes 1.34 gives a pod beside Services named gateway and gateway-postgres.
_LINKS = {
    "KUBERNETES_SERVICE_HOST": "10.96.0.1",
    "GATEWAY_SERVICE_HOST": "10.96.12.7",
    "GATEWAY_SERVICE_PORT": "80",
    "GATEWAY_SERVICE_PORT_HTTP": "80",
    "GATEWAY_PORT": "tcp://10.96.12.7:80",
    "GATEWAY_PORT_80_TCP": "tcp://10.96.12.7:80",
    "GATEWAY_PORT_80_TCP_PROTO": "tcp",
    "GATEWAY_PORT_80_TCP_PORT": "80",
    "GATEWAY_PORT_80_TCP_ADDR": "10.96.12.7",
    "GATEWAY_POSTGRES_SERVICE_HOST": "fd00::7",
    "GATEWAY_POSTGRES_SERVICE_PORT": "5432",
    "GATEWAY_POSTGRES_PORT": "tcp://[fd00::7]:5432",
    "GATEWAY_POSTGRES_PORT_5432_TCP": "tcp://[fd00::7]:5432",
    "GATEWAY_POSTGRES_PORT_5432_TCP_PROTO": "tcp",
    "GATEWAY_POSTGRES_PORT_5432_TCP_PORT": "5432",
    "GATEWAY_POSTGRES_PORT_5432_TCP_ADDR": "fd00::7",
}


def _found(environment: dict[str, str]) -> dict[str, Found]:
    return found_variables(environment, _KNOWN, [_URL])


def _complaint(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as raised:
        _found(environment)
    return str(raised.value)


def test_variables() -> None:
    """
    What is set is found, in capitals or not, and what is empty is not set.
    """
    found = _found({"gateway_host": "::", "GATEWAY_PORT": "", _FILE: "", "HOME": "/"})

    assert found == {"GATEWAY_HOST": Found("::", "environment")}


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_secret_in_a_file(tmp_path: Path, end: str) -> None:
    """
    A secret is what its file holds, without the end of the line.
    """
    path = tmp_path / "url"
    path.write_text(f"sqlite:///a b.db{end}", newline="")

    assert _found({_FILE: str(path)}) == {_URL: Found("sqlite:///a b.db", f"file {path}")}


def test_secret_in_both(tmp_path: Path) -> None:
    """
    A secret that is set twice is refused, for one of the two is not meant.
    """
    complaint = _complaint({_URL: "sqlite:///a.db", _FILE: str(tmp_path / "url")})

    assert complaint == f"{_URL} and {_FILE} are both set: keep one of them."


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "names a file that cannot be read: No such file or directory."),
        (b"\n", "names a file that is empty."),
        (b"\xff", "names a file that is not UTF-8 text."),
    ],
)
def test_unusable_file(tmp_path: Path, content: bytes | None, complaint: str) -> None:
    """
    A file that gives no secret is one sentence, which does not repeat what may be the secret.
    """
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)

    assert _complaint({_FILE: str(path)}) == f"{_FILE} {complaint}"


def test_only_secrets_are_in_files() -> None:
    """
    Another setting has no file; the name is taken for a typo.
    """
    complaint = _complaint({"GATEWAY_PORT_FILE": "/port"})

    assert complaint.startswith("GATEWAY_PORT_FILE is not a setting of the gateway: did you mean ")


def test_services_of_kubernetes() -> None:
    """
    What Kubernetes makes of Services is left alone, exactly that.
    """
    assert made_by_kubernetes(_LINKS) == sorted(set(_LINKS) - {"KUBERNETES_SERVICE_HOST"})
    assert _found(_LINKS | {"GATEWAY_HOST": "::"}) == {"GATEWAY_HOST": Found("::", "environment")}


def test_port_beside_a_service() -> None:
    """
    A port that the operator sets is a setting, as Kubernetes lets it win.
    """
    assert _found(_LINKS | {"GATEWAY_PORT": "81"}) == {"GATEWAY_PORT": Found("81", "environment")}


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"GATEWAY_SERVICE_HOST": "10.0.0.1"}, "GATEWAY_SERVICE_HOST"),
        (_LINKS | {"GATEWAY_SERVICE_HOSTS": "10.0.0.1"}, "GATEWAY_SERVICE_HOSTS"),
        (_LINKS | {"GATEWAY_PORT_80": "80"}, "GATEWAY_PORT_80"),
        (_LINKS | {"GATEWAY_REDIS_SERVICE_PORT": "80"}, "GATEWAY_REDIS_SERVICE_PORT"),
        (_LINKS | {"GATEWAY_POSTGRES_PORT": "5432"}, "GATEWAY_POSTGRES_PORT"),
    ],
)
def test_not_of_kubernetes(environment: dict[str, str], name: str) -> None:
    """
    What only looks like it, and what is set outside of Kubernetes, is taken for a typo.
    """
    assert _complaint(environment).startswith(f"{name} is not a setting of the gateway: ")


def test_kubernetes_without_services() -> None:
    """
    Without links there is nothing to leave alone.
    """
    assert made_by_kubernetes({"KUBERNETES_SERVICE_HOST": "10.96.0.1", "GATEWAY_PORT": "1"}) == []
