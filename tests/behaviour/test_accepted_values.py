"""Each value that is accepted, at its limits, at both doors: saved, and read back as it is kept."""

from typing import Any

import pytest

from gateway.contract import Kind
from tests.client import Client
from tests.contract.test_values import KEPT, SHOP, a_batch_with
from tests.samples_of import EVERY_FIELD, camel

Json = Any


def save(gateway: Client, door: str, batch: Json) -> None:
    """Create repair orders through a door, and see that they were saved."""
    if door == "rest":
        answer = gateway.rest("POST", batch)
        assert answer.status_code == 201, answer.text
    else:
        result = gateway.upsert(camel(batch))
        assert result["__typename"] == "UpsertRepairOrdersSuccess", result


doors = pytest.mark.parametrize("door", ["rest", "graphql"])


@doors
@pytest.mark.parametrize("row", [row for row in KEPT if row[0] is not SHOP])
def test_value_reads_back_as_it_is_kept(
    gateway: Client, shop: int, row: tuple[Kind[Any], Json, Json], door: str
) -> None:
    """
    A value comes back verbatim, or as the integer or the text that it equals.
    """
    kind, value, kept = row
    batch, (_, _, _, *path) = a_batch_with(kind, value)
    batch[0]["shop_id"] = shop
    number = batch[0]["repair_orders"][0]["repair_number"]

    save(gateway, door, batch)

    read = gateway.order(shop, number, EVERY_FIELD)
    for part in path:
        read = read[camel({part: 0}).popitem()[0] if isinstance(part, str) else part]
    assert (read, type(read)) == (kept, type(kept))


@doors
def test_whole_number_with_a_fraction_is_a_shop(gateway: Client, shop: int, door: str) -> None:
    """
    A shop's id that is written with a zero fraction is that shop's.
    """
    save(gateway, door, [{"shop_id": float(shop), "repair_orders": [{"repair_number": "1"}]}])

    assert gateway.order(shop, "1", "shopId") == {"shopId": shop}


@doors
def test_largest_team(gateway: Client, shop: int, door: str) -> None:
    """
    A team of 100 specialists is saved in the order sent, also when one of them comes twice.
    """
    team = [{"id": str(number), "title": "Estimator"} for number in range(98)]
    team += [{"id": "0", "title": "Painter"}, {"id": "0", "title": "Painter"}]
    order = {"repair_number": "1", "repair_team": team}

    save(gateway, door, [{"shop_id": shop, "repair_orders": [order]}])

    read = gateway.order(shop, "1", "repairTeam { id: memberId title }")
    assert read == {"repairTeam": team}


@doors
def test_shop_in_two_entries(gateway: Client, shop: int, door: str) -> None:
    """
    A shop may come in several entries, as long as none of its numbers comes twice.
    """
    entries = [{"shop_id": shop, "repair_orders": [{"repair_number": number}]} for number in "12"]

    save(gateway, door, entries)

    assert [gateway.order(shop, number, "repairNumber") for number in "12"] == [
        {"repairNumber": "1"},
        {"repairNumber": "2"},
    ]
