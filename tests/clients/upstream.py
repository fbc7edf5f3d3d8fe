"""An AutoSpot that answers as the API key of the request says: an upstream's moods, by name."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOODS: dict[str, tuple[int, dict[str, str]] | None] = {
    "rate-limited": (429, {"Retry-After": "7"}),
    "out-of-order": (500, {}),
    "down": (503, {"Retry-After": "30"}),
    "elsewhere": (404, {}),
    "refusing": (422, {}),
    "hanging-up": None,
}
"""The status and headers of the answer to each key; None is no answer at all."""


class _AutoSpot(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.close_connection = True
        if mood := MOODS[self.headers["X-API-Key"]]:
            status, headers = mood
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0", "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()

    do_PATCH = do_POST  # noqa: N815  # http.server's name

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing is logged."""


@contextmanager
def moody_upstream() -> Generator[str]:
    """Serve it; gives its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _AutoSpot) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
