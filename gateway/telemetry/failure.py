"""Exceptions without any value: of which kind, and where."""

import errno
import re
import traceback
from collections import deque
from collections.abc import Iterator
from typing import cast

_MAX_FRAMES = 25
_is_code = re.compile(r"[A-Z0-9_]{1,40}").fullmatch


def describe_failure(error: BaseException) -> list[dict[str, object]]:
    """An exception and what caused it: types, codes of the system or the database, frames.

    Messages are left out, and so are the values of the frames: they may hold customer data.
    """
    return [
        {"type": _type_name(link), **_code(link), "frames": _frames(link)} for link in _links(error)
    ]


def _links(error: BaseException) -> Iterator[BaseException]:
    """The exception, what caused it, and the members of groups; each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        link = waiting.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        if isinstance(link, BaseExceptionGroup):
            group = cast("BaseExceptionGroup[BaseException]", link)
            waiting.extend(reversed(group.exceptions))
        cause = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
        if cause is not None:
            waiting.append(cause)


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _code(error: BaseException) -> dict[str, object]:
    """The code by which the system, SQLite or PostgreSQL calls the failure, if there is one."""
    codes = [
        errno.errorcode.get(getattr(error, "errno", None) or 0),
        getattr(error, "sqlite_errorname", None),
        getattr(error, "sqlstate", None),
    ]
    found = [code for code in codes if isinstance(code, str) and _is_code(code)]
    return {"code": found[0]} if found else {}


def _frames(error: BaseException) -> list[str]:
    """Where the exception came by, the place it was raised at last."""
    frames = deque(traceback.walk_tb(error.__traceback__), maxlen=_MAX_FRAMES)
    return [
        f"{_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
        for frame, line in frames
    ]


def _short(filename: str) -> str:
    return "/".join(filename.replace("\\", "/").split("/")[-3:])
