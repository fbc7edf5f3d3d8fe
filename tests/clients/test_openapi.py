"""What callers make of the OpenAPI document: a linter's judgement, and a typed client."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import Client
from tests.clients.programs import HERE, TYPESCRIPT, node

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path, embedded: Client) -> Run:
    """
    Runs a program of Node.js in a folder with the document and a caller's sources.
    """
    program = node()
    for source in (*(HERE / "rest").iterdir(), TYPESCRIPT / "tsconfig.json"):
        shutil.copy(source, tmp_path)
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    document = embedded.request("GET", "/-/openapi.json").text
    (tmp_path / "openapi.json").write_text(document, "utf-8")

    def run_program(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *arguments],
            cwd=tmp_path,
            env=os.environ | {"REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run_program


def test_linter_is_content(run: Run) -> None:
    """
    Redocly's strict rules find nothing, not even a warning.
    """
    lint = run("node_modules/@redocly/cli/bin/cli.js", "lint", "--format=json", "openapi.json")

    assert json.loads(lint.stdout)["problems"] == []
    assert lint.returncode == 0, lint.stderr


def test_typed_client(run: Run, embedded: Client, shop: int) -> None:
    """
    A strict program fits the types that openapi-typescript makes, and calls a gateway in them.
    """
    openapi_typescript = "node_modules/openapi-typescript/bin/cli.js"
    assert run(openapi_typescript, "openapi.json", "-o", "generated.ts").returncode == 0
    types = run("node_modules/typescript/bin/tsc")
    assert (types.stdout, types.returncode) == ("", 0)

    program = run("save.ts", embedded.url, str(embedded.api_key), str(shop))

    assert program.returncode == 0, program.stderr
    assert json.loads(program.stdout) == [
        1,
        1,
        [
            "/0/repair_orders/0/repair_number: STORED",
            "/0/repair_orders/1/total_estimated_hours: OUT_OF_RANGE",
        ],
    ]
