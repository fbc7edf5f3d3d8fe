"""Types that callers generate of schema.graphql, and programs written in those types."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from graphql import build_schema, extend_schema, parse, print_schema

from tests.clients.programs import (
    OPERATIONS,
    PYTHON,
    PYTHON_BIN,
    SCHEMA,
    TYPESCRIPT,
    generate_python,
    node,
)

EXAMPLES = SCHEMA.parent / "examples"
SAMPLES = Path(__file__).parents[1] / "samples/operations.graphql"
EVERY_OPERATION = OPERATIONS.read_text("utf-8") + SAMPLES.read_text("utf-8")
AS_IT_IS = SCHEMA.read_text("utf-8")
NEW_ERRORS = """
extend enum ErrorCode { MAINTENANCE, SHOP_IS_CLOSED }
extend union UpsertRepairOrdersResult = MaintenanceError
extend union PatchRepairOrdersResult = MaintenanceError
extend union RepairOrderProblem = ShopIsClosedError
type MaintenanceError implements RequestError & GatewayError {
  code: ErrorCode!
  message: String!
  requestId: ID!
  outcome: BatchOutcome!
  retryable: Boolean!
  until: DateTime
}
type ShopIsClosedError implements ItemError & GatewayError {
  code: ErrorCode!
  message: String!
  path: [String!]!
  shopId: Int
  repairNumber: String
  since: DateTime
}
"""
WITH_NEW_ERRORS = print_schema(extend_schema(build_schema(AS_IT_IS), parse(NEW_ERRORS)))
WITHOUT_MESSAGES = AS_IT_IS.replace("message: String!", "message: String")

VERSIONS = pytest.mark.parametrize(
    ("schema", "wrong"),
    [
        pytest.param(AS_IT_IS, set[str](), id="as it is"),
        pytest.param(WITH_NEW_ERRORS, set[str](), id="with new errors"),
        pytest.param(WITHOUT_MESSAGES, {"consumer"}, id="with messages that may be null"),
    ],
)


@VERSIONS
def test_typescript(tmp_path: Path, schema: str, wrong: set[str]) -> None:
    """
    Strict programs fit graphql-codegen's types, also of a schema with errors they do not know.
    """
    program = node()
    for source in (*EXAMPLES.glob("*.mts"), *TYPESCRIPT.glob("*.ts"), *TYPESCRIPT.glob("*.json")):
        shutil.copy(source, tmp_path)
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    (tmp_path / "schema.graphql").write_text(schema, "utf-8")
    (tmp_path / "operations.graphql").write_text(EVERY_OPERATION, "utf-8")
    files = ["schema.graphql", "operations.graphql", "generated.ts"]
    subprocess.run([program, "generate.ts", *files], cwd=tmp_path, check=True, timeout=60)

    assert complained_of([program, "node_modules/typescript/bin/tsc"], tmp_path) == wrong


@VERSIONS
def test_python(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, schema: str, wrong: set[str]
) -> None:
    """
    Strict programs fit ariadne-codegen's types, also of a schema with errors they do not know.
    """
    generate_python(schema, EVERY_OPERATION, tmp_path)
    shutil.copy(PYTHON / "consumer.py", tmp_path)
    cache = tmp_path_factory.getbasetemp() / "mypy"
    mypy = [PYTHON_BIN / "mypy", "--strict", "--cache-dir", cache, "autospot", "consumer.py"]

    assert complained_of(mypy, tmp_path) == wrong


def complained_of(command: list[str | Path], folder: Path) -> set[str]:
    """The files that a check of types complains of, without their suffixes."""
    check = subprocess.run(
        command, cwd=folder, check=False, capture_output=True, text=True, timeout=60
    )
    files = set(re.findall(r"^([\w/.]+)\.\w+[:(]\d.* error", check.stdout, re.MULTILINE))
    assert bool(files) == bool(check.returncode), check.stdout + check.stderr
    return files
