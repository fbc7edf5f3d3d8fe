"""An AutoSpot whose answers a test chooses, and that keeps what it was sent."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Answer(NamedTuple):
    """An answer, by default without a body."""

    status: int
    retry_after: int | None = None
    body: str = ""


Choice = Callable[[str], Answer | None]
"""Chooses the answer to a request by its API key; None hangs up without one."""

MOODS: dict[str, Answer | None] = {
    "rate-limited": Answer(429, retry_after=7),
    "out-of-order": Answer(500),
    "down": Answer(503, retry_after=30),
    "elsewhere": Answer(404),
    "refusing": Answer(422),
    "hanging-up": None,
}
"""Answers by the name of the key that asks for them."""


class AutoSpot(ThreadingHTTPServer):
    """The server; `heard` has the method and the body of each request so far."""

    def __init__(self, choose: Choice) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.choose = choose
        self.heard: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        assert isinstance(self.server, AutoSpot)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.command, body.decode()))
        self.close_connection = True
        if answer := self.server.choose(self.headers["X-API-Key"]):
            self._answer(answer)

    do_PATCH = do_POST  # noqa: N815  # http.server's name

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        if answer.retry_after is not None:
            self.send_header("Retry-After", str(answer.retry_after))
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body.encode())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing is logged."""


@contextmanager
def autospot(choose: Choice) -> Generator[AutoSpot]:
    """Serve an AutoSpot that answers as is chosen."""
    with AutoSpot(choose) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
