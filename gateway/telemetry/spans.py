"""Spans, made with OpenTelemetry's SDK as its standard variables say."""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Thread

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode, format_trace_id, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from gateway import __version__

_NAME = "autospot-gateway"
_CLOSING_SECONDS = 3.0
_NO_SPAN = nullcontext()
_FIRST_FAILURE = 500
# Of the line in the log, what tells one trace from another, and nothing of a customer.
_TOLD = ("operation", "orders", "outcome", "code")


class Tracer:
    """Makes the spans of requests, and sends them.

    What an exception says is in no span: it may hold customer data.
    """

    def __init__(self) -> None:
        """Send to where the variables say."""
        self._provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer(_NAME, __version__)
        self._propagator = TraceContextTextMapPropagator()

    async def close(self) -> None:
        """Send what waits, as long as that does not keep the gateway from stopping."""
        # A daemon: when the collector does not answer, the SDK tries for ten seconds.
        closing = Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        await asyncio.to_thread(closing.join, _CLOSING_SECONDS)

    @contextmanager
    def request(self, sent: Mapping[str, str], method: str) -> Generator["RequestSpan"]:
        """Make the span of a request, which goes on with the trace that its headers name."""
        with self._tracer.start_as_current_span(
            method,
            self._propagator.extract(sent),
            SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as made:
            yield RequestSpan(made)

    def part(self, name: str) -> AbstractContextManager[None]:
        """Make the span of a part of a request."""
        return self._span(name, SpanKind.INTERNAL) if _is_recording() else _NO_SPAN

    def call(self, name: str) -> AbstractContextManager[None]:
        """Make the span of a call of another service."""
        return self._span(name, SpanKind.CLIENT) if _is_recording() else _NO_SPAN

    def headers(self) -> Mapping[str, str]:
        """The headers by which another service goes on with the trace."""
        headers: dict[str, str] = {}
        self._propagator.inject(headers)
        return headers

    @contextmanager
    def _span(self, name: str, kind: SpanKind) -> Generator[None]:
        with self._tracer.start_as_current_span(
            name, kind=kind, record_exception=False, set_status_on_exception=False
        ) as made:
            try:
                yield
            except BaseException as error:
                made.set_attribute("error.type", type(error).__qualname__)
                made.set_status(StatusCode.ERROR)
                raise


class RequestSpan:
    """The span of a request."""

    def __init__(self, made: Span) -> None:
        self._made = made

    def told(self, door: str, line: Mapping[str, object]) -> dict[str, object]:
        """Tell what the line in the log says; returns what the line tells of the trace."""
        made = self._made
        told: dict[str, object] = {"trace_id": format_trace_id(made.get_span_context().trace_id)}
        if not made.is_recording():
            return told
        made.update_name(f"{line['method']} {door}")
        made.set_attribute("http.request.method", str(line["method"]))
        made.set_attribute("autospot_gateway.door", door)
        status = line["status"]
        if isinstance(status, int):
            made.set_attribute("http.response.status_code", status)
            if status >= _FIRST_FAILURE:
                made.set_status(StatusCode.ERROR)
        for name in _TOLD:
            value = line.get(name)
            if isinstance(value, str | int):
                made.set_attribute(f"autospot_gateway.{name}", value)
        return told


def _is_recording() -> bool:
    """Whether the request is among those that are sampled; of others there are no parts."""
    return get_current_span().is_recording()


def _resource() -> Resource:
    """What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say, with defaults of ours."""
    given = Resource.create()
    own: dict[str, str] = {"service.version": __version__}
    if str(given.attributes["service.name"]).startswith("unknown_service"):
        own["service.name"] = _NAME
    return given.merge(Resource(own))
