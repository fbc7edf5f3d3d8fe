"""What a gateway tells its operator: one log line for each request, each failure once."""

from gateway.telemetry.configure import configure_logging
from gateway.telemetry.failure import describe_failure
from gateway.telemetry.log import log_failure, log_worker_end
from gateway.telemetry.middleware import RequestTelemetry
from gateway.telemetry.request import note, pass_on_untouched, request_id

__all__ = [
    "RequestTelemetry",
    "configure_logging",
    "describe_failure",
    "log_failure",
    "log_worker_end",
    "note",
    "pass_on_untouched",
    "request_id",
]
