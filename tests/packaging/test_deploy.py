"""What runs the gateway for good: the base for Kubernetes, and the unit for systemd."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.settings import Settings, load_settings, variable

_DEPLOY = Path(__file__).parents[2] / "deploy"
_BASE = _DEPLOY / "kubernetes"
_UPGRADE = _DEPLOY / "kubernetes-upgrade"
_UNIT = _DEPLOY / "systemd/autospot-gateway.service"
_KINDS = ["ConfigMap", "Deployment", "PodDisruptionBudget", "Service"]


def _resource(kind: str) -> Any:
    return yaml.safe_load((_BASE / f"{kind.lower()}.yaml").read_text("utf-8"))


def _pod() -> Any:
    return _resource("Deployment")["spec"]["template"]["spec"]


def _container() -> Any:
    (container,) = _pod()["containers"]
    return container


def _upgrade() -> Any:
    return yaml.safe_load((_UPGRADE / "job.yaml").read_text("utf-8"))


def _lines_of_unit() -> dict[str, str]:
    lines = _UNIT.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]\w+=", line))


def test_base_is_whole() -> None:
    """
    The base lists every file beside it, and each holds one resource of its kind.
    """
    base = yaml.safe_load((_BASE / "kustomization.yaml").read_text("utf-8"))
    files = sorted(path.name for path in _BASE.iterdir() if path.name != "kustomization.yaml")

    assert base["resources"] == files == [f"{kind.lower()}.yaml" for kind in _KINDS]
    assert [_resource(kind)["kind"] for kind in _KINDS] == _KINDS


def test_kustomize_builds_the_upgrade() -> None:
    """
    kustomize finds nothing wrong with the Job.
    """
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed here.")
    built = subprocess.run(
        [kubectl, "kustomize", _UPGRADE], check=True, capture_output=True, text=True, timeout=60
    )

    assert yaml.safe_load(built.stdout) == _upgrade()


def test_kustomize_builds_the_base() -> None:
    """
    kustomize finds nothing wrong, and every selector finds the gateway's pods.
    """
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed here.")
    built = subprocess.run(
        [kubectl, "kustomize", _BASE], check=True, capture_output=True, text=True, timeout=60
    )
    _, deployment, budget, service = sorted(
        yaml.safe_load_all(built.stdout), key=lambda resource: resource["kind"]
    )

    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert labels == {"app.kubernetes.io/name": "autospot-gateway"}
    assert service["spec"]["selector"] == labels
    assert budget["spec"]["selector"]["matchLabels"] == labels
    assert deployment["spec"]["selector"]["matchLabels"] == labels


def test_settings_of_the_base(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    The gateway takes the settings, with the secret in a file that the pod mounts.
    """
    (secret,) = (volume for volume in _pod()["volumes"] if "secret" in volume)
    (mount,) = (m for m in _container()["volumeMounts"] if m["name"] == secret["name"])
    data = _resource("ConfigMap")["data"]
    (tmp_path / "url").write_text("postgresql://gateway:secret@postgres/gateway\n")
    for name, value in data.items():
        monkeypatch.setenv(name, value.replace(mount["mountPath"], str(tmp_path)))

    settings = load_settings()

    assert settings.database_url == "postgresql://gateway:secret@postgres/gateway"
    assert data["GATEWAY_DATABASE_URL_FILE"] == f"{mount['mountPath']}/url"
    assert mount["readOnly"] is True
    assert _container()["envFrom"] == [
        {"configMapRef": {"name": _resource("ConfigMap")["metadata"]["name"]}}
    ]


def test_pod_is_confined() -> None:
    """
    The gateway is not root, writes to a scratch folder only, and asks Kubernetes nothing.
    """
    pod, container = _pod(), _container()
    dockerfile = (_DEPLOY.parent / "Dockerfile").read_text("utf-8")

    assert f"USER {pod['securityContext']['runAsUser']}:" in dockerfile
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is pod["enableServiceLinks"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= set(container["resources"]["requests"])
    assert "memory" in container["resources"]["limits"]


def test_upgrade_is_whole() -> None:
    """
    What upgrades the database is one Job, and stands apart: it runs when somebody wants it to.
    """
    alone = yaml.safe_load((_UPGRADE / "kustomization.yaml").read_text("utf-8"))

    assert alone["resources"] == ["job.yaml"]
    assert sorted(path.name for path in _UPGRADE.iterdir()) == ["job.yaml", "kustomization.yaml"]
    assert _upgrade()["kind"] == "Job"


def test_upgrade_runs_as_the_gateway_does() -> None:
    """
    The Job has the settings and the secret of the gateways, and is confined as they are.
    """
    pod = _upgrade()["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    of_pod = ("automountServiceAccountToken", "enableServiceLinks", "securityContext", "volumes")
    of_container = ("image", "envFrom", "resources", "securityContext", "volumeMounts")

    assert {name: pod[name] for name in of_pod} == {name: _pod()[name] for name in of_pod}
    assert {name: container[name] for name in of_container} == {
        name: _container()[name] for name in of_container
    }


def test_upgrade_ends() -> None:
    """
    The Job runs once, no request reaches it, and it makes way for the one of the next update.
    """
    job = _upgrade()["spec"]
    base = yaml.safe_load((_BASE / "kustomization.yaml").read_text("utf-8"))
    ((_, reached),) = base["labels"][0]["pairs"].items()

    assert job["template"]["spec"]["restartPolicy"] == "Never"
    assert reached not in job["template"]["metadata"]["labels"].values()
    assert job["activeDeadlineSeconds"] < job["ttlSecondsAfterFinished"]


def test_upgrade_upgrades(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    The command of the Job, run as it is, brings a database up to date.
    """
    (container,) = _upgrade()["spec"]["template"]["spec"]["containers"]
    command, *arguments = container["command"]
    (tmp_path / "url").write_text(f"sqlite:///{tmp_path / 'gateway.db'}\n")
    monkeypatch.setenv("GATEWAY_DATABASE_URL_FILE", str(tmp_path / "url"))

    run = subprocess.run(
        [Path(sysconfig.get_path("scripts")) / command, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("The database is up to date (revision ")


def test_probes_ask_the_gateway() -> None:
    """
    Each probe asks what it is for, at the port that the image exposes and the Service reaches.
    """
    container = _container()
    (port,), (reached,) = container["ports"], _resource("Service")["spec"]["ports"]
    probes = {kind: container[f"{kind}Probe"]["httpGet"] for kind in _PROBES}

    assert probes == {kind: {"path": path, "port": port["name"]} for kind, path in _PROBES.items()}
    assert reached["targetPort"] == port["name"]
    assert port["containerPort"] == Settings.model_fields["port"].default


_PROBES = {"startup": "/-/live", "liveness": "/-/live", "readiness": "/-/ready"}


def test_pod_waits_for_requests() -> None:
    """
    A gateway is not killed while its requests may still finish, and one is always there.
    """
    waits = _container()["lifecycle"]["preStop"]["exec"]["command"]
    grace = int(_resource("ConfigMap")["data"][variable("grace_seconds")])
    minimum = _resource("PodDisruptionBudget")["spec"]["minAvailable"]

    assert waits[0] == "sleep"
    assert _pod()["terminationGracePeriodSeconds"] > int(waits[1]) + grace
    assert _resource("Deployment")["spec"]["replicas"] > minimum > 0


def test_unit_fits_the_gateway() -> None:
    """
    The unit waits for requests, and does not start again what a wrong setting ended.
    """
    unit = _lines_of_unit()

    assert int(unit["TimeoutStopSec"]) > Settings.model_fields["grace_seconds"].default
    assert unit["RestartPreventExitStatus"] == "2"
    assert unit["WorkingDirectory"] == f"/var/lib/{unit['StateDirectory']}"
    assert (unit["DynamicUser"], unit["ProtectSystem"]) == ("yes", "strict")
    assert unit["CapabilityBoundingSet"] == ""


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    """
    systemd itself finds nothing wrong with the unit, once the command is there.
    """
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("systemd is not installed here.")
    unit = tmp_path / _UNIT.name
    command = _lines_of_unit()["ExecStart"].split()[0]
    unit.write_text(_UNIT.read_text("utf-8").replace(command, "/bin/true"), "utf-8")

    verified = subprocess.run(
        [systemd, "verify", unit], check=False, capture_output=True, text=True, timeout=60
    )

    assert (verified.stderr, verified.returncode) == ("", 0)
