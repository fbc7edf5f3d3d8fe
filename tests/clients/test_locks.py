"""What the clients are installed from: exact versions, and no host."""

import json
import re

from tests.clients.programs import PYTHON, TYPESCRIPT


def test_packages_of_node() -> None:
    """
    Each machine installs the locked versions from its own registry, and sees that they are those.
    """
    lock = json.loads((TYPESCRIPT / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []


def test_packages_of_python() -> None:
    """
    No line of the requirements names a host, an option or more than one version.
    """
    bare = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+|#.*")
    lines = (PYTHON / "requirements.txt").read_text("utf-8").splitlines()

    assert [line for line in lines if not bare.fullmatch(line)] == []
