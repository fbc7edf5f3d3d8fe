"""How a failure is described without its values."""

import sqlite3
from pathlib import Path

import pytest

from gateway.telemetry import describe_failure


def _raised(error: Exception, *, cause: BaseException | None) -> Exception:
    with pytest.raises(type(error)) as raised:
        raise error from cause
    return raised.value


def _raised_while_handling(first: Exception, second: Exception) -> Exception:
    try:
        raise first
    except type(first):
        with pytest.raises(type(second)) as raised:
            raise second  # noqa: B904  # without a cause, as most are
    return raised.value


def _types(error: BaseException) -> list[object]:
    return [failure["type"] for failure in describe_failure(error)]


def test_frames_and_no_message() -> None:
    """
    A failure is its type and its frames: file, line and function.
    """
    (failure,) = describe_failure(_raised(ValueError("555-0199"), cause=None))

    assert failure["type"] == "ValueError"
    assert str(failure["frames"]).startswith("['tests/telemetry/test_failure.py:")
    assert str(failure["frames"]).endswith(" _raised']")
    assert "555-0199" not in str(failure)


@pytest.mark.parametrize(
    ("error", "types"),
    [
        (_raised(KeyError(), cause=OSError()), ["KeyError", "OSError"]),
        (_raised_while_handling(OSError(), KeyError()), ["KeyError", "OSError"]),
        (_raised(KeyError(), cause=None), ["KeyError"]),
        (
            ExceptionGroup("", [KeyError(), _raised_while_handling(OSError(), ValueError())]),
            ["ExceptionGroup", "KeyError", "ValueError", "OSError"],
        ),
        (sqlite3.OperationalError(), ["sqlite3.OperationalError"]),
    ],
)
def test_chain(error: Exception, types: list[str]) -> None:
    """
    What caused a failure is named too, and so are the members of a group.
    """
    assert _types(error) == types


def test_suppressed_context_is_left_out() -> None:
    """
    What was raised "from None" has no cause.
    """
    error = _raised_while_handling(OSError(), KeyError())

    assert _types(_raised(error, cause=None)) == ["KeyError"]


def test_circle_of_causes_ends() -> None:
    """
    Two failures that name each other as their cause are described once each.
    """
    first, second = KeyError(), OSError()
    first.__cause__, second.__cause__ = second, first

    assert _types(first) == ["KeyError", "OSError"]


def test_many_frames_are_cut() -> None:
    """
    Of a deep recursion the frames next to the failure are kept.
    """

    def recurse(depth: int) -> None:
        if depth == 0:
            raise KeyError
        recurse(depth - 1)

    with pytest.raises(KeyError) as raised:
        recurse(100)

    (failure,) = describe_failure(raised.value)
    assert str(failure["frames"]).count(" recurse'") == 25


def test_code_of_the_system(tmp_path: Path) -> None:
    """
    The operating system's code says what happened.
    """
    with pytest.raises(OSError) as raised:  # noqa: PT011  # its code is what is looked at
        (tmp_path / "missing").read_text()

    assert describe_failure(raised.value)[0]["code"] == "ENOENT"


def test_code_of_sqlite() -> None:
    """
    SQLite's code says what happened, and its message stays out.
    """
    connection = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as raised:
        connection.execute("SELECT customer")
    connection.close()

    (failure,) = describe_failure(raised.value)
    assert failure["code"] == "SQLITE_ERROR"
    assert "customer" not in str(failure)


class PostgresError(Exception):
    """An error as drivers of PostgreSQL raise it."""

    def __init__(self, sqlstate: object) -> None:
        """Carry the server's code."""
        super().__init__()
        self.sqlstate = sqlstate


@pytest.mark.parametrize(("state", "code"), [("53100", "53100"), ("Bilbo 555", None), (5, None)])
def test_code_of_postgresql(state: object, code: str | None) -> None:
    """
    PostgreSQL's code says what happened; what is no code is left out.
    """
    assert describe_failure(PostgresError(state))[0].get("code") == code
