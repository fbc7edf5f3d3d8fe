"""A document as its reader uses it: what there is to run, and what each answers."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_BLOCK = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>\w+)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
_TABLE = re.compile(r"^\|.*\|\n\|[-| ]+\|\n(?P<rows>(?:\|.*\|\n)+)", re.MULTILINE)


class Example(NamedTuple):
    """Something to run, and the answers that are shown: one for each time that it is run."""

    language: str
    text: str
    variables: Any
    answers: list[Any]


def examples(page: Path) -> list[Example]:
    """The examples of a page, in its order; every block of code is a part of one."""
    found: list[Example] = []
    for language, title, text in _BLOCK.findall(page.read_text("utf-8")):
        match language, title:
            case (("sh" | "graphql"), ""):
                found.append(Example(language, text, {}, []))
            case "json", "Variables":
                found[-1].variables.update(json.loads(text))
            case "json", "":
                found[-1].answers.append(json.loads(text))
            case "text", "":
                found[-1].answers.append(text)
            case _:
                message = f"{page.name} has a block of {language}, which nobody runs."
                raise AssertionError(message)
    return found


def rows(page: Path, *headings: str) -> list[list[str]]:
    """The rows of those tables of a page whose columns begin with these headings."""
    head = f"| {' | '.join(headings)} |"
    tables = [t for t in _TABLE.finditer(page.read_text("utf-8")) if t[0].startswith(head)]
    assert tables, f"{page.name} has no table {head}"
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for table in tables
        for line in table["rows"].splitlines()
    ]
