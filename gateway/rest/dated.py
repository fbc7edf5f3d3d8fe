"""The date of the answers that are the gateway's own."""

from email.utils import formatdate

from starlette.types import ASGIApp, Message, Receive, Scope, Send


def dated(app: ASGIApp) -> ASGIApp:
    """Give an application's answers their Date (RFC 9110, section 6.6.1).

    The server adds none, since answers that are passed through have AutoSpot's.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = (b"date", formatdate(usegmt=True).encode())
                message = {**message, "headers": [*message["headers"], date]}
            await send(message)

        await app(scope, receive, send_dated)

    return answer
