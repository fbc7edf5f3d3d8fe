"""The commands and queries of the documents, run as they stand."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.docs.page import PAGES, examples
from tests.docs.reader import Reader, as_shown, in_the_form_of


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])
def test_answers_are_as_shown(page: Path, tmp_path: Path) -> None:
    """
    Each example of a page, run in its order and as often as answers are shown, answers as shown.
    """
    answered: list[object] = []
    expected: list[object] = []

    with ExitStack() as servers:
        reader = Reader(tmp_path, servers)
        for example in examples(page):
            for shown in example.answers or [None]:
                answer = in_the_form_of(shown, reader.run(example))
                answered.append((example.text, as_shown(answer, shown) if shown else None))
                expected.append((example.text, shown))

    assert answered == expected


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
