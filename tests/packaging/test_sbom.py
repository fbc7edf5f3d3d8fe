"""What is listed as shipped."""

import json
import sys
from pathlib import Path

import pytest

from gateway import __version__
from tools.sbom import main

_LISTED = {
    "bomFormat": "CycloneDX",
    "metadata": {"component": {"name": "autospot-gateway"}},
    "components": [{"name": "httptools", "version": "0.9.0"}],
}


def test_list_of_an_environment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    The packages of an environment are listed under the gateway's own version.
    """
    asked = tmp_path / "asked.json"
    program = (
        f"import json, sys; open({str(asked)!r}, 'w').write(json.dumps(sys.argv[1:])); "
        f"print({json.dumps(_LISTED)!r})"
    )
    target = tmp_path / "dist/sbom.json"

    main(tmp_path / "environment", target, [sys.executable, "-c", program])

    document = json.loads(target.read_text("utf-8"))
    component = document["metadata"]["component"]
    assert component == {"name": "autospot-gateway", "version": __version__}
    assert document["components"] == _LISTED["components"]
    assert json.loads(asked.read_text())[-1] == str(tmp_path / "environment/bin/python")
    assert capsys.readouterr().out == f"{target} lists 1 packages.\n"
