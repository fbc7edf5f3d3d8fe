"""A gateway that leaves out some of what it tells of requests: `metrics`, `line` or `nothing`.

It has no settings for these, so they are taken out of the code before it is started.
"""

import sys

import prometheus_client

from gateway.cli import main
from gateway.telemetry import middleware


def _nothing(*_: object, **__: object) -> None:
    """Do what is left out."""


def _leave_out(what: str) -> None:
    if what == "line":
        middleware.write = _nothing
    if what == "metrics":
        middleware.count_request = _nothing
        prometheus_client.Counter.inc = _nothing
        prometheus_client.Gauge.inc = prometheus_client.Gauge.dec = _nothing
        prometheus_client.Gauge.set = _nothing
        prometheus_client.Histogram.observe = _nothing


if __name__ == "__main__":
    _leave_out(sys.argv.pop(1))
    sys.exit(main())
