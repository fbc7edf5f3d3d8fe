"""Batches as they are sent, by either door, and what their repair orders tell when read."""

import json
from collections import defaultdict
from typing import Any, NamedTuple

from tests.client import PATCH, UPSERT
from tests.durability.history import Answer, Attempt, Key, Row, Verb

REST = "/batch/repair_orders"
GRAPHQL = "/graphql"
READ = """query($shop: Int!, $number: String!) {
  repairOrder(shopId: $shop, repairNumber: $number) { status }
}"""

_METHODS = {Verb.CREATE: "POST", Verb.PATCH: "PATCH"}
_MUTATIONS = {Verb.CREATE: UPSERT, Verb.PATCH: PATCH}


class Call(NamedTuple):
    """A request, without what all have in common."""

    method: str
    path: str
    body: str


def call_of(attempt: Attempt, also: Key | None, *, is_rest: bool) -> Call:
    """Send a batch; `also` is a repair order for which it has to be refused."""
    keys = [*attempt.keys, *([also] if also else [])]
    spelled = ("shop_id", "repair_orders") if is_rest else ("shopId", "repairOrders")
    numbers: dict[int, list[str]] = defaultdict(list)
    for shop_id, number in keys:
        numbers[shop_id].append(number)
    shops = [
        {spelled[0]: shop_id, spelled[1]: [_order(attempt, number, is_rest) for number in of_shop]}
        for shop_id, of_shop in numbers.items()
    ]
    if is_rest:
        return Call(_METHODS[attempt.verb], REST, json.dumps(shops))
    variables = {"input": {"shops": shops}}
    return Call("POST", GRAPHQL, _document(_MUTATIONS[attempt.verb], variables))


def call_to_read(key: Key) -> Call:
    """Read a repair order."""
    return Call("POST", GRAPHQL, _document(READ, {"shop": key[0], "number": key[1]}))


def answer_of(status: int, body: Any) -> tuple[Answer, str]:
    """What an answer to a batch says, and its code."""
    if body.get("data"):
        (result,) = body["data"].values()
        if "savedCount" in result:
            return Answer.SAVED, ""
        body = result
    elif status in {200, 201} and "saved" in body:
        return Answer.SAVED, ""
    is_refused = body.get("outcome") == "NOTHING_SAVED"
    # An answer that does not say what was saved is found out by its code.
    return Answer.REFUSED if is_refused else Answer.UNKNOWN, str(body.get("code", body))


def number_read(body: Any) -> int | None:
    """The batch that a repair order is of, in the answer to who reads it."""
    order = body["data"]["repairOrder"]
    return int(order["status"]) if order else None


def row_of(document: str, version: int) -> Row:
    """A repair order as it is stored."""
    fields = json.loads(document)
    number = int(fields["status"])
    return Row(number, version, is_torn=fields["total_estimated_hours"] != number)


def _order(attempt: Attempt, repair_number: str, is_rest: bool) -> dict[str, object]:  # noqa: FBT001  # of a list
    number = ("repair_number", "total_estimated_hours")
    names = number if is_rest else ("repairNumber", "totalEstimatedHours")
    return {names[0]: repair_number, "status": str(attempt.number), names[1]: attempt.number}


def _document(query: str, variables: object) -> str:
    return json.dumps({"query": query, "variables": variables})
