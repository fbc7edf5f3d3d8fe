"""How a failure is described without its values."""

import sqlite3
from pathlib import Path

import pytest

from gateway.telemetry import describe_failure


def _caught(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:  # noqa: BLE001  # of any kind
        return caught


def _caused(error: BaseException, cause: BaseException | None) -> BaseException:
    try:
        raise error from cause
    except BaseException as caught:  # noqa: BLE001  # of any kind
        return caught


def _followed(first: Exception, second: Exception) -> BaseException:
    """The second exception, raised while the first was handled."""
    try:
        try:
            raise first
        except Exception:  # noqa: BLE001  # of any kind
            raise second  # noqa: B904  # without a cause
    except Exception as caught:  # noqa: BLE001  # of any kind
        return caught


def _types(error: BaseException) -> list[object]:
    return [failure["type"] for failure in describe_failure(error)]


def test_frames_and_no_message() -> None:
    """
    A failure is its type and its frames: file, line and function.
    """
    (failure,) = describe_failure(_caught(ValueError("555-0199")))

    assert failure["type"] == "ValueError"
    assert str(failure["frames"]).startswith("['tests/telemetry/test_failure.py:")
    assert str(failure["frames"]).endswith(" _caught']")
    assert "555-0199" not in str(failure)


@pytest.mark.parametrize(
    ("error", "types"),
    [
        (_caused(KeyError(), OSError()), ["KeyError", "OSError"]),
        (_followed(OSError(), KeyError()), ["KeyError", "OSError"]),
        (_caused(KeyError(), None), ["KeyError"]),
        (
            ExceptionGroup("", [KeyError(), _followed(OSError(), ValueError())]),
            ["ExceptionGroup", "KeyError", "ValueError", "OSError"],
        ),
        (sqlite3.OperationalError(), ["sqlite3.OperationalError"]),
    ],
)
def test_chain(error: BaseException, types: list[str]) -> None:
    """
    What caused a failure is named too, and so are the members of a group.
    """
    assert _types(error) == types


def test_suppressed_context_is_left_out() -> None:
    """
    What was raised "from None" has no cause.
    """
    try:
        try:
            raise KeyError
        except KeyError:
            raise OSError from None
    except OSError as caught:
        error = caught

    assert _types(error) == ["OSError"]


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

    try:
        recurse(100)
    except KeyError as caught:
        error = caught

    (failure,) = describe_failure(error)
    frames = failure["frames"]
    assert isinstance(frames, list)
    assert len(frames) == 25  # pyright: ignore[reportUnknownArgumentType]  # a list of anything


def test_code_of_the_system(tmp_path: Path) -> None:
    """
    The operating system's code says what happened.
    """
    try:
        (tmp_path / "missing").read_text()
    except OSError as caught:
        error = caught

    assert describe_failure(error)[0]["code"] == "ENOENT"


def test_code_of_sqlite() -> None:
    """
    SQLite's code says what happened, and its message stays out.
    """
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("SELECT customer")
    except sqlite3.OperationalError as caught:
        error = caught
    finally:
        connection.close()

    (failure,) = describe_failure(error)
    assert failure["code"] == "SQLITE_ERROR"
    assert "customer" not in str(failure["frames"])


@pytest.mark.parametrize(("state", "code"), [("53100", "53100"), ("Bilbo 555", None), (5, None)])
def test_code_of_postgresql(state: object, code: str | None) -> None:
    """
    PostgreSQL's code says what happened; what is no code is left out.
    """
    error = RuntimeError()
    error.sqlstate = state  # pyright: ignore[reportAttributeAccessIssue]  # as its drivers do

    assert describe_failure(error)[0].get("code") == code
