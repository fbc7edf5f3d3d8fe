"""The check of the documents."""

from pathlib import Path

import pytest

from tools.check_docs import main

_GOOD = "# Title\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("No heading.\n", "README.md: has 0 first-level headings instead of one"),
        ("# One\n# Two\n", "README.md: has 2 first-level headings instead of one"),
        (_GOOD + "\n" * 150, "README.md: has 152 lines; 150 is the most"),
        (_GOOD + "x" * 401, "README.md:2: has 401 characters; 400 is the most"),
        (_GOOD + "[a](gone.md)\n", "README.md:2: links to gone.md, which does not exist"),
        (_GOOD + "[a]: gone.md\n", "README.md:2: links to gone.md, which does not exist"),
        (_GOOD + '![a](<gone.png> "b")\n', "README.md:2: links to gone.png, which does not exist"),
        (_GOOD + "[a](#gone)\n", "README.md:2: links to #gone, but there is no such heading"),
        (
            _GOOD + "[a](docs/page.md#gone)\n",
            "README.md:2: links to docs/page.md#gone, but there is no such heading",
        ),
        (_GOOD + "`GATEWAY_GONE`\n", "README.md: names GATEWAY_GONE, which is not a setting"),
    ],
)
def test_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, problem: str
) -> None:
    """
    A problem is named with its place, and fails the check.
    """
    _write(tmp_path, {"README.md": text, "docs/page.md": _GOOD})

    exit_code = main(tmp_path)

    assert (exit_code, capsys.readouterr().out) == (1, f"{problem}\n")


@pytest.mark.parametrize(
    "text",
    [
        "# Two\n## A `b`, c!\n[a](#a-b-c)\n",
        "# Two\n## A\n## A\n[a](#a-1)\n",
        "# Two\n[a](docs/page.md#title)\n",
        "# Two\n[a](docs/page.md) and [b](docs)\n",
        "# Two\n[a](https://example.com/gone.md#gone)\n",
        "# Two\n```sh\n# no heading\n[a](gone.md)\n```\n",
        "# Two\n`[a](gone.md)`\n",
        "# Two\nGATEWAY_PORT, and all GATEWAY_* variables\n",
        "# Two\nGATEWAY_DATABASE_URL_FILE\n",
    ],
)
def test_no_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """
    What is in order passes.
    """
    _write(tmp_path, {"README.md": text, "docs/page.md": _GOOD})
    _write(tmp_path, dict.fromkeys((".venv/other.md", "page/node_modules/other.md"), "# 1\n# 2\n"))

    exit_code = main(tmp_path)

    assert (exit_code, capsys.readouterr().out) == (0, "2 documents are in order.\n")


def test_reference_names_every_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    The operator's page must name all settings; another page need not.
    """
    _write(tmp_path, {"README.md": _GOOD, "docs/operating.md": _GOOD})

    exit_code = main(tmp_path)

    problems = capsys.readouterr().out.splitlines()
    assert exit_code == 1
    assert "docs/operating.md: leaves out GATEWAY_PORT" in problems
    assert all(problem.startswith("docs/operating.md: leaves out ") for problem in problems)


def test_history_may_name_other_settings(tmp_path: Path) -> None:
    """
    The changelog and the decisions tell of settings that were or may be.
    """
    text = f"{_GOOD}GATEWAY_GONE\n"
    _write(tmp_path, {"CHANGELOG.md": text, "docs/decisions/0001-a.md": text})

    assert main(tmp_path) == 0


def _write(root: Path, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
