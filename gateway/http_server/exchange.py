"""One request and its answer, as the application sees them: an HTTP connection of ASGI."""

import asyncio
from typing import Protocol

from starlette.types import ASGIApp, Message, Scope

from gateway.hang_up import HangUp
from gateway.http_server.flow import Flow
from gateway.http_server.response_head import Framing, ResponseHead, response_head

_MAX_BUFFERED = 64 * 1024
_DISCONNECTED: Message = {"type": "http.disconnect"}


class Turns(Protocol):
    """What an exchange tells the connection that it is a part of."""

    def has_room(self) -> None:
        """Hear that more of the request can be taken."""
        ...

    def begins_answer(self, *, may_pause: bool) -> None:
        """Hear that an answer begins, and whether the caller may pause as it reads."""
        ...

    def ended(self) -> None:
        """Hear that all is over, and the next may begin."""
        ...


class Exchange:
    """Gives the application a request as it comes, and the caller the answer as it is sent.

    An answer that the application leaves unfinished looks broken off to the caller.
    """

    def __init__(
        self,
        scope: Scope,
        flow: Flow,
        turns: Turns,
        *,
        keeps_alive: bool,
        awaits_continue: bool,
    ) -> None:
        self.keeps_alive = keeps_alive
        self.is_received = False
        """Whether the whole request has come."""
        self.hang_up = HangUp()
        self._scope = scope
        self._flow = flow
        self._awaits_continue = awaits_continue
        self._turns = turns
        self._pieces: list[bytes] = []
        self._buffered = 0
        self._is_given = False
        self._news = asyncio.Event()
        self._head: ResponseHead | None = None
        self._unsent = 0
        self._is_answered = False

    @property
    def is_cut(self) -> bool:
        """Whether the caller has gone, or the rest of the request cannot be read."""
        return self.hang_up.has_happened

    @property
    def is_full(self) -> bool:
        """Whether the application must take some of the body before more is read."""
        return self._buffered > _MAX_BUFFERED and not self._is_answered

    def take(self, piece: bytes) -> None:
        """Take a piece of the body; once the answer is out, it is of no interest."""
        if not self._is_answered:
            self._pieces.append(piece)
            self._buffered += len(piece)
            self._news.set()

    def end_of_request(self) -> None:
        """Hear that the whole request has come."""
        self.is_received = True
        self._news.set()

    def cut(self) -> None:
        """Hear that no more of the request comes, and that nobody waits for the answer."""
        self.hang_up.happen()
        self._news.set()

    async def run(self, app: ASGIApp) -> None:
        """Have an application answer."""
        try:
            await app(self._scope, self.receive, self.send)
        finally:
            if self._is_answered or (self.is_cut and self._head is None):
                self._turns.ended()
            elif self._head is not None and self._head.framing is Framing.CONNECTION:
                self._flow.reset()
            else:
                self._flow.close()

    async def receive(self) -> Message:
        """Give the next piece of the request; after the last, wait for the caller to go."""
        if self._awaits_continue and self._head is None:
            self._awaits_continue = False
            self._flow.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        while not (self._has_piece() or self.is_cut or self._is_answered):
            self._news.clear()
            await self._news.wait()
        if self.is_cut or self._is_answered:
            return _DISCONNECTED
        pieces, self._pieces, self._buffered = self._pieces, [], 0
        self._is_given = self.is_received
        self._turns.has_room()
        body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        return {"type": "http.request", "body": body, "more_body": not self.is_received}

    async def send(self, message: Message) -> None:
        """Send the next part of the answer, no faster than the caller reads it.

        Raises ValueError when a body is not as long as its Content-Length says.
        """
        if self.is_cut:
            return
        if message["type"] == "http.response.start":
            self._start(message)
        else:
            self._go_on(message.get("body", b""), has_more=message.get("more_body", False))
        await self._flow.drain()

    def _has_piece(self) -> bool:
        return bool(self._pieces) or (self.is_received and not self._is_given)

    def _start(self, message: Message) -> None:
        head = response_head(
            message,
            is_to_head=self._scope["method"] == "HEAD",
            version=self._scope["http_version"],
            keeps_alive=self.keeps_alive,
        )
        self._head = head
        self._unsent = head.length
        self.keeps_alive = head.keeps_alive
        self._turns.begins_answer(may_pause=message.get("may_pause", False))
        self._flow.write(head.data)

    def _go_on(self, body: bytes, *, has_more: bool) -> None:
        assert self._head is not None  # noqa: S101  # ASGI: an answer begins with its head
        match self._head.framing:
            case Framing.NO_BODY:
                pass
            case Framing.CHUNKED:
                self._write_chunk(body, is_last=not has_more)
            case Framing.CONNECTION:
                self._flow.write(body)
            case _:
                self._unsent -= len(body)
                if self._unsent < 0 or (self._unsent and not has_more):
                    raise ValueError("The body is not as long as its Content-Length says.")
                self._flow.write(body)
        if not has_more:
            self._is_answered = True
            self._pieces.clear()
            self._news.set()

    def _write_chunk(self, body: bytes, *, is_last: bool) -> None:
        if body:
            self._flow.write(b"%x\r\n" % len(body))
            self._flow.write(body)
            self._flow.write(b"\r\n0\r\n\r\n" if is_last else b"\r\n")
        elif is_last:
            self._flow.write(b"0\r\n\r\n")
