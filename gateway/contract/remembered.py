"""Texts that were found right, remembered so that they are not looked at again."""

from collections.abc import Callable, Sequence
from itertools import islice

_MOST = 10_000


class RightTexts:
    """Looks at texts by a check, and remembers those it accepts; of many only some."""

    def __init__(self, check: Callable[[str], object]) -> None:
        """Accept what the check answers with anything that is true."""
        self._check = check
        self._seen: set[str] = set()

    def are_all(self, texts: Sequence[str]) -> bool:
        """Whether all of these are right."""
        if self._seen.issuperset(texts):
            return True
        new = set(texts) - self._seen
        if not all(map(self._check, new)):
            return False
        if len(self._seen) + len(new) > _MOST:
            self._seen.clear()
        self._seen.update(islice(new, _MOST))
        return True
