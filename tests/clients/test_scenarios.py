"""Clients that callers use, each through the same scenarios, with the same answers."""

import json
from typing import Any

import pytest
from graphql import GraphQLUnionType, build_schema

from tests.client import Client
from tests.clients.programs import HERE, SCHEMA, CallerAt, Program

SCENARIOS = json.loads((HERE / "scenarios.json").read_text("utf-8"))

Json = Any


@pytest.mark.parametrize(
    ("place", "scenario"),
    [
        pytest.param(place, scenario, id=f"{scenario['name']} ({place})")
        for scenario in SCENARIOS
        for place in scenario["at"]
    ],
)
def test_scenario(
    program: Program, caller_at: CallerAt, shop: int, place: str, scenario: Json
) -> None:
    """
    A client makes of an answer what the scenario says, and what is stored is what it says.
    """
    scenario = filled(scenario, shop)
    gateway = caller_at(place, None)
    if "existing" in scenario:
        gateway.upsert([{"shopId": shop, "repairOrders": scenario["existing"]}])
    caller = caller_at(place, scenario.get("key"))

    answer = program.ask(caller, scenario["operation"], scenario["variables"])

    expected = {name: scenario[name] for name in ("data", "errors") if name in scenario}
    assert as_expected(told(answer), expected) == expected
    for number, order in scenario.get("stored", {}).items():
        read = {"shopId": shop, "repairNumber": number}
        stored = program.ask(gateway.reader or gateway, "Read", read)["data"]["repairOrder"]
        assert as_expected(stored, order) == order


def test_thousand_orders(program: Program, gateway: Client, shop: int) -> None:
    """
    A thousand repair orders go through in one request, and come back in their order.
    """
    numbers = [str(number) for number in range(1_000)]
    shops = [{"shopId": shop, "repairOrders": [{"repairNumber": number} for number in numbers]}]

    answer = program.ask(gateway, "Upsert", {"input": {"shops": shops}})

    result = answer["data"]["upsertRepairOrders"]
    assert [order["repairNumber"] for order in result["saved"]] == numbers


def test_scenarios_have_every_error() -> None:
    """
    Each mutation comes to each of its results, and a batch has each of its problems.
    """
    schema = build_schema(SCHEMA.read_text("utf-8"))
    unions = ("UpsertRepairOrdersResult", "PatchRepairOrdersResult", "RepairOrderProblem")
    members: dict[str, set[str]] = {}
    for name in unions:
        union = schema.type_map[name]
        assert isinstance(union, GraphQLUnionType)
        members[name] = {member.name for member in union.types}
    data = [scenario["data"] for scenario in SCENARIOS if "data" in scenario]
    upserts = [results["upsertRepairOrders"] for results in data if "upsertRepairOrders" in results]
    patches = [results["patchRepairOrders"] for results in data if "patchRepairOrders" in results]
    problems = [problem for result in upserts + patches for problem in result.get("errors", [])]

    found = [{part["__typename"] for part in parts} for parts in (upserts, patches, problems)]

    assert dict(zip(unions, found, strict=True)) == members


def filled(value: Json, shop: int) -> Json:
    """A scenario about a shop."""
    return json.loads(json.dumps(value).replace('"<shop>"', str(shop)))


def told(answer: Json) -> Json:
    """An answer without what each client adds to GraphQL's own errors."""
    if "errors" not in answer:
        return answer
    kept = ("message", "path", "extensions")
    return {
        "errors": [
            {name: error[name] for name in kept if error.get(name)} for error in answer["errors"]
        ]
    }


def as_expected(answer: Json, expected: Json) -> Json:
    """An answer in which what a scenario leaves open is left open too."""
    if expected == "…" and answer:
        return "…"
    if isinstance(expected, list) and isinstance(answer, list) and len(answer) == len(expected):
        return [as_expected(*pair) for pair in zip(answer, expected, strict=True)]
    if isinstance(expected, dict) and isinstance(answer, dict):
        return {name: as_expected(value, expected.get(name)) for name, value in answer.items()}
    return answer
