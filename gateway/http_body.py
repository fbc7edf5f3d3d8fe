"""The body of a request: read up to a limit, and read as JSON."""

from starlette.requests import Request

from gateway.contract import InvalidInputReason, NotJson, read_json, refused


async def json_body(request: Request, max_bytes: int) -> object:
    """Read a body of JSON as plain data.

    Raises BatchRejected for a body of another type, one that is too large (before it is read in),
    and one that is no JSON; and starlette's ClientDisconnect when the caller hangs up.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise refused(
            InvalidInputReason.UNSUPPORTED_MEDIA_TYPE, "Expected Content-Type: application/json."
        )
    body = await _bounded_body(request, max_bytes)
    return json_of(body)


def json_of(body: bytes) -> object:
    """Read bytes as JSON. Raises BatchRejected when they are none."""
    try:
        return read_json(body)
    except NotJson as error:
        raise refused(InvalidInputReason.NOT_JSON, str(error)) from None


async def _bounded_body(request: Request, max_bytes: int) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_bytes:
        raise _too_large(max_bytes)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(max_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(max_bytes: int) -> Exception:
    return refused(InvalidInputReason.TOO_LARGE, f"Expected at most {max_bytes:,} bytes.")
