"""Traces of requests, when OpenTelemetry's variables ask for them."""

import logging
import os
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from gateway.telemetry.log import write
from gateway.telemetry.request import sent_header, tracer

if TYPE_CHECKING:
    from gateway.telemetry.spans import RequestSpan, Tracer

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_NO_SPAN = nullcontext()
_well_formed_parent = re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}").fullmatch


def open_tracer() -> "Tracer | None":
    """Begin to send traces, if that is wanted and can be."""
    if not _is_wanted():
        return None
    try:
        from gateway.telemetry.spans import Tracer  # noqa: PLC0415  # slow, and seldom installed
    except ImportError:
        write(logging.WARNING, "no traces: install autospot-gateway[otel]")
        return None
    return Tracer()


def request_span(method: str) -> AbstractContextManager["RequestSpan | None"]:
    """Have the current request stand in the trace that its headers name, or in a new one."""
    current = tracer()
    return current.request(_sent(), method) if current else _NO_SPAN


def span(name: str) -> AbstractContextManager[None]:
    """Have the work of a `with` block stand in the trace of the request."""
    current = tracer()
    return current.part(name) if current else _NO_SPAN


def call_span(name: str) -> AbstractContextManager[None]:
    """Have a call of another service stand in it."""
    current = tracer()
    return current.call(name) if current else _NO_SPAN


def trace_headers() -> Mapping[str, str]:
    """The headers by which a call goes on in the trace of the request.

    Where no traces are made, the caller's own are handed on.
    """
    current = tracer()
    return current.headers() if current else _sent()


def _sent() -> Mapping[str, str]:
    """The trace that the caller's headers name."""
    parent, state = sent_header(b"traceparent"), sent_header(b"tracestate")
    if parent is None or not _well_formed_parent(parent):
        return {}
    headers = {"traceparent": parent.decode()}
    return headers | {"tracestate": state.decode("latin-1")} if state else headers


def _is_wanted() -> bool:
    return (
        any(os.environ.get(name) for name in _ENDPOINTS)
        and os.environ.get("OTEL_SDK_DISABLED", "").lower() != "true"
        and os.environ.get("OTEL_TRACES_EXPORTER", "otlp") != "none"
    )
