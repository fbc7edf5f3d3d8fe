"""The meters: what they are called, what they mean, and which labels they have."""

from collections.abc import Callable, Sequence
from functools import cache

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from gateway.telemetry.exposition import Exposition

_PREFIX = "autospot_gateway"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_ORDERS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
_BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)


class Meters:
    """What the gateway counts and measures; no label holds what a caller can choose freely.

    Those with labels are functions: of the labels' values, in the order of their names.
    """

    def __init__(self) -> None:
        """Begin at zero."""
        disable_created_metrics()
        self._exposition = Exposition()
        self._registry = self._exposition.registry
        self._make_request_meters()
        self._make_store_meters()
        self._make_upstream_meters()

    def text(self) -> bytes:
        """Tell them all, in Prometheus's text format."""
        return self._exposition.text()

    def _make_request_meters(self) -> None:
        self.requests = self._histograms(
            "http_request_duration_seconds",
            "Time from the head of a request to the end of its answer.",
            ["door", "method", "status"],
            _SECONDS,
        )
        self.errors = self._counters(
            "errors_total", "Requests that were answered with an error.", ["door", "code"]
        )
        self.batches = self._counters(
            "batches_total", "Batches, by what became of them.", ["operation", "outcome"]
        )
        self.refused_batches = self._counters(
            "refused_batches_total",
            "Batches that were refused, among others for a problem with this code.",
            ["operation", "code"],
        )
        self.orders = self._histograms(
            "batch_repair_orders", "Repair orders in a batch.", ["operation"], _ORDERS
        )

    def _make_store_meters(self) -> None:
        self.waiting_batches = self._gauge(
            "store_waiting_batches", "Batches that wait to be written."
        )
        self.shared_commits = self._histogram(
            "store_transaction_batches", "Batches that were written in one transaction.", _BATCHES
        )
        self.transactions = self._histogram(
            "store_transaction_duration_seconds",
            "Time to lock, read, decide, write and commit, with all attempts.",
            _SECONDS,
        )
        self.database_connections = self._gauge(
            "database_connections_in_use", "Connections to PostgreSQL that are in use."
        )
        self.most_database_connections = self._gauge(
            "database_connections_max", "Most connections to PostgreSQL."
        )

    def _make_upstream_meters(self) -> None:
        self.upstream_calls = self._histograms(
            "upstream_call_duration_seconds",
            "Time of a call of AutoSpot for GraphQL, with all attempts to connect.",
            ["method", "outcome"],
            _SECONDS,
        )
        self.upstream_retries = self._counters(
            "upstream_retries_total", "Attempts to send to AutoSpot, beyond the first.", ["door"]
        )
        self.upstream_connections = self._gauges(
            "upstream_connections", "Open connections to AutoSpot, idle ones too.", ["door"]
        )
        self.upstream_waiting = self._gauges(
            "upstream_waiting_exchanges",
            "Exchanges that wait for a connection to AutoSpot.",
            ["door"],
        )
        self.most_upstream_connections = self._gauges(
            "upstream_connections_max", "Most connections to AutoSpot.", ["door"]
        )

    def _counters(self, name: str, meaning: str, labels: Sequence[str]) -> Callable[..., Counter]:
        family = Counter(name, meaning, labels, _PREFIX, registry=self._registry)
        return cache(family.labels)

    def _histograms(
        self, name: str, meaning: str, labels: Sequence[str], buckets: Sequence[float]
    ) -> Callable[..., Histogram]:
        family = Histogram(name, meaning, labels, _PREFIX, buckets=buckets, registry=self._registry)
        return cache(family.labels)

    def _histogram(self, name: str, meaning: str, buckets: Sequence[float]) -> Histogram:
        return Histogram(name, meaning, (), _PREFIX, buckets=buckets, registry=self._registry)

    def _gauges(self, name: str, meaning: str, labels: Sequence[str]) -> Callable[..., Gauge]:
        family = Gauge(
            name, meaning, labels, _PREFIX, registry=self._registry, multiprocess_mode="livesum"
        )
        return cache(family.labels)

    def _gauge(self, name: str, meaning: str) -> Gauge:
        return Gauge(
            name, meaning, (), _PREFIX, registry=self._registry, multiprocess_mode="livesum"
        )
