"""The dashboard and the alerts: they ask for what a gateway tells, and for nothing else."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from gateway.settings import Settings, variable
from tests.metrics import everything, families

_FOLDER = Path(__file__).parents[2] / "deploy/grafana"
_TEXT = re.compile(r'"[^"]*"')
_RANGE = re.compile(r"\[(?:\d+m|\$__rate_interval)\]")
_SELECTOR = re.compile(r"\b([a-z_]+)(?: ?\{([^}]*)\})")
_GROUPING = re.compile(r"\bby \(([a-z, ]+)\)")
_WORD = re.compile(r"\b[a-z_]+\b")
_FUNCTIONS = frozenset({"count", "histogram_quantile", "increase", "max", "rate", "sum", "time"})
# Prometheus adds it to whatever it reads.
_TARGET = frozenset({"instance"})

Told = dict[str, frozenset[str]]
"""The labels of each sample."""


class Query(NamedTuple):
    """What an expression asks for."""

    samples: frozenset[str]
    labels: frozenset[str]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """
    What gateways of both modes tell.
    """
    text = everything(tmp_path_factory.mktemp("everything"))
    return {
        sample.name: frozenset(sample.labels)
        for family in families(text)
        for sample in family.samples
    }


def dashboard() -> Any:
    """The dashboard."""
    return json.loads((_FOLDER / "dashboard.json").read_text("utf-8"))


def alerts() -> list[Any]:
    """The rules."""
    (group,) = yaml.safe_load((_FOLDER / "alerts.yaml").read_text("utf-8"))["groups"]
    return group["rules"]


def expressions() -> list[str]:
    """Every expression of both."""
    panels = [target["expr"] for p in dashboard()["panels"] for target in p.get("targets", ())]
    return panels + [alert["expr"] for alert in alerts()]


def query(expression: str) -> Query:
    """Read an expression of PromQL; raises where it holds what is not known here."""
    plain = _RANGE.sub("", _TEXT.sub('""', expression))
    grouping = {label.strip() for by in _GROUPING.findall(plain) for label in by.split(",")}
    matched = {
        label
        for _, matchers in _SELECTOR.findall(plain)
        for label in re.findall(r"([a-z_]+)(?:=~|!=|!~|=)", matchers)
    }
    words = set(_WORD.findall(re.sub(r"\{[^}]*\}", "", _GROUPING.sub("", plain))))
    samples = words - _FUNCTIONS
    assert all(re.match("autospot_gateway_|process_", name) for name in samples), samples
    return Query(frozenset(samples), frozenset(grouping | matched))


def test_query() -> None:
    """
    The reader of expressions sees names and labels wherever they stand.
    """
    expression = 'sum by (door, le) (rate(process_x{a="b", c=~"d|e"}[5m])) / autospot_gateway_y > 1'

    assert query(expression) == Query(
        frozenset({"process_x", "autospot_gateway_y"}), frozenset({"door", "le", "a", "c"})
    )


@pytest.mark.parametrize("expression", expressions())
def test_asks_for_what_is_told(told: Told, expression: str) -> None:
    """
    Each name and each label of an expression is there.
    """
    asked = query(expression)

    assert asked.samples
    assert asked.samples - set(told) == set()
    labels = [told[name] for name in asked.samples]
    assert asked.labels - frozenset.union(*labels) - _TARGET == set()


def test_every_metric_is_shown(told: Told) -> None:
    """
    What the gateway itself tells stands in some panel.
    """
    shown = {
        re.sub("_(bucket|sum|count)$", "", name)
        for expression in expressions()
        for name in query(expression).samples
    }

    names = {re.sub("_(bucket|sum|count)$", "", name) for name in told if name[:8] == "autospot"}
    assert names - shown == set()


def test_panels() -> None:
    """
    Panels have ids of their own, say what they show, and do not lie upon each other.
    """
    panels = dashboard()["panels"]
    places = {
        (x, y)
        for panel in panels
        for at in [panel["gridPos"]]
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    }

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel.get("description") for panel in panels if panel["type"] != "row")
    assert len(places) == sum(p["gridPos"]["w"] * p["gridPos"]["h"] for p in panels)


def test_legends() -> None:
    """
    A legend names only labels that its expression keeps.
    """
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", ()):
            named = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            assert named <= query(target["expr"]).labels


def test_settings_that_are_named() -> None:
    """
    The settings of which they tell exist.
    """
    text = "".join(path.read_text("utf-8") for path in _FOLDER.iterdir())

    named = set(re.findall(r"GATEWAY_[A-Z_]+", text))

    assert named
    assert named - {variable(name) for name in Settings.model_fields} == set()
