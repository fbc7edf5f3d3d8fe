"""What a gateway tells its operator: a log line for each request, each failure, meters, traces."""

from gateway.telemetry.configure import configure_logging
from gateway.telemetry.failure import describe_failure
from gateway.telemetry.log import log_failure, log_remark, log_worker_end
from gateway.telemetry.meters import meters
from gateway.telemetry.middleware import RequestTelemetry
from gateway.telemetry.request import note, note_wait, pass_on_untouched, request_id
from gateway.telemetry.shared_meters import forget_worker, shared_meters
from gateway.telemetry.tracing import call_span, span, trace_headers
from gateway.telemetry.upstream_call import UpstreamCall

__all__ = [
    "RequestTelemetry",
    "UpstreamCall",
    "call_span",
    "configure_logging",
    "describe_failure",
    "forget_worker",
    "log_failure",
    "log_remark",
    "log_worker_end",
    "meters",
    "note",
    "note_wait",
    "pass_on_untouched",
    "request_id",
    "shared_meters",
    "span",
    "trace_headers",
]
