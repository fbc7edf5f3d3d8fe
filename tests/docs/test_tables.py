"""The tables of the documents, compared with the code that they tell of."""

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLInputObjectType, GraphQLSchema, build_schema, get_named_type
from prometheus_client import Metric

from gateway.contract import (
    ITEM_PROBLEMS,
    REQUEST_ERRORS,
    Fields,
    InvalidInput,
    InvalidInputReason,
    ItemProblem,
    Kind,
    RequestError,
    ShopRepairOrders,
    fields_of,
)
from gateway.settings import Settings, variable
from gateway.store.tables import metadata
from gateway.telemetry import configure_logging
from tests.client import UPSERT
from tests.docs.page import ROOT, rows
from tests.logs import logging_as_before
from tests.metrics import everything, families
from tests.server import running

README = ROOT / "README.md"
GRAPHQL, REST = ROOT / "docs/graphql.md", ROOT / "docs/rest.md"
MIGRATING, OPERATING = ROOT / "docs/migrating.md", ROOT / "docs/operating.md"


def test_settings() -> None:
    """
    The operator's page lists every setting with its default and its description.
    """
    table = rows(OPERATING, "variable")

    assert table == [
        [f"`{variable(name)}`", _shown(field.default), field.description]
        for name, field in Settings.model_fields.items()
    ]


def test_settings_of_the_readme() -> None:
    """
    The README names the most used settings with their defaults.
    """
    defaults = {variable(name): field.default for name, field in Settings.model_fields.items()}

    table = rows(README, "variable")

    assert len(table) > 3
    for names, shown, _ in table:
        expected = (_shown(defaults[name]) for name in re.findall(r"\w+", names))
        assert shown == ", ".join(expected)


def _shown(default: object) -> str:
    if default is None:
        return ""
    return f"`{str(default).lower()}`" if isinstance(default, bool) else f"`{default}`"


def test_errors() -> None:
    """
    The guide lists every error with its type and its meaning, those of one item first.
    """
    errors: list[type[ItemProblem | RequestError]] = [*ITEM_PROBLEMS, *REQUEST_ERRORS]
    schema = (ROOT / "schema.graphql").read_text("utf-8")

    table = rows(GRAPHQL, "code", "type")

    assert [row[:3] for row in table] == [
        [
            f"`{error.code}`",
            f"`{error.__name__.removesuffix('Error')}Error`",
            error.code_description,
        ]
        for error in errors
    ]
    assert [row[1] for row in table if f"type {row[1].strip('`')} implements" not in schema] == []
    assert all(row[3] for row in table)


def test_reasons() -> None:
    """
    The guide lists every reason of a refused value.
    """
    assert rows(GRAPHQL, "reason") == [
        [f"`{reason.value}`", reason.description] for reason in InvalidInputReason
    ]


def test_statuses() -> None:
    """
    The REST page lists every status of an error, and the codes that it can have.
    """
    expected: dict[str, set[str]] = {}
    for error in (*ITEM_PROBLEMS, *(error for error in REQUEST_ERRORS if not error.remote_only)):
        expected.setdefault(str(error.status), set()).add(error.code)
    for reason in InvalidInputReason:
        status = InvalidInput(place=(), reason=reason).http_status
        if status != InvalidInput.status:
            expected[str(status)] = {InvalidInput.code, reason.value}

    success, *table = rows(REST, "status")

    assert {status: set(re.findall(r"`(\w+)`", codes)) for status, codes in table} == expected
    assert success[0] == "201, 200"


def test_fields() -> None:
    """
    Whoever moves to GraphQL finds every field, under its name there, with its type and values.
    """
    schema = build_schema((ROOT / "schema.graphql").read_text("utf-8"))

    table = rows(MIGRATING, "in a batch")

    assert [[row[0], *row[2:]] for row in table] == [
        [f"`{name}`", kind.scalar.value, kind.accepts] for name, kind in _fields(ShopRepairOrders)
    ]
    for _, name, type_, _ in table:
        assert _type(schema, name.strip("`")) == type_
    assert len({row[1] for row in table}) == len(table)


def _fields(model: type[Fields], prefix: str = "") -> Iterator[tuple[str, Kind[object]]]:
    """The fields of a shop's entry; the repair orders' own count from the repair order."""
    for field in fields_of(model).values():
        if isinstance(field.of, Kind):
            yield prefix + field.name, field.of
        else:
            inner = "" if field.name == "repair_orders" else f"{prefix}{field.name}."
            yield from _fields(field.of, inner)


def _type(schema: GraphQLSchema, name: str) -> str:
    """The type of a field of a repair order or, for its shop, of the entry."""
    start = "ShopRepairOrdersInput" if name == "shopId" else "RepairOrderInput"
    named: Any = schema.type_map[start]
    for part in name.split("."):
        assert isinstance(named, GraphQLInputObjectType)
        named = get_named_type(named.fields[part].type)
    return str(named)


def test_log_fields(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    The operator's page explains every field that the lines of a refused batch have, in both modes.
    """
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    order = {"shopId": 99, "repairOrders": [{"repairNumber": "1"}]}
    with logging_as_before():
        configure_logging("json")
        with (
            running(demo=True, database_url=f"sqlite:///{tmp_path / 'demo.db'}") as embedded,
            running(upstream_url=embedded) as proxied,
        ):
            httpx.post(
                f"{proxied}/graphql",
                headers={"X-API-Key": "demo-key"},
                json={"query": UPSERT, "variables": {"input": {"shops": [order]}}},
            )
    # The two write at the same moment.
    in_autospot, in_front = sorted(map(json.loads, stream.getvalue().splitlines()), key=len)

    fields = dict.fromkeys([*in_autospot, *in_front])
    assert [row[0] for row in rows(OPERATING, "field")] == [f"`{name}`" for name in fields]


def test_metrics(tmp_path: Path) -> None:
    """
    The operator's page lists every metric of the gateway with its type, its labels and its meaning.
    """
    told = [
        [f"`{_name(family)}`", family.type, _labels(family), family.documentation]
        for family in families(everything(tmp_path))
        if family.name.startswith("autospot_gateway_")
    ]

    assert rows(OPERATING, "metric") == told


def _name(family: Metric) -> str:
    return f"{family.name}_total" if family.type == "counter" else family.name


def _labels(family: Metric) -> str:
    names = {name for sample in family.samples for name in sample.labels}
    return ", ".join(f"`{name}`" for name in sorted(names - {"le"}))


def test_tables_that_are_spread() -> None:
    """
    The page about scaling spreads every table, by a column that its keys hold.
    """
    statements = " ".join(
        row[0]
        for row in rows(
            ROOT / "docs/scaling.md",
            "statement, in this order, on a database that `autospot-gateway db upgrade` has made",
        )
    )
    spread = dict(re.findall(r"create_distributed_table\('(\w+)', '(\w+)'", statements))
    copied = re.findall(r"create_reference_table\('(\w+)'\)", statements)

    assert sorted([*spread, *copied]) == sorted(metadata.tables)
    keys = {name: metadata.tables[name].primary_key.columns for name in spread}
    assert [name for name, column in spread.items() if column not in keys[name]] == []


def test_messages_of_the_gateway() -> None:
    """
    What the operator's page quotes stands in the code.
    """
    code = "".join(path.read_text("utf-8") for path in (ROOT / "gateway").rglob("*.py"))
    symptoms = "".join(row[0] for row in rows(OPERATING, "you see"))

    quoted = re.findall(r'"([^"]+)"', symptoms)

    assert len(quoted) > 3
    assert [text for text in quoted if text not in code] == []
