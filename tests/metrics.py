"""What a gateway tells Prometheus, read as Prometheus does."""

from collections.abc import Mapping
from pathlib import Path

import httpx
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from gateway.telemetry import meters
from tests.client import UPSERT
from tests.server import running

Samples = Mapping[tuple[str, ...], float]
"""Values by the name of a sample and its labels, such as ("x_total", "door=rest")."""


def families(text: str) -> list[Metric]:
    """What an answer tells."""
    return list(text_string_to_metric_families(text))


def scraped(address: str) -> str:
    """Ask a gateway."""
    return httpx.get(f"{address}/-/metrics").raise_for_status().text


def samples(text: str) -> Samples:
    """Every value of an answer."""
    return {
        (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): (
            sample.value
        )
        for family in families(text)
        for sample in family.samples
    }


def told() -> Samples:
    """What this process has counted so far."""
    return samples(meters().text().decode())


def grown(before: Samples, after: Samples) -> Samples:
    """How much each of the gateway's own counts has grown; buckets are left out."""
    growth = {
        name: value - before.get(name, 0)
        for name, value in after.items()
        if name[0].startswith("autospot_gateway_") and not name[0].endswith(("_bucket", "_sum"))
    }
    return {name: value for name, value in growth.items() if value}


def everything(folder: Path) -> str:
    """What gateways of both modes tell once every kind of thing has happened."""
    path = folder / "everything.db"
    with (
        running(demo=True, database_url=f"sqlite:///{path}") as embedded,
        running(upstream_url=embedded) as proxied,
    ):
        for _ in range(2):
            upsert(proxied, "1")
        httpx.get(f"{proxied}/batch/repair_orders")
        return scraped(embedded)


def upsert(address: str, number: str, headers: Mapping[str, str] | None = None) -> None:
    """Create a repair order in shop 33 of a demo."""
    order = {"repairNumber": number, "customer": {"firstName": "Bilbo"}}
    sent = {"input": {"shops": [{"shopId": 33, "repairOrders": [order]}]}}
    httpx.post(
        f"{address}/graphql",
        headers={"X-API-Key": "demo-key", **(headers or {})},
        json={"query": UPSERT, "variables": sent},
    ).raise_for_status()
