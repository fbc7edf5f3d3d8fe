"""The text of a document, which knows where its lines begin."""

import re
from bisect import bisect_right
from functools import cached_property

from graphql import Source, SourceLocation


class LinedSource(Source):
    """A text in which each place is found without counting lines from the start.

    graphql-core looks for the place of every error, and a wrong document has many.
    """

    def get_location(self, position: int) -> SourceLocation:
        """Tell the line and the column of a place."""
        line = bisect_right(self._line_starts, position)
        return SourceLocation(line, position + 1 - self._line_starts[line - 1])

    @property
    def lines(self) -> int:
        """How many lines there are."""
        counted = self.body.count
        return 1 + counted("\n") + counted("\r") - counted("\r\n")

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_BREAK.finditer(self.body))]


_LINE_BREAK = re.compile(r"\r\n|[\n\r]")
