"""The description of the REST API, and the page that shows it."""

import re
from typing import Any
from urllib.parse import urljoin

import pytest

from gateway.contract import ITEM_PROBLEMS, RepairOrder, fields_of
from tests.client import Client


@pytest.fixture
def description(embedded: Client) -> Any:
    """
    The OpenAPI document.
    """
    return embedded.request("GET", "/-/openapi.json").json()


def test_description_is_of_openapi_3_1(description: Any) -> None:
    """
    The document names its version, and its references lead somewhere.
    """
    references = set(re.findall(r"'\$ref': '#/components/schemas/(\w+)'", str(description)))

    assert description["openapi"] == "3.1.0"
    assert references - set(description["components"]["schemas"]) == set()


def test_both_methods_are_described(description: Any) -> None:
    """
    POST and PATCH name their bodies, their key and their answers.
    """
    operations = description["paths"]["/batch/repair_orders"]

    assert {method: list(operation["responses"]) for method, operation in operations.items()} == {
        "post": [
            "201", "400", "401", "403", "404", "408", "409",
            "413", "415", "422", "429", "500", "504",
        ],
        "patch": [
            "200", "400", "401", "403", "404", "408", "409",
            "413", "415", "422", "429", "500", "504",
        ],
    }  # fmt: skip
    assert description["components"]["securitySchemes"]["apiKey"]["name"] == "X-API-Key"


def test_every_field_and_problem_is_described(description: Any) -> None:
    """
    A field of a repair order, and a problem of an item, is described without being written again.
    """
    schemas = description["components"]["schemas"]

    assert set(schemas["RepairOrder"]["properties"]) == set(fields_of(RepairOrder))
    assert set(schemas["RepairOrderPatch"]["properties"]) == set(fields_of(RepairOrder))
    assert {problem.__name__ for problem in ITEM_PROBLEMS} <= set(schemas)


def test_examples_are_what_the_gateway_takes(embedded: Client, shop: int, description: Any) -> None:
    """
    The examples can be sent as they are, in a shop that exists.
    """
    answers = []
    for method, operation in description["paths"]["/batch/repair_orders"].items():
        (entry,) = operation["requestBody"]["content"]["application/json"]["example"]
        answers.append(embedded.rest(method.upper(), [entry | {"shop_id": shop}]).status_code)

    assert answers == [201, 200]


def test_every_error_has_an_example_of_its_own(description: Any) -> None:
    """
    The example of an error is a problem document with the status that it stands at.
    """
    required = set(description["components"]["schemas"]["Problem"]["required"])
    for operation in description["paths"]["/batch/repair_orders"].values():
        errors = {status: a for status, a in operation["responses"].items() if status >= "400"}
        examples = {
            status: answer["content"]["application/problem+json"]["example"]
            for status, answer in errors.items()
        }

        assert {status: str(example["status"]) for status, example in examples.items()} == {
            status: status for status in errors
        }
        assert [example for example in examples.values() if required - set(example)] == []


def test_examples_of_errors_are_what_the_gateway_answers(
    embedded: Client, shop: int, description: Any
) -> None:
    """
    An error that a caller can bring about reads as its example does.
    """
    orders = [{"repair_number": "606471"}]
    embedded.rest("POST", [{"shop_id": shop, "repair_orders": orders}])
    hours = [orders[0] | {"total_estimated_hours": -1}]
    path, json = "/batch/repair_orders", {"Content-Type": "application/json"}

    answers = [
        embedded.request("POST", path, content='[{"shop_id": 33,}]', headers=json),
        embedded.rest("POST", [{"shop_id": 99, "repair_orders": orders}]),
        embedded.rest("POST", [{"shop_id": shop, "repair_orders": orders}]),
        embedded.request("POST", path, content="[]"),
        embedded.rest("PATCH", [{"shop_id": shop, "repair_orders": hours}]),
    ]

    described = description["paths"][path]["post"]["responses"]
    for answer in answers:
        example = described[str(answer.status_code)]["content"]["application/problem+json"]
        assert _of_any_shop(answer.json()) == _of_any_shop(example["example"])
    assert [answer.status_code for answer in answers] == [400, 404, 409, 415, 422]


def _of_any_shop(problem: Any) -> Any:
    """A problem document without what differs from request to request."""
    errors = [error | {"shop_id": None} for error in problem["errors"]]
    return problem | {"request_id": None, "errors": errors}


def test_page_loads_from_here_alone(embedded: Client) -> None:
    """
    The page and all that it names come from the gateway, and its policy allows nothing else.
    """
    page = embedded.request("GET", "/-/docs")
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    files = [name for name in named if not name.startswith("data:")]

    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert len(files) == 3
    assert [embedded.request("GET", urljoin("/-/docs", file)).status_code for file in files] == [
        200
    ] * 3
    assert "https:" not in page.text


def test_remote_autospot_describes_itself(proxied: Client) -> None:
    """
    In front of a remote AutoSpot there is neither page nor document.
    """
    paths = ("/-/docs", "/-/openapi.json")

    assert [proxied.request("GET", path).status_code for path in paths] == [404, 404]
