"""A stand-in for AutoSpot, in threads, for callers that have no event loop."""

import socketserver
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from tests.passthrough.wire import CutOff, Message, read_request


class Answer(NamedTuple):
    """What is sent, piece by piece; without framing the connection has to be closed."""

    pieces: tuple[bytes, ...]
    closes: bool = False


class AutoSpot:
    """Answers as it is told, and keeps what it was sent."""

    def __init__(self, answer: Callable[[Message], Answer]) -> None:
        """Listen on a loopback port, once it is served."""
        self.answer = answer
        self.heard: list[Message] = []
        self.server = _Server(self)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", self.server.socket.getsockname()[1]

    @property
    def url(self) -> str:
        """Where it listens, as a URL."""
        return "http://{}:{}".format(*self.address)

    def forget(self) -> list[Message]:
        """Begin anew; returns what was heard until now."""
        heard, self.heard = self.heard, []
        return heard


@contextmanager
def playing(answer: Callable[[Message], Answer]) -> Generator[AutoSpot]:
    """Play AutoSpot."""
    autospot = AutoSpot(answer)
    with autospot.server as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield autospot
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, autospot: AutoSpot) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.autospot = autospot


class _Talk(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        assert isinstance(self.server, _Server)
        autospot = self.server.autospot
        with suppress(ConnectionError, CutOff):
            while (request := read_request(self.rfile, self.wfile)) is not None:
                autospot.heard.append(request)
                pieces, closes = autospot.answer(request)
                for piece in pieces:
                    self.wfile.write(piece)
                if closes:
                    return
