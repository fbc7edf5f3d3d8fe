"""The build of GraphiQL's page: what it starts from, and what becomes of it."""

import json
import shutil
from pathlib import Path

import pytest

from hatch_build import Node, NotBuilt, Page

_ROOT = Path(__file__).parents[2]
_SOURCES = _ROOT / "graphiql"


@pytest.fixture
def page(tmp_path: Path) -> Page:
    """
    A page of one file that is not built yet.
    """
    sources = tmp_path / "graphiql"
    (sources / "src").mkdir(parents=True)
    (sources / "src/main.ts").write_text("1")
    return Page(sources, tmp_path / "built")


def _node(tmp_path: Path, npm: str, vite: str) -> Node:
    """Commands that play Node.js and npm by a line of shell each."""
    for name, line in (("node", vite), ("npm", npm)):
        command = tmp_path / name
        command.write_text(f"#!/bin/sh\n{line}\n")
        command.chmod(0o755)
    return Node([str(tmp_path / "node")], [str(tmp_path / "npm")])


def test_lock_names_no_host() -> None:
    """
    Each machine installs the locked versions from its own registry, and sees that they are those.
    """
    lock = json.loads((_SOURCES / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []


def test_built_once(page: Page, tmp_path: Path) -> None:
    """
    It is built from a copy of its sources, and again only when they have changed.
    """
    page.build(_node(tmp_path, "test -f src/main.ts", "mkdir built; touch built/index.html"))

    assert page.is_built()
    assert (page.built / "index.html").exists()
    assert [path.name for path in page.sources.iterdir()] == ["src"]
    (page.sources / "src/main.ts").write_text("2")
    assert not page.is_built()


@pytest.mark.parametrize(
    ("npm", "vite", "reason"),
    [
        ("exit 1", "", "npm could not install its packages"),
        ("", "exit 1", "Vite could not build it"),
    ],
)
def test_failed_build(page: Page, tmp_path: Path, npm: str, vite: str, reason: str) -> None:
    """
    The gateway finds the reason as a sentence, and the next installation tries again.
    """
    with pytest.raises(NotBuilt, match=reason) as raised:
        page.build(_node(tmp_path, npm, vite))

    sentence = page.say_why(raised.value)

    assert sentence == f"GraphiQL is not part of this installation: {reason} when it was built."
    assert (page.built / "not-built.txt").read_text("utf-8") == sentence
    assert not page.is_built()


def test_without_node(page: Page) -> None:
    """
    Without Node.js nothing is built, and what is there stays.
    """
    page.built.mkdir()
    (page.built / "index.html").touch()

    with pytest.raises(NotBuilt, match=r"Node\.js"):
        page.build(None)

    assert (page.built / "index.html").exists()


def test_sources_are_all_that_counts(page: Page) -> None:
    """
    Packages that a developer installed beside the sources change nothing.
    """
    shutil.copytree(page.sources / "src", page.built)
    (page.built / "built-from.txt").write_text(page.fingerprint())
    (page.sources / "node_modules").mkdir()

    assert page.is_built()
