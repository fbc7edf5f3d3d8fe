"""The distribution: its version, its command, and the versions it is installed with."""

import re
from importlib.metadata import distribution, entry_points, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

import gateway
from gateway.cli import main

_ROOT = Path(__file__).parents[2]
_NAME = "autospot-gateway"


def test_version_is_written_once() -> None:
    """
    The distribution takes its version from the package.
    """
    assert version(_NAME) == gateway.__version__


def test_command() -> None:
    """
    The command is the package's main function.
    """
    (command,) = entry_points(group="console_scripts", name=_NAME)

    assert command.load() is main


def test_constraints_are_bare_versions() -> None:
    """
    No line of the constraints names a host, an option or more than one version.
    """
    bare = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+")

    assert [line for line in _constraint_lines() if not bare.fullmatch(line)] == []


def test_installed_as_constrained() -> None:
    """
    All that is needed, directly or not, is constrained, and installed in that version.
    """
    pairs = (line.split("==") for line in _constraint_lines())
    constrained = {canonicalize_name(name): number for name, number in pairs}

    wanted = needed(f"{_NAME}[dev]")

    assert {name: version(name) for name in wanted} == {
        name: constrained.get(name) for name in wanted
    }


def test_python_is_new_enough() -> None:
    """
    The oldest Python that is promised is the one that code is checked for.
    """
    promised = distribution(_NAME).metadata["Requires-Python"]
    settings = (_ROOT / "pyproject.toml").read_text("utf-8")

    assert promised == ">=3.11"
    assert 'pythonVersion = "3.11"' in settings
    assert 'target-version = "py311"' in settings


def _constraint_lines() -> list[str]:
    lines = (_ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def needed(wanted: str) -> set[NormalizedName]:
    """The names of what a requirement needs, directly or not."""
    return _needed(wanted, seen=set())


def _needed(wanted: str, seen: set[str]) -> set[NormalizedName]:
    """The names of what a requirement needs, found by way of what is installed."""
    requirement = Requirement(wanted)
    found: set[NormalizedName] = set()
    for line in distribution(requirement.name).requires or []:
        need = Requirement(line)
        environments = [{"extra": extra} for extra in ("", *requirement.extras)]
        if need.marker and not any(map(need.marker.evaluate, environments)):
            continue
        need.marker, need.url = None, None
        if str(need) not in seen:
            seen.add(str(need))
            found |= {canonicalize_name(need.name)} | _needed(str(need), seen)
    return found
