"""Heads of requests that try to be read as something else, at both doors, over raw sockets."""

import io
import re
import socket
from urllib.parse import urlsplit

import pytest

from tests.client import Client

DOORS = ["/graphql", "/batch/repair_orders"]
BODY = '{"query": "{ __typename }"}'
SMUGGLED = "GET /-/live HTTP/1.1\r\nHost: x\r\n\r\n"


def statuses(gateway: Client, text: str) -> list[str]:
    """Send bytes and no more; returns the statuses of the answers."""
    address = urlsplit(gateway.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(text.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        heard = b"".join(iter(lambda: connection.recv(65_536), b""))
    return re.findall(r"HTTP/1\.1 (\d{3})", heard.decode("latin-1"))


def head(path: str, *lines: str) -> str:
    """The head of a request with a body."""
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "Content-Type: application/json", "", ""])


@pytest.mark.parametrize(
    "framing",
    [
        ["Content-Length: 0", f"Content-Length: {len(SMUGGLED)}"],
        ["Content-Length: 0", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", f"Content-Length: {len(SMUGGLED)}"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding: identity"],
        ["Transfer-Encoding : chunked"],
        ["Transfer-Encoding:\x0bchunked"],
        [" Transfer-Encoding: chunked"],
        ["Content-Length: 0x10"],
        ["Content-Length: 0,0"],
        ["Content-Length : 0"],
        ["X: 1\rContent-Length: 0"],
        ["X: 1\nContent-Length: 0"],
        ["X: \x00"],
    ],
)
@pytest.mark.parametrize("path", DOORS)
def test_framing_that_can_be_read_twice(embedded: Client, path: str, framing: list[str]) -> None:
    """
    What stands behind a head that is framed in two ways is never answered as a request.
    """
    answers = statuses(embedded, head(path, "Host: x", *framing) + SMUGGLED)

    assert answers == ["400"]


@pytest.mark.parametrize(
    "chunk", ["1;\n", "+1", "0x1", "1 ", "-1", "g", "ffffffffffffffff1", "1\r\nab\r\n"]
)
@pytest.mark.parametrize("path", DOORS)
def test_chunks_that_can_be_read_twice(embedded: Client, path: str, chunk: str) -> None:
    """
    Nor is what stands behind a chunk whose size is none.
    """
    framed = head(path, "Host: x", f"X-API-Key: {embedded.api_key}", "Transfer-Encoding: chunked")

    answers = statuses(embedded, f"{framed}{chunk}\r\na\r\n0\r\n\r\n{SMUGGLED}")

    assert "200" not in answers


@pytest.mark.parametrize(
    "hosts",
    [[], ["Host: a", "Host: b"], ["Host: a", "host: a"], ["Host : a"], ["X: 1", " Host: a"]],
)
@pytest.mark.parametrize("path", DOORS)
def test_no_host_or_two(embedded: Client, path: str, hosts: list[str]) -> None:
    """
    A request that two servers could take for two hosts' is refused.
    """
    assert statuses(embedded, head(path, *hosts, "Content-Length: 0")) == ["400"]


@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("/graphql", "evil.example"),
        ("http://evil.example/graphql", "x"),
        ("/graphql", "127.0.0.1@evil.example:80"),
    ],
)
def test_host_decides_nothing(embedded: Client, target: str, host: str) -> None:
    """
    Whatever host is named, the answer is the same, and names none.
    """
    address = urlsplit(embedded.url)
    request = head(target, f"Host: {host}", f"Content-Length: {len(BODY)}", "Connection: close")
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall((request + BODY).encode())
        heard = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()

    assert heard.startswith("HTTP/1.1 200 ")
    assert heard.endswith('{"data":{"__typename":"Query"}}')
    assert "evil" not in heard


@pytest.mark.parametrize(
    "sent", ["a\r\nX-Evil: 1", "a%0d%0aX-Evil:1", "a\nX-Evil: 1", "a b", "<script>", "x" * 200]
)
@pytest.mark.parametrize("path", DOORS)
def test_request_id_cannot_forge_a_header(
    embedded: Client, log: io.StringIO, path: str, sent: str
) -> None:
    """
    An id that could end a line, of an answer or of the log, is replaced.
    """
    address = urlsplit(embedded.url)
    request = head(path, "Host: x", f"X-Request-Id: {sent}", "Content-Length: 0")
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(request.encode())
        connection.shutdown(socket.SHUT_WR)
        heard = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()

    (request_id,) = re.findall(r"(?i)^x-request-id: (.*)\r$", heard, re.MULTILINE)
    assert re.fullmatch(r"a|[0-9a-f]{32}", request_id)
    assert "evil" not in heard.lower()
    assert "evil" not in log.getvalue().lower()
