"""The documents as a site, built as `make docs` builds it."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.docs.page import ROOT

_ZENSICAL = Path(sys.executable).with_name("zensical")


class Site(NamedTuple):
    """A built site, and what was said while it was built."""

    folder: Path
    said: str


def build_site(folder: Path) -> Site:
    """Build the site in a folder; a warning is an error."""
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "zensical.toml", folder)
    result = subprocess.run(
        [_ZENSICAL, "build", "--clean", "--strict"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stdout
    return Site(folder / "site", result.stdout)
