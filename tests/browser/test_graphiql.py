"""GraphiQL in a browser: what a newcomer sees, runs and leaves behind."""

import json
from collections.abc import Generator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.graphiql import GraphiQL
from tests.server import running

_KEY = "ask_nobody_has_this_key"
_STORED = "JSON.stringify([{...localStorage}, {...sessionStorage}])"


@pytest.fixture
def plain(database: tuple[str, str]) -> Generator[str]:
    """
    The address of a gateway that is no demo.
    """
    url, _ = database
    with running(database_url=url) as address:
        yield address


def test_first_sight(demo: str, visit: Any) -> None:
    """
    A newcomer finds filled tabs, the key of the demo, and what gateway this is.
    """
    graphiql = GraphiQL(visit(f"{demo}/graphql"))

    assert graphiql.tabs() == [
        "CreateRepairOrder",
        "FixPhoneNumber",
        "ReplaceTeam",
        "AllOrNothing",
        "ReadBack",
    ]
    assert json.loads(graphiql.text("headers")) == {"X-API-Key": "demo-key"}
    assert "Bilbo" in graphiql.text("variables")
    expect(graphiql.page).to_have_title("GraphiQL · AutoSpot gateway")
    expect(graphiql.page.locator(".graphiql-logo")).to_contain_text("embedded · demo")


def test_every_tab_runs_twice(demo: str, visit: Any) -> None:
    """
    Each tab runs as it stands, and again, and nothing in it is underlined.
    """
    graphiql = GraphiQL(visit(f"{demo}/graphql"))
    answers: dict[str, list[Any]] = {}

    for title in graphiql.tabs():
        graphiql.open_tab(title)
        answers[title] = [graphiql.run()["data"] for _ in range(2)]
        graphiql.wait_until_nothing_is_wrong()

    actions = [
        answer["upsertRepairOrders"]["saved"][0]["action"]
        for answer in answers["CreateRepairOrder"]
    ]
    assert actions[0] == "CREATED"
    assert actions[1] != "CREATED"
    for title in ("FixPhoneNumber", "ReplaceTeam"):
        assert [answer["patchRepairOrders"]["__typename"] for answer in answers[title]] == [
            "PatchRepairOrdersSuccess"
        ] * 2
    for answer in answers["ReadBack"]:
        assert answer["created"]["customer"]["firstName"] == "Bilbo"
        assert answer["changed"]["customer"]["phoneNumber"] == "555-0199"
        assert len(answer["changed"]["repairTeam"]) == 2


def test_errors_are_typed(demo: str, visit: Any) -> None:
    """
    The tab with a wrong repair order shows each problem with its type and its place.
    """
    graphiql = GraphiQL(visit(f"{demo}/graphql"))
    graphiql.open_tab("AllOrNothing")

    answer = graphiql.run()["data"]["upsertRepairOrders"]

    place = ["input", "shops", "0", "repairOrders", "2"]
    assert answer["__typename"] == "BatchRejectedError"
    assert sorted((error["__typename"], error["path"]) for error in answer["errors"]) == [
        ("DuplicateRepairOrderError", [*place, "repairNumber"]),
        ("InvalidInputError", [*place, "scheduledArrival"]),
    ]
    assert "nothing was saved" in answer["message"]


def test_wrong_key(demo: str, visit: Any) -> None:
    """
    A wrong key is told so, and goes along to the other tabs until another one is written.
    """
    graphiql = GraphiQL(visit(f"{demo}/graphql"))
    graphiql.write_headers(json.dumps({"X-API-Key": _KEY}))

    answers = [graphiql.run()["data"]["upsertRepairOrders"]]
    graphiql.open_tab("FixPhoneNumber")
    answers.append(graphiql.run()["data"]["patchRepairOrders"])

    assert [answer["__typename"] for answer in answers] == ["UnauthenticatedError"] * 2


def test_key_is_not_stored(demo: str, visit: Any) -> None:
    """
    Tabs, variables and history outlive a reload, and the key does not.
    """
    graphiql = GraphiQL(visit(f"{demo}/graphql"))
    page: Page = graphiql.page
    graphiql.write_headers(json.dumps({"X-API-Key": _KEY}))
    graphiql.run()
    graphiql.open_tab("FixPhoneNumber")
    graphiql.run()
    page.get_by_role("button", name="Show History").click()
    page.locator(".graphiql-history-item", has_text="FixPhoneNumber").get_by_label(
        "Add favorite"
    ).click()
    page.wait_for_function(
        "() => ['queries', 'favorites'].every(name => localStorage['graphiql:' + name]) "
        "&& JSON.parse(localStorage['graphiql:tabState'] ?? '{}').activeTabIndex === 1"
    )
    before = page.evaluate(_STORED)

    page.reload()
    graphiql.wait_until_ready()

    assert _KEY not in before
    assert _KEY not in page.evaluate(_STORED)
    assert page.evaluate("document.cookie") == ""
    assert json.loads(graphiql.text("headers")) == {"X-API-Key": "demo-key"}
    assert "FixPhoneNumber" in graphiql.text("query")
    assert len(graphiql.tabs()) == 5


def test_history_keeps_the_key_in_use(demo: str, visit: Any) -> None:
    """
    What is taken out of the history after a reload runs with the key that was written since.
    """
    graphiql = GraphiQL(visit(f"{demo}/graphql"))
    page: Page = graphiql.page
    graphiql.run()
    page.wait_for_function("() => localStorage['graphiql:queries']")
    page.reload()
    graphiql.wait_until_ready()
    headers = json.dumps({"X-API-Key": _KEY})
    graphiql.write_headers(headers)

    page.get_by_role("button", name="Show History").click()
    page.locator(".graphiql-history-item-label", has_text="CreateRepairOrder").click()

    assert graphiql.text("headers") == headers


def test_button_comes_when_it_works(demo: str, visit: Any) -> None:
    """
    Who presses the button as soon as it can be seen sees an answer.
    """
    page: Page = visit(f"{demo}/graphql")

    page.get_by_role("button", name="Execute query").click()

    expect(page.locator(".result-window")).to_contain_text("UpsertRepairOrdersSuccess")


def test_impatience(demo: str, visit: Any) -> None:
    """
    A tab that is run while the schema is on its way shows its own answer, and the schema comes.
    """
    page: Page = visit(f"{demo}/-/docs")
    held: list[Route] = []

    def delay(route: Route) -> None:
        """Let the schema come after the button was pressed, just before the tab's answer."""
        body = route.request.post_data or ""
        if "__schema" in body:
            held.append(route)
            return
        if body:
            held[0].fulfill(response=held[0].fetch())
        route.continue_()

    page.route("**/graphql", delay)
    page.goto(f"{demo}/graphql")
    graphiql = GraphiQL(page)
    answer = graphiql.run()
    page.get_by_role("button", name="Show Documentation Explorer").click()

    assert answer["data"]["upsertRepairOrders"]["saved"][0]["action"] == "CREATED"
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Mutation")


def test_tools(demo: str, visit: Any) -> None:
    """
    The documentation and the explorer know the schema, and a theme can be chosen.
    """
    graphiql = GraphiQL(visit(f"{demo}/graphql"))
    page: Page = graphiql.page

    page.get_by_role("button", name="Show Documentation Explorer").click()
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Mutation")
    page.get_by_role("button", name="Show GraphiQL Explorer").click()
    expect(page.locator(".graphiql-plugin")).to_contain_text("upsertRepairOrders")
    page.get_by_role("button", name="Open settings dialog").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("body")).to_contain_class("graphiql-dark")


def test_gateway_that_is_no_demo(plain: str, visit: Any) -> None:
    """
    Where no key is known, there is a place for it, and a hint; the tabs do not meet real orders.
    """
    graphiql = GraphiQL(visit(f"{plain}/graphql"))

    headers, answer = graphiql.text("headers"), graphiql.run()

    assert '"X-API-Key": ""' in headers
    assert "// Your API key" in headers
    assert "700101" not in graphiql.text("variables")
    error = answer["data"]["upsertRepairOrders"]
    assert (error["__typename"], error["message"].split(":")[0]) == (
        "UnauthenticatedError",
        "The API key is missing",
    )


def test_proxy(demo: str, visit: Any) -> None:
    """
    In front of a remote AutoSpot the tabs are about one repair order, and none of them reads.
    """
    with running(upstream_url=demo) as address:
        graphiql = GraphiQL(visit(f"{address}/graphql"))
        graphiql.write_headers(json.dumps({"X-API-Key": "demo-key"}))
        answers = [graphiql.run()["data"]["upsertRepairOrders"]]
        graphiql.open_tab("ReplaceTeam")
        answers.append(graphiql.run()["data"]["patchRepairOrders"])
        tabs = graphiql.tabs()
        graphiql.page.close()

    assert tabs == ["CreateRepairOrder", "FixPhoneNumber", "ReplaceTeam", "AllOrNothing"]
    assert [answer["__typename"] for answer in answers] == [
        "UpsertRepairOrdersSuccess",
        "PatchRepairOrdersSuccess",
    ]


def test_schema_comes_with_the_key(plain: str, database: tuple[str, str], visit: Any) -> None:
    """
    Outside of the demo there is no documentation before a valid key is written, and then there is.
    """
    graphiql = GraphiQL(visit(f"{plain}/graphql"))
    page: Page = graphiql.page
    page.get_by_role("button", name="Show Documentation Explorer").click()
    documentation = page.locator(".graphiql-doc-explorer")

    expect(documentation).to_contain_text("No GraphQL schema available")
    assert "With it come documentation" in graphiql.text("headers")
    graphiql.write_headers(json.dumps({"X-API-Key": _KEY}))
    expect(documentation).to_contain_text("Error fetching schema")
    graphiql.write_headers('{"X-API-Key": ')
    graphiql.write_headers(json.dumps({"X-API-Key": database[1]}))
    expect(documentation).to_contain_text("Mutation")


def test_without_introspection(database: tuple[str, str], visit: Any) -> None:
    """
    Where the schema is not told, the page does not ask for it, and its tabs run.
    """
    url, api_key = database
    with running(database_url=url, introspection="off") as address:
        graphiql = GraphiQL(visit(f"{address}/graphql"))
        graphiql.write_headers(json.dumps({"X-API-Key": api_key}))
        answer = graphiql.run()
        graphiql.page.close()

    assert answer["data"]["upsertRepairOrders"]["__typename"] == "BatchRejectedError"
