"""What Prometheus is told of requests, in both modes."""

from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.metrics import Samples, families, grown, samples, scraped, upsert
from tests.server import running

_REQUESTS = "autospot_gateway_http_request_duration_seconds_count"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """
    The address of a demo that keeps repair orders.
    """
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    with running(demo=True, database_url=f"sqlite:///{path}") as address:
        yield address


@pytest.fixture(scope="module")
def proxied(embedded: str) -> Generator[str]:
    """
    The address of a gateway in front of it.
    """
    with running(upstream_url=embedded) as address:
        yield address


def growth_by(address: str, *requests: tuple[str, str]) -> Samples:
    """What some requests add to the counts, the scrape that came before them left out."""
    before = samples(scraped(address))
    for method, path in requests:
        httpx.request(method, f"{address}{path}")
    added = dict(grown(before, samples(scraped(address))))
    added.pop((_REQUESTS, "door=own", "method=GET", "status=2xx"))
    return added


def test_saved_batch(embedded: str) -> None:
    """
    A batch is counted by its operation and its outcome, its request by its door.
    """
    before = samples(scraped(embedded))

    upsert(embedded, "saved")

    assert grown(before, samples(scraped(embedded))) == {
        (_REQUESTS, "door=own", "method=GET", "status=2xx"): 1,
        (_REQUESTS, "door=graphql", "method=POST", "status=2xx"): 1,
        ("autospot_gateway_batches_total", "operation=create", "outcome=SAVED"): 1,
        ("autospot_gateway_batch_repair_orders_count", "operation=create"): 1,
        ("autospot_gateway_store_transaction_batches_count",): 1,
        ("autospot_gateway_store_transaction_duration_seconds_count",): 1,
    }


def test_refused_batch(embedded: str) -> None:
    """
    A batch that is refused is counted by every code among its problems.
    """
    upsert(embedded, "refused")
    before = samples(scraped(embedded))

    upsert(embedded, "refused")

    added = grown(before, samples(scraped(embedded)))
    code = "code=REPAIR_ORDER_NUMBER_IS_DUPLICATED"
    assert added[("autospot_gateway_batches_total", "operation=create", "outcome=NOTHING_SAVED")]
    assert added[("autospot_gateway_refused_batches_total", code, "operation=create")] == 1
    assert added[("autospot_gateway_errors_total", "code=BATCH_REJECTED", "door=graphql")] == 1


@pytest.mark.parametrize(
    ("method", "path", "door", "status"),
    [
        ("GET", "/graphql?query={__typename}", "graphql", "2xx"),
        ("PUT", "/batch/repair_orders", "rest", "4xx"),
        ("GET", "/wp-login.php", "none", "4xx"),
        ("PROPFIND", "/-/live", "own", "4xx"),
    ],
)
def test_doors(embedded: str, method: str, path: str, door: str, status: str) -> None:
    """
    Requests are counted by where their path leads, and never by the path, nor by odd methods.
    """
    added = growth_by(embedded, (method, path))

    known = "other" if method == "PROPFIND" else method
    assert added[(_REQUESTS, f"door={door}", f"method={known}", f"status={status}")] == 1
    assert sum(value for name, value in added.items() if name[0] == _REQUESTS) == 1


def test_passed_through(proxied: str) -> None:
    """
    What a legacy caller asks for is counted by the class of its status.
    """
    added = growth_by(proxied, ("GET", "/batch/repair_orders"), ("GET", "/no/such/thing"))

    assert added[(_REQUESTS, "door=passthrough", "method=GET", "status=4xx")] == 2


def test_calls_of_autospot(proxied: str) -> None:
    """
    GraphQL's calls of AutoSpot are measured, and connections to it are counted.
    """
    before = samples(scraped(proxied))

    upsert(proxied, "called")

    now = samples(scraped(proxied))
    call = ("autospot_gateway_upstream_call_duration_seconds_count", "method=POST", "outcome=2xx")
    assert grown(before, now)[call] == 1
    assert now[("autospot_gateway_upstream_connections", "door=graphql")] >= 1
    assert now[("autospot_gateway_upstream_connections_max", "door=graphql")] == 100
    assert now[("autospot_gateway_upstream_connections_max", "door=passthrough")] == 2_000
    assert now[("autospot_gateway_upstream_waiting_exchanges", "door=passthrough")] == 0


def test_form(embedded: str) -> None:
    """
    The answer is Prometheus's text format; every family says what it means, and there are few.
    """
    response = httpx.get(f"{embedded}/-/metrics")

    told = families(response.text)
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert [family.name for family in told if not family.documentation] == []
    assert {"process_cpu_seconds", "python_info", "autospot_gateway_build_info"} <= {
        family.name for family in told
    }
    assert sum(len(family.samples) for family in told) < 2_000


def test_no_customer(embedded: str) -> None:
    """
    No label tells of a customer, a shop, a repair order or a key.
    """
    upsert(embedded, "R-4711")

    labels = str([name for name in samples(scraped(embedded)) if name[0][:6] == "autosp"])

    assert "door=graphql" in labels
    assert [word for word in ("Bilbo", "33", "R-4711", "demo") if word in labels] == []


@pytest.mark.parametrize("mode", ["embedded", "proxied"])
def test_turned_off(embedded: str, mode: str, tmp_path: Path) -> None:
    """
    An operator may have nothing told.
    """
    modes = {"embedded": {"database_url": f"sqlite:///{tmp_path / 'off.db'}"}}
    settings = modes.get(mode, {"upstream_url": embedded})

    with running(metrics=False, **settings) as address:
        assert httpx.get(f"{address}/-/metrics").status_code == 404
