"""The REST door: the batch API served here or passed through, and what machines ask."""

from gateway.rest.batch import METHODS as BATCH_METHODS
from gateway.rest.dated import dated
from gateway.rest.forwarded import Forwarding
from gateway.rest.health import IS_STOPPING
from gateway.rest.passthrough import Passthrough
from gateway.rest.problem import http_problem_response
from gateway.rest.routes import batch_routes, health_routes, metrics_routes

__all__ = [
    "BATCH_METHODS",
    "IS_STOPPING",
    "Forwarding",
    "Passthrough",
    "batch_routes",
    "dated",
    "health_routes",
    "http_problem_response",
    "metrics_routes",
]
