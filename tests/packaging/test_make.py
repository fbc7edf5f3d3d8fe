"""The developer's commands, as far as they go without installing anything."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_COMMANDS = [
    "help",
    "run",
    "test",
    "soak",
    "check",
    "docs",
    "schema",
    "lock",
    "dist",
    "audit",
    "sbom",
    "bench",
    "clean",
]

Make = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """
    Runs make in a folder of its own, untouched by the make that runs these tests.
    """
    shutil.copy(_ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    left_out = ("MAKE", "MFLAGS", "ARGS", "PYTHON")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(left_out)
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", "--no-print-directory", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def test_lists_its_commands(make: Make) -> None:
    """
    Make alone lists every command, each on one line that says what it does.
    """
    listed = make().stdout

    assert re.findall(r"^make (\w+) +\w", listed, re.MULTILINE) == _COMMANDS


@pytest.mark.parametrize(
    "command", ["run", "test", "soak", "check", "docs", "schema", "lock", "dist"]
)
@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ("no-such-python", "no-such-python was not found: "),
        ("sh ./old-python", "Python 3.10.13 is too old: "),
        ("sh ./bare-python", "sh ./bare-python cannot make virtual environments: "),
    ],
)
def test_unusable_python(
    make: Make, tmp_path: Path, command: str, python: str, sentence: str
) -> None:
    """
    A Python that cannot be used is named in one sentence, and nothing is made.
    """
    (tmp_path / "old-python").write_text(
        'case "$*" in --version) echo "Python 3.10.13";; *version_info*) exit 1;; esac\n'
    )
    (tmp_path / "bare-python").write_text('case "$*" in *ensurepip*) exit 1;; esac\n')

    result = make(command, f"PYTHON={python}")

    complaint, *own_words_of_make = result.stderr.splitlines()
    assert result.returncode == 2
    assert complaint.startswith(sentence)
    assert all(line.startswith("make: ***") for line in own_words_of_make)
    assert not (tmp_path / ".venv").exists()


def test_failed_installation(make: Make, tmp_path: Path) -> None:
    """
    An installation that fails says so, and the next start tries again.
    """
    fake = tmp_path / ".venv/bin/python"
    fake.parent.mkdir(parents=True)
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)

    result = make("run", "PYTHON=true")

    assert result.returncode == 2
    assert "The packages could not be installed; pip says why above." in result.stderr
    assert not (tmp_path / ".venv/.runtime-installed").exists()


def test_second_run_installs_nothing(make: Make, tmp_path: Path) -> None:
    """
    Once installed, `make run` only starts the demo.
    """
    command = tmp_path / ".venv/bin/autospot-gateway"
    command.parent.mkdir(parents=True)
    command.write_text('#!/bin/sh\necho "$@"\n')
    command.chmod(0o755)
    (tmp_path / ".venv/.runtime-installed").touch()

    result = make("run", "PYTHON=no-such-python")

    assert (result.stdout, result.stderr, result.returncode) == ("serve --demo\n", "", 0)


def test_clean_keeps_databases(make: Make, tmp_path: Path) -> None:
    """
    What the commands made goes, and databases stay.
    """
    for name in ("benchmarks", "gateway", "tests", "tools", ".venv"):
        (tmp_path / name).mkdir()
    (tmp_path / "autospot-demo.db").touch()

    result = make("clean")

    assert (result.stderr, result.returncode) == ("", 0)
    assert not (tmp_path / ".venv").exists()
    assert (tmp_path / "autospot-demo.db").exists()


def test_what_must_pass() -> None:
    """
    The checks run first, then the tests, so that pytest's summary is printed last.
    """
    script = _ROOT / ".ci/run"

    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-2:] == ["make check", "make test"]
