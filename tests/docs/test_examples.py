"""The commands and queries of the documents, run as they stand."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.docs.page import PAGES, examples
from tests.docs.reader import Reader, as_shown

_ANYTHING = ["…"]


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])
def test_answers_are_as_shown(page: Path, tmp_path: Path) -> None:
    """
    Each example of a page, run in its order and as often as answers are shown, answers as shown.
    """
    with ExitStack() as servers:
        reader = Reader(tmp_path, servers)

        assert _answered(page, reader) == _shown(page)


def test_pages_one_after_another(tmp_path: Path) -> None:
    """
    Who has followed a page on a demo can follow the next one on it.
    """
    with ExitStack() as servers:
        reader = Reader(tmp_path, servers)

        answered = [_answered(page, reader) for page in PAGES]

    assert answered == [_shown(page) for page in PAGES]


def test_pages_with_answers() -> None:
    """
    The pages for callers and for operators show what they tell.
    """
    with_answers = {page.stem for page in PAGES if any(e.answers for e in examples(page))}

    assert with_answers == {
        "README",
        "getting-started",
        "graphql",
        "migrating",
        "operating",
        "rest",
    }


def _answered(page: Path, reader: Reader) -> list[tuple[str, object]]:
    return [
        (example.text, as_shown(reader.run(example), shown))
        for example in examples(page)
        for shown in example.answers or _ANYTHING
    ]


def _shown(page: Path) -> list[tuple[str, object]]:
    return [(e.text, shown) for e in examples(page) for shown in e.answers or _ANYTHING]
