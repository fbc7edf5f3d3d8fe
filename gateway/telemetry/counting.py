"""Counting requests, by what their lines in the log say."""

from collections.abc import Iterable, Mapping
from typing import cast

from gateway.telemetry.meters import meters

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_WRITING = frozenset({"create", "update", "upsert"})


def count_request(door: str, line: Mapping[str, object], seconds: float) -> None:
    """Count a request that is over."""
    counted = meters()
    method = line["method"] if line["method"] in _METHODS else "other"
    counted.requests(door, method, status_class(line["status"])).observe(seconds)
    if "code" in line:
        counted.errors(door, line["code"]).inc()
    operation = line.get("operation")
    if operation in _WRITING:
        counted.batches(operation, line["outcome"]).inc()
        counted.orders(operation).observe(cast("int", line["orders"]))
        for code in cast("Iterable[str]", line.get("problems", ())):
            counted.refused_batches(operation, code).inc()


def status_class(status: object) -> str:
    """A status by its first digit, such as 2xx; none is one that was not sent."""
    return f"{cast('int', status) // 100}xx" if status else "none"
