"""The body of a request: read up to a limit, and read as JSON."""

import asyncio
import re
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request

from gateway.contract import (
    InvalidInputReason,
    Limits,
    NotJson,
    Steps,
    in_turns,
    refused,
)

_LEAST_BYTES_PER_SECOND = 1_000
_AskForKey = Callable[[], Awaitable[None]]


async def json_body(
    request: Request, limits: Limits, ask_for_key: _AskForKey | None = None
) -> bytes:
    """Receive a body of JSON; for a large one a key is asked for, unless that was done before.

    Raises BatchRejected for a body of another type, one that is too large (before it is read in)
    and one that comes too slowly; starlette's ClientDisconnect when the caller hangs up; and what
    asking for the key does.
    """
    _refuse_other_types(request)
    try:
        async with asyncio.timeout(limits.body_timeout) as deadline:
            return await _bounded_body(request, limits, deadline, ask_for_key)
    except TimeoutError:
        expected = f"Expected it within {limits.body_timeout:g} seconds."
        raise refused(InvalidInputReason.TOO_SLOW, expected) from None


async def json_in_turns(reading: Steps[object]) -> object:
    """Read bytes as JSON. Raises BatchRejected when they are none, or nested too deeply."""
    try:
        return await in_turns(reading)
    except NotJson as error:
        raise refused(InvalidInputReason.NOT_JSON, str(error)) from None


def _refuse_other_types(request: Request) -> None:
    name, _, parameters = request.headers.get("content-type", "").partition(";")
    media_type = name.strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        expected = "Expected Content-Type: application/json."
        raise refused(InvalidInputReason.UNSUPPORTED_MEDIA_TYPE, expected)
    if not is_utf_8(parameters):
        expected = "Expected UTF-8."
        raise refused(InvalidInputReason.UNSUPPORTED_MEDIA_TYPE, expected)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        expected = "Expected a body without Content-Encoding."
        raise refused(InvalidInputReason.UNSUPPORTED_MEDIA_TYPE, expected)


def is_utf_8(parameters: str) -> bool:
    """Whether the parameters of a media type name no other charset than UTF-8."""
    return not _OTHER_CHARSET.search(parameters)


_OTHER_CHARSET = re.compile(r'charset *=(?! *"?utf-?8"? *(?:;|$))', re.IGNORECASE)


async def _bounded_body(
    request: Request,
    limits: Limits,
    deadline: asyncio.Timeout,
    ask_for_key: _AskForKey | None,
) -> bytes:
    length = request.headers.get("content-length", "")
    expected = int(length) if length.isdecimal() else 0
    ends_at = deadline.when() or 0.0
    pieces: list[bytes] = []
    size = 0
    has_more = True
    while True:
        at_least = max(size, expected)
        if at_least > limits.max_body_bytes:
            most = f"Expected at most {limits.max_body_bytes:,} bytes."
            raise refused(InvalidInputReason.TOO_LARGE, most)
        if ask_for_key and at_least > limits.max_keyless_body_bytes:
            await ask_for_key()
            ask_for_key = None
        if not has_more:
            return b"".join(pieces)
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        has_more = message.get("more_body", False)
        deadline.reschedule(ends_at + size / _LEAST_BYTES_PER_SECOND)
