"""The OpenAPI document as its tools read it, and the gateway as the document describes it."""

import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.demo import DEMO_KEY, DEMO_SHOPS
from tests.client import Client
from tests.server import running
from tests.unmeasured import unmeasured

_SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
_SETTINGS = Path(__file__).parent / "schemathesis.toml"


@pytest.fixture
def demo(tmp_path: Path) -> Generator[str]:
    """
    The address of a fresh demo.
    """
    with running(demo=True, database_url=f"sqlite:///{tmp_path / 'demo.db'}") as address:
        yield address


def test_document_is_valid(embedded: Client) -> None:
    """
    The document is OpenAPI 3.1, and its examples and schemas are sound.
    """
    document = embedded.request("GET", "/-/openapi.json").json()

    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_gateway_is_as_described(demo: str, tmp_path: Path) -> None:
    """
    Whatever is sent, no answer is a failure, undocumented, or unlike what the document says.

    The document does not know which shops there are, so it is told.
    """
    document = httpx.get(f"{demo}/-/openapi.json").json()
    for name in ("ShopRepairOrders", "ShopRepairOrderPatches"):
        document["components"]["schemas"][name]["properties"]["shop_id"]["enum"] = [*DEMO_SHOPS]
    (tmp_path / "openapi.json").write_text(json.dumps(document), "utf-8")

    run = _schemathesis("openapi.json", "--url", demo, folder=tmp_path)

    assert run.returncode == 0, run.stdout
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["operations"]["tested"] == 4
    assert report["test_cases"]["generated"] > 500


def _schemathesis(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    options = ["--header", f"X-API-Key: {DEMO_KEY}", "--report-json-path", "report.json"]
    return subprocess.run(
        [_SCHEMATHESIS, "--no-color", "--config-file", _SETTINGS, "run", *arguments, *options],
        cwd=folder,
        env=unmeasured(),
        check=False,
        capture_output=True,
        text=True,
        timeout=110,
    )
