"""Asks the advisory service about packages, and says when it knows nothing of them."""

import json
import subprocess
import sys
from pathlib import Path

_COMMAND = [str(Path(sys.executable).parent / "pip-audit")]
_OWN = "autospot-gateway"
_WEAK, _NOT_KNOWN = 1, 2


def main(environment: Path, command: list[str] = _COMMAND) -> int:
    """Print each known weakness; the exit code is 1 if there is one, and 2 if not all is known."""
    (packages,) = environment.glob("lib/python*/site-packages")
    options = ["--path", str(packages), "--format", "json", "--progress-spinner", "off"]
    run = subprocess.run([*command, *options], capture_output=True, text=True, check=False)  # noqa: S603  # as it stands
    if not run.stdout:
        reason = (run.stderr.strip().splitlines() or ["it did not say why"])[-1]
        print(f"The advisory service did not answer, so nothing is known: {reason}")
        return _NOT_KNOWN
    found = [p for p in json.loads(run.stdout)["dependencies"] if p["name"] != _OWN]
    weak = [f"{p['name']} {p['version']}: {w['id']}" for p in found for w in p.get("vulns", ())]
    unknown = [p["name"] for p in found if "skip_reason" in p]
    print("\n".join([*weak, f"{len(weak)} weaknesses are known of {len(found)} packages."]))
    if unknown:
        print(f"The advisory service does not know {len(unknown)} of them: {', '.join(unknown)}.")
    return _WEAK if weak else _NOT_KNOWN if unknown else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
