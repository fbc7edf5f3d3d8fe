"""What Prometheus is told: the meters of this process, or of all that share a folder."""

from collections.abc import Iterable
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from gateway import __version__
from gateway.telemetry.shared_meters import shared_folder


class Exposition:
    """Tells meters that are registered with it."""

    def __init__(self) -> None:
        """Tell of this process, or of all with which it shares a folder."""
        self.registry: CollectorRegistry | None = CollectorRegistry()
        self._told = self.registry
        folder = shared_folder()
        if folder:
            # Meters write to files then, and what is told is read from them.
            self.registry, self._told = None, CollectorRegistry()
            MultiProcessCollector(self._told, str(folder))
            self._told.register(_Workers(folder))
        else:
            ProcessCollector(registry=self._told)
        PlatformCollector(registry=self._told)
        self._told.register(_Build())

    def text(self) -> bytes:
        """Prometheus's text format of them all."""
        return generate_latest(self._told)


class _Build(Collector):
    def collect(self) -> Iterable[Metric]:
        yield InfoMetricFamily(
            "autospot_gateway_build", "The version of the gateway.", {"version": __version__}
        )


class _Workers(Collector):
    """The process of each worker that lives, told apart by the label `pid`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        for pid in self._pids():
            for metric in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():
                family = families.setdefault(
                    metric.name, Metric(metric.name, metric.documentation, metric.type)
                )
                for sample in metric.samples:
                    family.add_sample(sample.name, {"pid": pid}, sample.value)
        return families.values()

    def _pids(self) -> list[str]:
        """The workers that have meters of which only those of the living count."""
        files = self._folder.glob("gauge_livesum_*.db")
        return sorted(file.stem.rpartition("_")[2] for file in files)
