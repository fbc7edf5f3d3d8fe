"""The id and the log line of each HTTP request."""

import asyncio
import re
from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest

from gateway.telemetry import RequestTelemetry, log_failure, note, pass_on_untouched, request_id
from gateway.telemetry.middleware import App, Message, Receive, Scope, Send
from tests.logs import Log

pytestmark = pytest.mark.anyio

START: Message = {"type": "http.response.start", "status": 201, "headers": [(b"x-own", b"1")]}
END: Message = {"type": "http.response.body", "body": b"saved"}


async def saving(_scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as a batch that was saved is answered."""
    await receive()
    note(operation="create", shops=[33], orders=2)
    note(outcome="SAVED")
    await send(START)
    await send(END)


async def telling_its_id(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer with the request id."""
    await send(START)
    await send({"type": "http.response.body", "body": request_id().encode()})


async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Fail before anything is answered."""
    message = "Bilbo's phone is 555"
    raise RuntimeError(message)


async def _answer(
    app: App, path: str = "/graphql", *, body: bytes = b"", headers: dict[str, str] | None = None
) -> httpx.Response:
    transport = httpx.ASGITransport(RequestTelemetry(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        return await client.post(path, content=body, headers=headers)


async def _talk(app: App, *received: Message) -> list[Message]:
    """Call an application as a server does that received these messages."""
    waiting = list(received)
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope: MutableMapping[str, Any] = {
        "type": "http", "method": "GET", "path": "/a b\n", "headers": [],
    }  # fmt: skip
    await RequestTelemetry(app)(scope, receive, send)
    return sent


async def test_one_line_for_a_request(log: Log) -> None:
    """
    The line holds what was measured, and what the application noted.
    """
    response = await _answer(saving, "/graphql?key=hidden", body=b"12345678")

    (line,) = log()
    assert line.pop("milliseconds") >= 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("timestamp"))
    assert line == {
        "level": "info",
        "event": "request",
        "request_id": response.headers["X-Request-Id"],
        "method": "POST",
        "path": "/graphql",
        "status": 201,
        "bytes_in": 8,
        "bytes_out": 5,
        "operation": "create",
        "shops": [33],
        "orders": 2,
        "outcome": "SAVED",
    }


@pytest.mark.parametrize("sent", ["a", "A.b_c-9", "x" * 128])
async def test_id_is_taken_over(log: Log, sent: str) -> None:
    """
    A well-formed X-Request-Id is the request's id: in the application, the answer and the log.
    """
    response = await _answer(telling_its_id, headers={"X-Request-Id": sent})

    assert (response.text, response.headers["X-Request-Id"]) == (sent, sent)
    assert [line["request_id"] for line in log()] == [sent]


@pytest.mark.parametrize("sent", ["", "a b", "x" * 129, 'a"', "a\t"])
async def test_malformed_id_is_replaced(sent: str) -> None:
    """
    Any other X-Request-Id is replaced by one of 128 bits.
    """
    response = await _answer(telling_its_id, headers={"X-Request-Id": sent})

    assert re.fullmatch("[0-9a-f]{32}", response.headers["X-Request-Id"])


async def test_ids_differ() -> None:
    """
    Two requests without an id get two.
    """
    texts = [(await _answer(telling_its_id)).text for _ in range(2)]

    assert texts[0] != texts[1]


async def test_id_of_the_application_stays() -> None:
    """
    An X-Request-Id that the application answers is not doubled.
    """

    async def naming(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({**START, "headers": [(b"X-Request-Id", b"upstream")]})
        await send(END)

    response = await _answer(naming)

    assert response.headers.get_list("X-Request-Id") == ["upstream"]


async def test_long_path_is_cut(log: Log) -> None:
    """
    A path is logged up to 200 characters.
    """
    await _answer(saving, f"/{'a' * 300}")

    (line,) = log()
    assert line["path"] == f"/{'a' * 199}"


async def test_path_cannot_forge_a_line(log: Log) -> None:
    """
    A line break in a path is logged as it travels: encoded.
    """
    await _talk(saving, {"type": "http.request"})

    (line,) = log()
    assert line["path"] == "/a%20b%0A"


async def test_nothing_of_the_caller_is_logged(log: Log) -> None:
    """
    What stands in headers, query and body is in no line, whether the request succeeds or fails.
    """
    for app in (saving, failing):
        await _answer(
            app,
            "/graphql?phone=MARKER-1",
            body=b"MARKER-2",
            headers={"X-API-Key": "MARKER-3", "User-Agent": "MARKER-4", "Referer": "MARKER-5"},
        )

    assert [line["event"] for line in log()] == ["request", "failure", "request"]
    assert "MARKER" not in str(log())


async def test_failure_is_logged_and_answered(log: Log) -> None:
    """
    A failure that nobody handled is logged once, and answered without a word about it.
    """
    response = await _answer(failing, headers={"X-Request-Id": "r1"})

    failure, line = log()
    assert (response.status_code, response.content) == (500, b"")
    assert response.headers["X-Request-Id"] == "r1"
    assert (failure["event"], failure["request_id"]) == ("failure", "r1")
    assert failure["failures"][0]["type"] == "RuntimeError"
    assert (line["event"], line["status"], line["outcome"]) == ("request", 500, "failed")


async def test_failure_that_was_handled_is_not_logged_again(log: Log) -> None:
    """
    A failure that the application logged, answered and raised again stands in the log once.
    """

    async def handling(_scope: Scope, _receive: Receive, send: Send) -> None:
        error = RuntimeError()
        log_failure(error)
        await send({**START, "status": 503})
        await send(END)
        raise error

    response = await _answer(handling)

    assert response.status_code == 503
    assert [line["event"] for line in log()] == ["failure", "request"]


async def test_caller_who_disconnects(log: Log) -> None:
    """
    A caller who goes away before the answer is neither a failure nor a status.
    """

    async def reading(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["type"] == "http.request":
            pass
        raise ConnectionResetError

    sent = await _talk(
        reading, {"type": "http.request", "more_body": True}, {"type": "http.disconnect"}
    )

    (line,) = log()
    assert sent == []
    assert (line["status"], line["outcome"]) == (None, "disconnected")
    assert line["failure"] == "ConnectionResetError"


async def test_end_of_the_connection_after_the_answer(log: Log) -> None:
    """
    Who was answered completely has not disconnected.
    """

    async def lingering(_scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send({**END, "more_body": True})
        await send({"type": "http.response.body"})
        await receive()

    await _talk(lingering, {"type": "http.disconnect"})

    (line,) = log()
    assert "outcome" not in line
    assert (line["status"], line["bytes_out"]) == (201, 5)


async def test_cancelled_request(log: Log) -> None:
    """
    A request that is cut off when the gateway stops has its line too.
    """
    begun = asyncio.Event()

    async def waiting(_scope: Scope, _receive: Receive, _send: Send) -> None:
        begun.set()
        await asyncio.Event().wait()

    request = asyncio.create_task(_talk(waiting))
    await begun.wait()
    request.cancel()
    await asyncio.wait([request])

    (line,) = log()
    assert line["outcome"] == "cancelled"


async def test_messages_of_other_kinds_pass() -> None:
    """
    What is no answer is handed on as it is.
    """

    async def informing(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.debug"})

    assert await _talk(informing) == [{"type": "http.response.debug"}]


async def test_lifespan_passes(log: Log) -> None:
    """
    What is no HTTP request gets no id and no line.
    """
    ids: list[str] = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        note(ignored=True)
        pass_on_untouched()
        ids.append(request_id())

    async def receive() -> Message:
        return {}

    async def send(_message: Message) -> None:
        pass

    await RequestTelemetry(app)({"type": "lifespan"}, receive, send)

    assert ids == [""]
    assert log() == []
