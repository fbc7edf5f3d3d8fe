"""A remote AutoSpot that takes every batch, and does nothing else."""

import asyncio
import sys

import uvloop

_BODY = b'{"saved":true}'
_ANSWER = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"


class _Stub(asyncio.Protocol):
    def __init__(self) -> None:
        self._head = b""
        self._due = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if not self._due:
            head, end, data = (self._head + data).partition(b"\r\n\r\n")
            if not end:
                self._head = head
                return
            lines = head.lower().split(b"\r\n")
            self._due = int(next(x for x in lines if x.startswith(b"content-length:"))[15:])
        self._due -= len(data)
        self._head = b""
        if not self._due:
            self._transport.write(_ANSWER % (len(_BODY), _BODY))  # type: ignore[attr-defined]


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Stub, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
