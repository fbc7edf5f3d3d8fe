"""Legacy callers see the same of AutoSpot through the gateway, and AutoSpot the same of them."""

import gzip
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.passthrough.autospot import Answer, AutoSpot, playing
from tests.passthrough.documented import forwarded, passed_on
from tests.passthrough.legacy import (
    Call,
    LegacyCaller,
    curl,
    java,
    java_of_1_1,
    node,
    python_requests,
    urllib_request,
)
from tests.passthrough.wire import Message
from tests.server import running

_SAMPLES = Path(__file__).parents[1] / "samples"
_KEY = (("X-API-Key", "secret"), ("Content-Type", "application/json"))
_CALLS = [
    Call("GET", "/a%2Fb/%2f//./../c;d+e?x=%20+&y&&z=%C3%A9", (("Accept", "a/b"), ("X-Two", "1"))),
    Call("POST", "/orders", _KEY, (_SAMPLES / "seed_create.txt").read_bytes(), "length"),
    Call("PATCH", "/orders", _KEY, (_SAMPLES / "seed_update.txt").read_bytes(), "length"),
    Call("POST", "/orders", _KEY, bytes(range(256)) * 1_000, "chunks"),
    Call("PUT", "/large", _KEY, bytes(range(256)) * 8_000, "length"),
    Call("HEAD", "/orders", _KEY),
    Call("DELETE", "/orders/1", _KEY),
    Call("GET", "/fresh", (("If-None-Match", '"1"'),)),
    Call("GET", "/moved"),
    Call("GET", "/cookies"),
    Call("GET", "/orders"),
    Call("GET", "/zipped", (("Accept-Encoding", "gzip"),)),
    Call("GET", "/missing"),
    Call("POST", "/wrong", _KEY, b"{", "length"),
    Call("POST", "/failing", _KEY, b"", "length"),
    Call("OPTIONS", "/orders"),
]
_STATUSES = [200, 200, 200, 200, 200, 200, 204, 304, 302, 200, 200, 200, 404, 422, 500, 200]
_ZIPPED = gzip.compress(b"repair orders " * 100, mtime=0)
_ANSWERS = {
    b"HEAD": b"200 OK\r\nContent-Type: application/json\r\nContent-Length: 1234\r\n\r\n",
    b"DELETE": b"204 No Content\r\nX-Deleted: 1\r\n\r\n",
    b"/fresh": b'304 Not Modified\r\nETag: "1"\r\nCache-Control: no-cache\r\n\r\n',
    b"/moved": b"302 Found\r\nLocation: /orders?moved#here\r\nContent-Length: 0\r\n\r\n",
    b"/cookies": b"200 OK\r\nSet-Cookie: a=1; Path=/\r\nX-Between: 1\r\nSet-Cookie: b=2; HttpOnly"
    b"\r\nContent-Length: 2\r\n\r\nok",
    b"/zipped": b"200 OK\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(_ZIPPED), _ZIPPED),
    b"/missing": b"404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    b"/wrong": b"422 Unprocessable Entity\r\nContent-Type: application/problem+json\r\n"
    b'Content-Length: 14\r\n\r\n{"errors": []}',
    b"/failing": b"500 Internal Server Error\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\noops",
}
_OTHERWISE = (
    b"200 OK\r\nDate: Wed, 11 Mar 2020 00:00:00 GMT\r\nServer: AutoSpot\r\nX-Empty:\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"
)


def _answer(request: Message) -> Answer:
    answer = _ANSWERS.get(request.method, _ANSWERS.get(request.target, _OTHERWISE))
    return Answer((b"HTTP/1.1 " + answer,))


@pytest.fixture(scope="module")
def autospot() -> Generator[AutoSpot]:
    """
    A stand-in for AutoSpot.
    """
    with playing(_answer) as autospot:
        yield autospot


@pytest.fixture(scope="module")
def gateway(autospot: AutoSpot) -> Generator[str]:
    """
    The URL of a gateway in front of it.
    """
    with running(upstream_url=autospot.url) as url:
        yield url


def _needing(program: str, package: str, caller: LegacyCaller) -> Any:
    sentence = f"{program} is missing: install it, on Debian with apt-get install {package}."
    missing = pytest.mark.skipif(shutil.which(program) is None, reason=sentence)
    return pytest.param(caller, marks=missing)


@pytest.mark.parametrize(
    "caller",
    [
        _needing("curl", "curl", curl),
        python_requests,
        urllib_request,
        node,
        _needing("javac", "openjdk-17-jdk-headless", java_of_1_1),
        _needing("javac", "openjdk-17-jdk-headless", java),
    ],
)
def test_same_calls(autospot: AutoSpot, gateway: str, caller: LegacyCaller) -> None:
    """
    Every call has the same outcome at both ends, but for what is documented.
    """
    autospot.forget()
    seen = caller([autospot.url, gateway], _CALLS)
    heard = autospot.forget()

    half = len(_CALLS)
    host = gateway.removeprefix("http://").encode()
    direct, through = seen[:half], seen[half:]
    assert [answer.status for answer in direct] == _STATUSES
    assert list(map(passed_on, through)) == list(map(passed_on, direct))
    assert heard[half:] == [forwarded(request, host) for request in heard[:half]]
    assert [request.body for request in heard] == [call.body for call in _CALLS] * 2
