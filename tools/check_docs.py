"""Checks the documents: their links, headings and lengths, and the settings that they name."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from gateway.environment import IN_FILE
from gateway.settings import Settings, secret_settings, variable

_LONGEST_LINE = 400
_LONGEST_README = 150
_REFERENCE = Path("docs/operating.md")
# They tell of settings that were, or may once be.
_HISTORY = (Path("CHANGELOG.md"), Path("docs/decisions"))

_CODE = re.compile(r"`[^`]*`")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.+?)\s*#*\s*$")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)")
_MARKUP = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?|[*`]")
_OTHER_PLACE = re.compile(r"[a-z][a-z0-9+.-]*:|/", re.IGNORECASE)
_SETTING = re.compile(r"\bGATEWAY_[A-Z0-9_]*[A-Z0-9]")


class Page(NamedTuple):
    """A Markdown file."""

    path: Path
    lines: list[str]

    def prose(self) -> Iterator[tuple[int, str]]:
        """The numbered lines that stand outside of blocks of code."""
        fence = ""
        for number, line in enumerate(self.lines, start=1):
            opening = _FENCE.match(line)
            if fence:
                if line.strip().startswith(fence):
                    fence = ""
            elif opening:
                fence = opening[1]
            else:
                yield number, line

    def headings(self) -> list[tuple[int, str]]:
        """Level and text of each heading."""
        found = (_HEADING.match(line) for _, line in self.prose())
        return [(len(heading[1]), heading[2]) for heading in found if heading]

    def anchors(self) -> set[str]:
        """What a link may name after the #, as GitHub makes it of the headings."""
        anchors: set[str] = set()
        for _, text in self.headings():
            words = re.sub(r"[^\w\- ]", "", _MARKUP.sub(r"\1", text).lower())
            anchor, count = words.replace(" ", "-"), 0
            while (unique := f"{anchor}-{count}" if count else anchor) in anchors:
                count += 1
            anchors.add(unique)
        return anchors


def main(root: Path) -> int:
    """Print each problem of the documents below a folder; the exit code says if there were any."""
    pages = {path: Page(path, path.read_text("utf-8").split("\n")) for path in _documents(root)}
    problems = [
        f"{page.path.relative_to(root)}{problem}"
        for page in pages.values()
        for problem in (
            *_shape_problems(page, is_readme=page.path == root / "README.md"),
            *_link_problems(page, pages),
            *_setting_problems(page, root),
        )
    ]
    print("\n".join(problems) or f"{len(pages)} documents are in order.")
    return 1 if problems else 0


def _documents(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*.md")):
        parts = path.relative_to(root).parts
        if "node_modules" not in parts and not any(part.startswith(".") for part in parts):
            yield path


def _shape_problems(page: Page, *, is_readme: bool) -> Iterator[str]:
    titles = sum(level == 1 for level, _ in page.headings())
    if titles != 1:
        yield f": has {titles} first-level headings instead of one"
    if is_readme and len(page.lines) > _LONGEST_README:
        yield f": has {len(page.lines)} lines; {_LONGEST_README} is the most"
    for number, line in enumerate(page.lines, start=1):
        if len(line) > _LONGEST_LINE:
            yield f":{number}: has {len(line)} characters; {_LONGEST_LINE} is the most"


def _link_problems(page: Page, pages: dict[Path, Page]) -> Iterator[str]:
    for number, line in page.prose():
        for link in _LINK.finditer(_CODE.sub("", line)):
            target = link[1] or link[2]
            file, _, anchor = target.partition("#")
            if _OTHER_PLACE.match(target):
                continue
            path = (page.path.parent / unquote(file)).resolve() if file else page.path
            if not path.exists():
                yield f":{number}: links to {target}, which does not exist"
            elif anchor and anchor not in _anchors(path, pages):
                yield f":{number}: links to {target}, but there is no such heading"


def _anchors(path: Path, pages: dict[Path, Page]) -> set[str]:
    return pages[path].anchors() if path in pages else set()


def _setting_problems(page: Page, root: Path) -> Iterator[str]:
    path = page.path.relative_to(root)
    if any(path.is_relative_to(history) for history in _HISTORY):
        return
    variables, named = _variables(), _named(page.lines)
    for name in sorted(named - variables - _files()):
        yield f": names {name}, which is not a setting"
    if path == _REFERENCE:
        for name in sorted(variables - named):
            yield f": leaves out {name}"


def _variables() -> set[str]:
    return {variable(field) for field in Settings.model_fields}


def _files() -> set[str]:
    return {variable(field) + IN_FILE for field in secret_settings()}


def _named(lines: Iterable[str]) -> set[str]:
    return {name for line in lines for name in _SETTING.findall(line)}


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
