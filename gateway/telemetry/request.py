"""The request that is being answered: its id, and what was noted about it."""

import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from random import getrandbits
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from gateway.telemetry.spans import Tracer

ID_HEADER = b"x-request-id"
_WAIT = "upstream_milliseconds"
Headers = Iterable[tuple[bytes, bytes]]


class _Request:
    """One request; `failure` is the last one that was logged for it."""

    __slots__ = ("failure", "headers", "id", "is_untouched", "notes", "tracer")

    def __init__(self, request_id: str, headers: Headers, tracer: "Tracer | None") -> None:
        self.id = request_id
        self.headers = headers
        self.tracer = tracer
        self.notes: dict[str, object] = {}
        self.failure: BaseException | None = None
        self.is_untouched = False


_current: ContextVar[_Request | None] = ContextVar("gateway_request", default=None)
_well_formed_id = re.compile(rb"[A-Za-z0-9._-]{1,128}").fullmatch


def request_id() -> str:
    """The id of the request that is being answered; empty outside of one."""
    request = _current.get()
    return request.id if request else ""


def note(**fields: object) -> None:
    """Add fields to the log line of the request: ids, counts and codes, never customer data.

    Outside of a request it does nothing.
    """
    if request := _current.get():
        request.notes.update(fields)


def note_wait(seconds: float) -> None:
    """Add to the time that AutoSpot was waited for."""
    if request := _current.get():
        before = cast("float", request.notes.get(_WAIT, 0))
        request.notes[_WAIT] = round(before + seconds * 1_000, 1)


def pass_on_untouched() -> None:
    """Leave the request id out of the answer, which is somebody else's."""
    if request := _current.get():
        request.is_untouched = True


def is_passed_on_untouched() -> bool:
    """Whether the answer to the current request is somebody else's."""
    request = _current.get()
    return request is not None and request.is_untouched


def sent_header(name: bytes) -> bytes | None:
    """A header of the current request."""
    request = _current.get()
    return header(request.headers, name) if request else None


def tracer() -> "Tracer | None":
    """What makes the spans of the current request, if anything does."""
    request = _current.get()
    return request.tracer if request else None


def header(headers: Headers, name: bytes) -> bytes | None:
    """The first header of a name, which is given in lower case."""
    return next((value for key, value in headers if key.lower() == name), None)


@contextmanager
def answering(headers: Headers, tracer: "Tracer | None" = None) -> Generator[_Request]:
    """Make a request the current one; it gets the id it was sent with, when that is well-formed."""
    sent_id = header(headers, ID_HEADER)
    is_usable = sent_id is not None and _well_formed_id(sent_id)
    request_id = sent_id.decode() if sent_id is not None and is_usable else _new_id()
    request = _Request(request_id, headers, tracer)
    token = _current.set(request)
    try:
        yield request
    finally:
        _current.reset(token)


def _new_id() -> str:
    """An id to find a request by, and no secret: so it may be cheaper than one."""
    return f"{getrandbits(128):032x}"


def is_first_report(error: BaseException) -> bool:
    """Whether a failure was not reported yet in the current request; from now on it was."""
    request = _current.get()
    if request is None:
        return True
    is_first = request.failure is not error
    request.failure = error
    return is_first
