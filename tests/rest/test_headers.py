"""The headers of the REST door's answers: methods, keys, waiting, and what caches may keep."""

import sqlite3
from pathlib import Path

import httpx
import pytest

from tests.client import Client
from tests.server import running

_REST = "/batch/repair_orders"


def _of(answer: httpx.Response, *names: str) -> list[str | None]:
    return [answer.headers.get(name) for name in names]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", _REST, {"POST", "PATCH"}),
        ("DELETE", _REST, {"POST", "PATCH"}),
        ("POST", "/-/live", {"GET", "HEAD"}),
        ("PUT", "/-/openapi.json", {"GET", "HEAD"}),
        ("POST", "/-/docs/files/swagger-ui.css", {"GET", "HEAD"}),
    ],
)
def test_another_method(embedded: Client, method: str, path: str, allowed: set[str]) -> None:
    """
    A method that a path does not have is answered with those that it has.
    """
    answer = embedded.request(method, path)

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == allowed
    assert _of(answer, "cache-control") == ["no-store"]


@pytest.mark.parametrize("api_key", [None, "wrong"])
def test_without_a_key(embedded: Client, api_key: str | None) -> None:
    """
    Who has no key is told the scheme that asks for one, as RFC 9110 demands of every 401.
    """
    answer = embedded.with_key(api_key).rest("POST", [])

    assert answer.status_code == 401
    assert _of(answer, "www-authenticate", "cache-control", "vary") == [
        'ApiKey realm="AutoSpot"',
        "no-store",
        "X-API-Key",
    ]


def test_batch_is_in_no_cache(embedded: Client, shop: int) -> None:
    """
    What became of a batch is kept by no cache, and differs from key to key.
    """
    body = [{"shop_id": shop, "repair_orders": [{"repair_number": "1"}]}]

    answers = [embedded.rest("POST", body), embedded.rest("POST", body)]

    assert [answer.status_code for answer in answers] == [201, 409]
    assert [_of(answer, "cache-control", "vary") for answer in answers] == [
        ["no-store", "X-API-Key"]
    ] * 2


@pytest.mark.parametrize(
    ("path", "control"),
    [
        ("/-/live", "no-store"),
        ("/-/ready", "no-store"),
        ("/nothing", "no-store"),
        ("/-/openapi.json", "no-cache"),
        ("/-/docs", "no-cache"),
        ("/-/docs/start.js", "no-cache"),
    ],
)
def test_what_caches_keep(embedded: Client, path: str, control: str) -> None:
    """
    Health is always asked for anew; a description is used again only when it has not changed.
    """
    assert _of(embedded.request("GET", path), "cache-control") == [control]


def test_header_of_the_key_has_another_name(tmp_path: Path) -> None:
    """
    What an answer depends on is the header that the key is sent in.
    """
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    with running(demo=True, database_url=url, api_key_header="X-Shop-Key") as address:
        answer = httpx.post(address + _REST)

    assert _of(answer, "vary") == ["X-Shop-Key"]


def test_not_ready(tmp_path: Path) -> None:
    """
    A gateway that is not ready says when to ask again, and nobody keeps that.
    """
    file = tmp_path / "gateway.db"
    with running(demo=True, database_url=f"sqlite:///{file}") as address:
        with sqlite3.connect(file) as connection:
            connection.execute("ALTER TABLE repair_order RENAME TO gone")
        connection.close()
        answer = httpx.get(f"{address}/-/ready")

    assert answer.status_code == 503
    assert _of(answer, "retry-after", "cache-control") == ["1", "no-store"]


def test_passing_through_fails() -> None:
    """
    The gateway's own answer in place of AutoSpot's is kept by no cache either.
    """
    with running(upstream_url="http://127.0.0.1:9") as address:
        answer = httpx.get(address + _REST)

    assert answer.status_code == 502
    assert _of(answer, "cache-control") == ["no-store"]
