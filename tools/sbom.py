"""Lists what an environment holds as a CycloneDX document, under the gateway's own version."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

_COMMAND = [str(Path(sys.executable).parent / "cyclonedx-py"), "environment"]
_OPTIONS = ["--pyproject", "pyproject.toml", "--mc-type", "application", "--output-reproducible"]


def main(environment: Path, target: Path, command: list[str] = _COMMAND) -> None:
    """Write the document to a file."""
    python = str(environment / "bin/python")
    run = subprocess.run([*command, *_OPTIONS, python], capture_output=True, check=True)  # noqa: S603  # as it stands
    document = json.loads(run.stdout)
    # The version is not in pyproject.toml, where the tool looks for it.
    document["metadata"]["component"]["version"] = version("autospot-gateway")
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    print(f"{target} lists {len(document['components'])} packages.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
