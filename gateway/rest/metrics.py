"""What the gateway counts, for Prometheus."""

import asyncio

from fastapi import Request, Response

from gateway.telemetry import meters

_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


async def metrics(_request: Request) -> Response:
    """Tell every meter, in a thread: there are many."""
    text = await asyncio.to_thread(meters().text)
    return Response(text, headers={"Content-Type": _MEDIA_TYPE})
