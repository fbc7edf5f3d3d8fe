"""The wheel, installed where no source is, with what it needs and nothing else."""

import re
import subprocess
import sys
import venv
from collections.abc import Generator
from importlib.metadata import distribution
from pathlib import Path

import httpx
import pytest

import gateway
from tests.cli.command import Gateway
from tests.packaging.test_distribution import needed
from tests.unmeasured import unmeasured

_ROOT = Path(__file__).parents[2]
_NAME = "autospot-gateway"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A fresh environment with the wheel. Other packages are linked into it, as they are tested.
    """
    folder = tmp_path_factory.mktemp("shipped")
    build = [sys.executable, "-m", "hatchling", "build", "--directory", folder / "dist"]
    subprocess.run(build, cwd=_ROOT, env=unmeasured(), check=True, capture_output=True, timeout=100)
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "venv")
    python = folder / "venv/bin/python"
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "-qq"]
    subprocess.run(
        [*install, wheel], env=unmeasured(), check=True, capture_output=True, timeout=100
    )
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    for name in needed(_NAME):
        _link(name, packages)
    return folder / "venv"


def _link(name: str, packages: Path) -> None:
    """Link what a distribution installed into another folder of packages."""
    installed = distribution(name)
    tops = {file.parts[0] for file in installed.files or [] if file.parts[0] != ".."}
    for top in tops - {"__pycache__"}:
        target = packages / top
        if not target.exists():
            target.symlink_to(str(installed.locate_file(top)))


@pytest.fixture
def shipped(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Gateway]:
    """
    A gateway of the environment, in a folder of its own, on a database that was set up by hand.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEWAY_PORT", "0")
    command = environment / "bin" / _NAME
    upgrade = subprocess.run(
        [command, "db", "upgrade"], check=False, capture_output=True, text=True, timeout=60
    )
    assert re.fullmatch(r"The database is up to date \(revision \w+\)\.\n", upgrade.stdout)
    gateway = Gateway(command=command)
    yield gateway
    gateway.close()


def test_source_is_not_there(environment: Path) -> None:
    """
    What is imported is the installed package, in the version that is written once.
    """
    program = "import gateway; print(gateway.__file__, gateway.__version__)"
    run = [environment / "bin/python", "-I", "-c", program]
    file, version = subprocess.check_output(run, text=True, timeout=60).split()

    assert Path(file).is_relative_to(environment)
    assert version == gateway.__version__


def test_serves(shipped: Gateway) -> None:
    """
    GraphiQL's page and each file that it loads are served, and both doors answer.
    """
    page = httpx.get(f"{shipped.address}/graphql", headers={"Accept": "text/html"})
    files = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    answers = [httpx.get(shipped.address + file) for file in (*files, "/-/ready", "/-/docs")]
    query = httpx.post(f"{shipped.address}/graphql", json={"query": "{ gateway { version } }"})

    assert (page.status_code, len(files) > 1) == (200, True)
    assert {answer.status_code for answer in answers} == {200}
    assert query.status_code == 200
