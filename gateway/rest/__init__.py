"""The REST door: the batch API served here, its description, and the health checks."""

from gateway.rest.problem import http_problem_response
from gateway.rest.routes import rest_routes

__all__ = ["http_problem_response", "rest_routes"]
