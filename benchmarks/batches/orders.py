"""Repair orders as a shop sends them, in both spellings."""

import json
from typing import Any, cast

UNIQUE = b"@@@@@@@@"
"""Stands in every number of a body, to be replaced in each request."""

SHOP = 33

_COUNT = """mutation Save($input: UpsertRepairOrdersInput!) {
  upsertRepairOrders(input: $input) {
    __typename
    ... on UpsertRepairOrdersSuccess { savedCount }
    ... on GatewayError { code message }
  }
}"""
_ROWS = _COUNT.replace("savedCount", "savedCount saved { path repairNumber action }")
OPERATIONS = {"count": _COUNT, "rows": _ROWS}


def graphql_body(orders: int, operation: str) -> bytes:
    """The body of a mutation that creates so many repair orders."""
    shop = {"shopId": SHOP, "repairOrders": [_order(place) for place in range(orders)]}
    sent = {"query": OPERATIONS[operation], "variables": {"input": {"shops": [shop]}}}
    return json.dumps(sent, separators=(",", ":")).encode()


def rest_body(orders: int) -> bytes:
    """The same repair orders as a body of the REST batch API."""
    shop = {"shop_id": SHOP, "repair_orders": [_snake(_order(place)) for place in range(orders)]}
    return json.dumps([shop], separators=(",", ":")).encode()


def _order(place: int) -> dict[str, Any]:
    day, time = place % 28 + 1, f"{place % 24:02}:{place % 60:02}:{place % 59:02}"
    return {
        "repairNumber": f"{UNIQUE.decode()}-{place}",
        "scheduledArrival": f"2020-03-{day:02}T{time}-07:00",
        "scheduledComplete": f"2020-04-{day:02}T{time}-07:00",
        "scheduledDelivery": f"2020-05-{day:02}T{time}-07:00",
        "rentalCar": place % 2 == 0,
        "totalEstimatedHours": place % 50 + 0.5,
        "status": "Active",
        "vehicle": {"year": 2000 + place % 25, "make": "Chevrolet", "model": "Silverado"},
        "customer": {
            "firstName": "Jane",
            "lastName": f"Sample {place}",
            "email": f"jane.{place}@example.com",
            "phoneNumber": "555-0100",
        },
        "insurance": {"name": "Example Mutual"},
        "repairTeam": [
            {"id": "4849843", "firstName": "Tom", "lastName": "Test", "title": "Estimator"},
            {"id": "4849844", "firstName": "Pia", "lastName": "Paint", "title": "Painter"},
        ],
    }


def _snake(value: Any) -> Any:
    if isinstance(value, list):
        return [_snake(entry) for entry in cast("list[Any]", value)]
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {_snake_name(name): _snake(member) for name, member in members.items()}
    return value


def _snake_name(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
