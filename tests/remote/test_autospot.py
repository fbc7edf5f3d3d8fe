"""Batches on their way to a remote AutoSpot, and what the caller is told when the way fails."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.contract import (
    Batch,
    BatchRejected,
    Caller,
    Limits,
    MixedUpsert,
    OutcomeUnknown,
    RequestError,
    SavedAction,
    UpstreamUnavailable,
    Verb,
    read_batch,
)
from gateway.remote import RemoteApi, RemoteAutoSpot
from gateway.telemetry.request import Headers
from gateway.telemetry.request import answering as answering_request
from gateway.upstream import Upstream, UpstreamAddress, UpstreamLimits
from tests.metrics import grown, told
from tests.upstream.server import Server, Talk, answering, engine, serving

CALLER = Caller("", can_write=True, shop_ids=None, api_key="its-own-key")
ORDERS = [{"repair_number": "1", "status": None, "vehicle": {}, "repair_team": []}]
CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
_PARENT = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
Json = Any


def a_batch(verb: Verb = Verb.CREATE, orders: Json = ORDERS) -> Batch:
    """A batch for one shop."""
    return read_batch([{"shop_id": 33, "repair_orders": orders}], verb, Limits())


def remote(upstream: Upstream, server: Server, deadline: float = 30.0) -> RemoteAutoSpot:
    """AutoSpot, played by a server."""
    host = f"127.0.0.1:{server.port}".encode()
    return RemoteAutoSpot(
        upstream, RemoteApi(b"/api/batch/repair_orders", host, "X-API-Key", deadline)
    )


def answer(status: str, body: Json, *headers: str) -> bytes:
    """An answer with a JSON body."""
    text = json.dumps(body)
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(text)}", *headers, "", text]
    return "\r\n".join(lines).encode()


async def request_heard(talk: Talk) -> tuple[bytes, Json]:
    """Hear a request: its head, and its body."""
    head = await talk.hear()
    (length,) = (line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    return head, json.loads(await talk.hear_exactly(int(length.split(b":")[1])))


def scripted(*replies: bytes) -> Callable[[Talk], Awaitable[None]]:
    """A script that answers requests with bodies."""

    async def script(talk: Talk) -> None:
        for reply in replies:
            await request_heard(talk)
            await talk.say(reply)
        await talk.hear_end()

    return script


@pytest.mark.parametrize(
    ("verb", "method", "action"),
    [(Verb.CREATE, b"POST", SavedAction.CREATED), (Verb.UPDATE, b"PATCH", None)],
)
async def test_batch_is_one_call(verb: Verb, method: bytes, action: SavedAction | None) -> None:
    """
    A batch is one request in AutoSpot's JSON, with the caller's key: null stays null.
    """
    heard: list[tuple[bytes, Json]] = []

    async def script(talk: Talk) -> None:
        heard.append(await request_heard(talk))
        await talk.say(CREATED)
        await talk.hear_end()

    batch = a_batch(verb)
    async with serving(script) as server, engine(server) as upstream:
        autospot = remote(upstream, server)
        save = autospot.create if verb is Verb.CREATE else autospot.update
        saved = await save(batch, CALLER)

    ((head, body),) = heard
    assert head.startswith(method + b" /api/batch/repair_orders HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nX-API-Key: its-own-key\r\n" in head
    assert b"\r\nContent-Type: application/json\r\n" in head
    assert body == [{"shop_id": 33, "repair_orders": ORDERS}]
    assert [(order.key.repair_number, order.action) for order in saved.orders] == [("1", action)]


async def test_batch_with_problems_is_not_sent() -> None:
    """
    A batch with problems of shape is refused without asking AutoSpot.
    """
    async with serving(answering()) as server:
        async with engine(server) as upstream:
            with pytest.raises(BatchRejected):
                await remote(upstream, server).create(a_batch(orders=[{}]), CALLER)
        assert server.talks == []


async def silent(talk: Talk) -> None:
    """Hear a request, and say nothing."""
    await request_heard(talk)
    await talk.hear_end()


async def resetting(talk: Talk) -> None:
    """Hear a request, and reset the connection."""
    await request_heard(talk)
    talk.reset()


def breaking_off(said: bytes) -> Callable[[Talk], Awaitable[None]]:
    """A script that hears a request, says something, and closes the connection."""

    async def script(talk: Talk) -> None:
        await request_heard(talk)
        await talk.say(said)

    return script


FAULTS: dict[str, Callable[[Talk], Awaitable[None]]] = {
    "silent": silent,
    "reset": resetting,
    "closed": breaking_off(b""),
    "half a head": breaking_off(b"HTTP/1.1 201 Crea"),
    "half a body": breaking_off(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{}"),
    "half a chunk": breaking_off(
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}"
    ),
    "no HTTP": breaking_off(b"220 mail.example ESMTP\r\n"),
    "502": breaking_off(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
    "503": breaking_off(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"),
    "504": breaking_off(b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n"),
    "a page": breaking_off(b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>..</html>"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", [Verb.CREATE, Verb.UPDATE, Verb.UPSERT])
async def test_outcome_that_nobody_knows(fault: str, verb: Verb) -> None:
    """
    What fails once a batch was sent is of unknown outcome, and was sent once.
    """
    async with serving(FAULTS[fault]) as server:
        async with engine(server, read_timeout=0.05) as upstream:
            autospot = remote(upstream, server)
            save = {
                Verb.CREATE: autospot.create,
                Verb.UPDATE: autospot.update,
                Verb.UPSERT: autospot.upsert,
            }[verb]
            with pytest.raises(OutcomeUnknown) as caught:
                await save(a_batch(verb), CALLER)
        assert [talk.received.count(b" HTTP/1.1\r\n") for talk in server.talks] == [1]

    assert caught.value.retryable is (verb is not Verb.CREATE)


async def test_answer_that_drips() -> None:
    """
    A call has a deadline, however often AutoSpot is heard of before it.
    """

    async def script(talk: Talk) -> None:
        await request_heard(talk)
        await talk.say(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n", b"{")
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        with pytest.raises(OutcomeUnknown):
            await remote(upstream, server, deadline=0.05).create(a_batch(), CALLER)


async def test_connection_that_closes_as_the_batch_is_sent() -> None:
    """
    A kept-alive connection that ends just then is of unknown outcome, and nothing is sent again.
    """

    async def script(talk: Talk) -> None:
        await request_heard(talk)
        await talk.say(CREATED)
        await request_heard(talk)
        talk.reset()

    async with serving(script) as server:
        async with engine(server) as upstream:
            autospot = remote(upstream, server)
            await autospot.create(a_batch(), CALLER)
            with pytest.raises(OutcomeUnknown):
                await autospot.create(a_batch(), CALLER)
        assert [talk.received.count(b"POST ") for talk in server.talks] == [2]


async def test_id_of_the_request() -> None:
    """
    AutoSpot hears the id of the caller's request, so that its log and the gateway's fit together.
    """
    heads: list[bytes] = []

    async def script(talk: Talk) -> None:
        heads.append((await request_heard(talk))[0])
        await talk.say(CREATED)
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        with answering_request([(b"x-request-id", b"first")]):
            await remote(upstream, server).create(a_batch(), CALLER)

    assert b"\r\nX-Request-Id: first\r\n" in heads[0]


@pytest.mark.parametrize(
    ("sent", "handed_on"),
    [
        ([(b"Traceparent", _PARENT), (b"Tracestate", b"a=1")], [_PARENT, b"a=1"]),
        ([(b"traceparent", _PARENT)], [_PARENT]),
        ([(b"traceparent", b"00-1-2-3"), (b"tracestate", b"a=1")], []),
        ([(b"tracestate", b"a=1")], []),
    ],
)
async def test_trace_of_the_caller(sent: Headers, handed_on: list[bytes]) -> None:
    """
    Where no traces are made, the caller's is handed on when it is well-formed.
    """
    heads: list[bytes] = []

    async def script(talk: Talk) -> None:
        heads.append((await request_heard(talk))[0])
        await talk.say(CREATED)
        await talk.hear_end()

    async with serving(script) as server, engine(server) as upstream:
        with answering_request(sent):
            await remote(upstream, server).create(a_batch(), CALLER)

    headers = dict(line.split(b": ") for line in heads[0].split(b"\r\n") if b": " in line)
    names = (b"traceparent", b"tracestate")
    assert [headers[name] for name in names if name in headers] == handed_on


async def test_autospot_that_is_down() -> None:
    """
    A connection that is never made is tried again, and then nothing was saved.
    """
    async with serving(answering()) as server:
        pass
    address = UpstreamAddress.parse(f"http://127.0.0.1:{server.port}")

    before = told()
    async with Upstream(address, UpstreamLimits()) as upstream:
        with pytest.raises(UpstreamUnavailable) as caught:
            await remote(upstream, server).create(a_batch(), CALLER)

    assert (caught.value.retryable, caught.value.upstream_status) == (True, None)
    call = ("autospot_gateway_upstream_call_duration_seconds_count", "method=POST")
    assert grown(before, told()) == {
        (*call, "outcome=NotConnected"): 1,
        ("autospot_gateway_upstream_retries_total", "door=graphql"): 2,
    }


async def test_connections_that_are_all_busy() -> None:
    """
    A call that finds no free connection is told so in bounded time, and may be sent again.
    """
    first_is_heard, may_answer = asyncio.Event(), asyncio.Event()

    async def script(talk: Talk) -> None:
        await request_heard(talk)
        first_is_heard.set()
        await may_answer.wait()
        await talk.say(CREATED)
        await talk.hear_end()

    async with (
        serving(script) as server,
        engine(server, max_connections=1, connect_timeout=0.5) as upstream,
    ):
        autospot = remote(upstream, server)
        first = asyncio.create_task(autospot.create(a_batch(), CALLER))
        await first_is_heard.wait()
        with pytest.raises(UpstreamUnavailable) as caught:
            await autospot.create(a_batch(), CALLER)
        may_answer.set()
        await first

    assert caught.value.retryable
    assert "busy" in caught.value.message


UNKNOWN = {"error": "Repair Order Number Does Not Exist"}
DUPLICATE = {"error": "Repair Order Number is Duplicated"}


async def test_upsert_changes_what_exists() -> None:
    """
    An upsert is a PATCH when every repair order exists.
    """
    async with serving(scripted(answer("200 OK", {}))) as server, engine(server) as upstream:
        saved = await remote(upstream, server).upsert(a_batch(Verb.UPSERT), CALLER)

    assert [order.action for order in saved.orders] == [None]


async def test_upsert_creates_what_is_new() -> None:
    """
    An upsert is a POST when the PATCH says that the repair orders do not exist.
    """
    script = scripted(answer("404 Not Found", UNKNOWN), CREATED)
    async with serving(script) as server, engine(server) as upstream:
        saved = await remote(upstream, server).upsert(a_batch(Verb.UPSERT), CALLER)

    assert [order.action for order in saved.orders] == [SavedAction.CREATED]
    assert server.talks[0].received.count(b" HTTP/1.1\r\n") == 2


async def test_upsert_of_both() -> None:
    """
    An upsert of new and existing repair orders together is refused, with nothing saved.
    """
    replies = answer("404 Not Found", UNKNOWN), answer("409 Conflict", DUPLICATE)
    async with serving(scripted(*replies)) as server, engine(server) as upstream:
        with pytest.raises(MixedUpsert):
            await remote(upstream, server).upsert(a_batch(Verb.UPSERT), CALLER)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (answer("401 Unauthorized", {}), "UNAUTHENTICATED"),
        (answer("403 Forbidden", {}), "FORBIDDEN"),
        (answer("429 Too Many Requests", {}, "Retry-After: 7"), "RATE_LIMITED"),
        (answer("500 Internal Server Error", {}), "INTERNAL_SERVER_ERROR"),
        (answer("404 Not Found", {}), "UPSTREAM_UNAVAILABLE"),
        (answer("409 Conflict", DUPLICATE), "BATCH_REJECTED"),
    ],
)
async def test_answers_become_errors(reply: bytes, code: str) -> None:
    """
    What AutoSpot answers is the contract's error.
    """
    async with serving(scripted(reply)) as server, engine(server) as upstream:
        with pytest.raises(RequestError) as caught:
            await remote(upstream, server).create(a_batch(), CALLER)

    assert caught.value.code == code
