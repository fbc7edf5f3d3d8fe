"""The entries of a saved batch: completed at once, and as graphql-core would."""

from typing import Any

import pytest

from tests.client import Client

Json = Any


@pytest.mark.parametrize(
    "selection",
    [
        "path repairNumber action",
        "shopId",
        "__typename a: action b: action path",
        "...Rest repairNumber ... on SavedRepairOrder { path }",
        "action @skip(if: true) path @include(if: true)",
        "repairNumber repairNumber n: repairNumber",
    ],
)
def test_entries_are_those_of_graphql_core(gateway: Client, shop: int, selection: str) -> None:
    """
    Plain values are answered as they are beside a field that graphql-core completes.
    """
    shops = [
        {"shopId": shop, "repairOrders": [{"repairNumber": "1"}, {"repairNumber": "2"}]},
        {"shopId": shop, "repairOrders": [{"repairNumber": "3"}]},
    ]
    document = f"""mutation($input: UpsertRepairOrdersInput!) {{
      upsertRepairOrders(input: $input) {{
        ... on UpsertRepairOrdersSuccess {{
          fast: saved {{ {selection} }}
          slow: saved {{ {selection} repairOrder {{ status }} }}
        }}
      }}
    }}
    fragment Rest on SavedRepairOrder {{ shopId }}"""
    if "Rest" not in selection:
        document = document.partition("fragment")[0]

    answer = gateway.execute(document, {"input": {"shops": shops}})

    result = answer["data"]["upsertRepairOrders"]
    for entry in result["slow"]:
        del entry["repairOrder"]
    assert result["fast"] == result["slow"]
    assert list(result["fast"][0]) == list(result["slow"][0])
    assert len(result["fast"]) == 3
