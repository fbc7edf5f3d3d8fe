"""Traces: what a collector gets of a request, and how they go on in AutoSpot."""

import sys
from collections.abc import Generator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from gateway.telemetry import RequestTelemetry
from gateway.telemetry.middleware import App, Receive, Scope, Send
from gateway.telemetry.spans import Tracer
from tests.logs import Log
from tests.metrics import upsert
from tests.server import running, serving
from tests.telemetry.collector import Collector, collecting

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = {"traceparent": f"00-{TRACE}-{SPAN}-01"}
_SERVER, _INTERNAL, _CLIENT = 2, 1, 3


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Generator[Collector]:
    """
    A collector that OpenTelemetry's variables name.
    """
    with collecting() as running_one:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", running_one.url)
        yield running_one


def demo(folder: Path) -> AbstractContextManager[str]:
    """A gateway that keeps repair orders."""
    return running(demo=True, database_url=f"sqlite:///{folder / 'demo.db'}")


def test_parts_of_a_mutation(collector: Collector, log: Log, tmp_path: Path) -> None:
    """
    A request goes on with the caller's trace; its parts belong to it, and the log names the trace.
    """
    with demo(tmp_path) as address:
        upsert(address, "1", PARENT)

    request, port = collector.named("POST graphql"), collector.named("create")
    assert (request.trace_id, request.parent_id, request.kind) == (TRACE, SPAN, _SERVER)
    assert request.service == "autospot-gateway"
    assert request.attributes == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "autospot_gateway.door": "graphql",
        "autospot_gateway.operation": "create",
        "autospot_gateway.orders": 1,
        "autospot_gateway.outcome": "SAVED",
    }
    assert collector.children(request) == {"decode", "check", "create"}
    assert collector.children(port) == {"store write"}
    assert [line["trace_id"] for line in log() if line["path"] == "/graphql"] == [TRACE]


def test_rest(collector: Collector, tmp_path: Path) -> None:
    """
    A batch that is refused is no failed request; the part that refused it tells why.
    """
    body = [{"shop_id": 99, "repair_orders": [{"repair_number": "1"}]}]
    with demo(tmp_path) as address:
        httpx.post(f"{address}/batch/repair_orders", headers={"X-API-Key": "demo-key"}, json=body)

    request, port = collector.named("POST rest"), collector.named("create")
    assert (request.is_error, request.parent_id) == (False, "")
    assert request.attributes["autospot_gateway.code"] == "BATCH_REJECTED"
    assert (port.is_error, port.attributes) == (True, {"error.type": "BatchRejected"})
    assert collector.children(request) == {"decode", "check", "create"}


def test_trace_goes_on_in_autospot(collector: Collector, tmp_path: Path) -> None:
    """
    AutoSpot, here another gateway, gets the span of the call as its parent.
    """
    with demo(tmp_path) as autospot, running(upstream_url=autospot) as address:
        upsert(address, "1", PARENT)

    call, remote = collector.named("AutoSpot"), collector.named("POST rest")
    assert (call.trace_id, call.kind) == (TRACE, _CLIENT)
    assert (remote.trace_id, remote.parent_id) == (TRACE, call.span_id)


def test_trace_that_is_not_sampled(
    collector: Collector, log: Log, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """
    Nothing of it is sent, and AutoSpot goes on with it all the same.
    """
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")

    with demo(tmp_path) as autospot, running(upstream_url=autospot) as address:
        upsert(address, "1", PARENT)

    assert collector.bodies == []
    assert [line["trace_id"] for line in log()] == [TRACE, TRACE]


def test_passed_through(collector: Collector, tmp_path: Path) -> None:
    """
    A legacy caller's headers reach AutoSpot as they are: it goes on with the caller's span.
    """
    with demo(tmp_path) as autospot, running(upstream_url=autospot) as address:
        httpx.get(f"{address}/batch/repair_orders", headers=PARENT)

    request, remote = collector.named("GET passthrough"), collector.named("GET rest")
    assert (request.parent_id, remote.parent_id) == (SPAN, SPAN)
    assert collector.children(request) == {"AutoSpot"}


def test_failure(collector: Collector) -> None:
    """
    A failure marks its request, and what it says is in no span.
    """

    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        message = "Bilbo"
        raise RuntimeError(message)

    with serving(RequestTelemetry(failing)) as address:
        httpx.get(f"{address}/Frodo?name=Sam", headers={"X-API-Key": "ring"})

    request = collector.named("GET none")
    assert (request.is_error, request.attributes["http.response.status_code"]) == (True, 500)
    sent = b"".join(collector.bodies)
    assert [word for word in (b"Bilbo", b"Frodo", b"Sam", b"ring") if word in sent] == []


@pytest.mark.anyio
async def test_request_without_an_answer(collector: Collector) -> None:
    """
    A request whose caller has gone has a span without a status.
    """
    tracer = Tracer()
    with tracer.request({}, "GET") as request:
        request.told("rest", {"method": "GET", "status": None, "outcome": "disconnected"})
    await tracer.close()

    assert collector.named("GET rest").attributes == {
        "http.request.method": "GET",
        "autospot_gateway.door": "rest",
        "autospot_gateway.outcome": "disconnected",
    }


async def _live(receive: Receive, send: Send) -> None:
    """Start and stop as an application does."""
    for kind in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{kind}.complete"})


def _hello() -> App:
    async def hello(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    return RequestTelemetry(hello)


def test_name_of_the_service(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    OTEL_SERVICE_NAME names the service.
    """
    monkeypatch.setenv("OTEL_SERVICE_NAME", "front-desk")

    with serving(_hello()) as address:
        httpx.get(address)

    assert collector.named("GET none").service == "front-desk"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OTEL_TRACES_SAMPLER", "always_off"),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
    ],
)
def test_off(
    collector: Collector, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    """
    The standard variables turn traces off.
    """
    monkeypatch.setenv(variable, value)

    with serving(_hello()) as address:
        answer = httpx.get(address)

    assert (answer.status_code, collector.bodies) == (204, [])


def test_not_installed(collector: Collector, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without OpenTelemetry's SDK the gateway serves, and says once what is missing.
    """
    monkeypatch.setitem(sys.modules, "gateway.telemetry.spans", None)

    with serving(_hello()) as address:
        answer = httpx.get(address)

    assert (answer.status_code, collector.bodies) == (204, [])
    assert [line["event"] for line in log()] == [
        "no traces: install autospot-gateway[otel]",
        "request",
    ]
