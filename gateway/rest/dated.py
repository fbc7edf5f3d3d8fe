"""The date of the answers that are the gateway's own."""

from email.utils import formatdate
from functools import lru_cache
from time import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send


def dated(app: ASGIApp) -> ASGIApp:
    """Give an application's answers their Date (RFC 9110, section 6.6.1).

    The server adds none, since answers that are passed through have AutoSpot's.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = (b"date", _date(int(time())))
                message = {**message, "headers": [*message["headers"], date]}
            await send(message)

        await app(scope, receive, send_dated)

    return answer


@lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()
