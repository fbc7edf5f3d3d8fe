"""Every statement that a store sends, on both engines."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event


@contextmanager
def sent_statements() -> Generator[list[str]]:
    """Gather the statements that are sent from now on, the parts of transactions left out."""
    statements: list[str] = []

    def gather(_connection: Connection, _cursor: Any, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", gather)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", gather)
