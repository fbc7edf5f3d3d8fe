"""The codes with which GraphQL itself refuses, as the guide lists them."""

import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.docs.page import ROOT, rows
from tests.server import running

ORDER = '{ repairOrder(shopId: 33, repairNumber: "700101") { id } }'
PATCH = "patchRepairOrders(input: {shops: []}) { __typename }"
MAX_BYTES = 1_000
# What needs another gateway, or a caller that httpx cannot be; the last is in tests/behaviour.
ELSEWHERE = {"NOT_AVAILABLE_IN_PROXY_MODE", "INTERNAL_SERVER_ERROR", "TOO_SLOW", "RATE_LIMITED"}


def _query(document: str, **more: Any) -> dict[str, Any]:
    return {"method": "POST", "json": {"query": document, **more}}


# In the order of the table.
REQUESTS: dict[str, dict[str, Any]] = {
    "GRAPHQL_PARSE_FAILED": _query("{"),
    "GRAPHQL_VALIDATION_FAILED": _query("{ gateway { nothing } }"),
    "BAD_USER_INPUT": _query(
        'query($id: Int!) { repairOrder(shopId: $id, repairNumber: "1") { id } }',
        variables={"id": "33"},
    ),
    "OPERATION_RESOLUTION_FAILURE": _query("query A { __typename } query B { __typename }"),
    "DOCUMENT_TOO_LARGE": _query("{ __typename " + "," * 500 + "}"),
    "DOCUMENT_TOO_DEEP": _query("{ a" * 21 + "}" * 21),
    "DOCUMENT_TOO_COSTLY": _query("{" + " __typename" * 6 + "}"),
    "ONE_OPERATION_PER_REQUEST": {"method": "POST", "json": [{"query": ORDER}]},
    "ONE_MUTATION_PER_REQUEST": _query(f"mutation {{ a: {PATCH} b: {PATCH} }}"),
    "UNAUTHENTICATED": _query(ORDER) | {"headers": {"X-API-Key": "wrong"}},
    "RATE_LIMITED": _query(ORDER),
    "INTROSPECTION_DISABLED": _query("{ __schema { description } }"),
    "NOT_AVAILABLE_IN_PROXY_MODE": _query(ORDER),
    "BAD_REQUEST": {"method": "POST", "json": {"qeury": ORDER}},
    "NOT_JSON": {
        "method": "POST",
        "content": "{,}",
        "headers": {"Content-Type": "application/json"},
    },
    "UNSUPPORTED_MEDIA_TYPE": {"method": "POST", "data": {"query": ORDER}},
    "NOT_ACCEPTABLE": _query(ORDER) | {"headers": {"Accept": "text/html"}},
    "TOO_LARGE": _query(ORDER + " " * MAX_BYTES),
    "TOO_SLOW": {},
    "METHOD_NOT_ALLOWED": {"method": "GET", "params": {"query": f"mutation {{ {PATCH} }}"}},
    "INTERNAL_SERVER_ERROR": _query(ORDER),
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """
    The database of the gateway.
    """
    return tmp_path / "demo.db"


@pytest.fixture
def gateway(database: Path) -> Generator[str]:
    """
    A demo that keeps its schema to itself and takes small bodies.
    """
    with running(
        demo=True,
        database_url=f"sqlite:///{database}",
        introspection="off",
        max_body_bytes=MAX_BYTES,
        max_document_characters=MAX_BYTES // 2,
        rate_limit_failed_keys="1/day",
    ) as address:
        yield address


@pytest.fixture
def proxy(gateway: str) -> Generator[str]:
    """
    A gateway in front of it.
    """
    with running(upstream_url=gateway) as address:
        yield address


def _codes(address: str, code: str) -> list[str]:
    request = REQUESTS[code]
    headers = {"X-API-Key": "demo-key"} | request.get("headers", {})
    answer = httpx.request(url=f"{address}/graphql", **(request | {"headers": headers}))
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("code", sorted(REQUESTS.keys() - ELSEWHERE))
def test_code(gateway: str, code: str) -> None:
    """
    What the table tells of is answered with its code.
    """
    assert _codes(gateway, code) == [code]


def test_code_of_a_proxy(proxy: str) -> None:
    """
    Reading in front of a remote AutoSpot is answered with its code.
    """
    assert _codes(proxy, "NOT_AVAILABLE_IN_PROXY_MODE") == ["NOT_AVAILABLE_IN_PROXY_MODE"]


def test_code_of_a_failure(gateway: str, database: Path) -> None:
    """
    A query that fails unexpectedly is answered with its code.
    """
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP TABLE repair_order")

    assert _codes(gateway, "INTERNAL_SERVER_ERROR") == ["INTERNAL_SERVER_ERROR"]


def test_code_of_too_many_requests(gateway: str) -> None:
    """
    A query that comes too often, here after a wrong key, is answered with its code.
    """
    _codes(gateway, "UNAUTHENTICATED")

    assert _codes(gateway, "RATE_LIMITED") == ["RATE_LIMITED"]


def test_table() -> None:
    """
    The guide lists these codes.
    """
    table = rows(ROOT / "docs/graphql.md", "code", "when")

    assert [row[0] for row in table] == [f"`{code}`" for code in REQUESTS]
