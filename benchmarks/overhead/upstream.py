"""An AutoSpot that answers every GET with 1 kB."""

import asyncio
import sys
from typing import cast

import uvloop

BODY = b"x" * 1024
_END = b"\r\n\r\n"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d" % len(BODY) + _END + BODY


class _Upstream(asyncio.Protocol):
    def __init__(self) -> None:
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        *heads, self._heard = (self._heard + data).split(_END)
        self._transport.write(_ANSWER * len(heads))


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Upstream, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
