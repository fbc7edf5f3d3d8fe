"""Every operation of the contract's document, as written, in one document."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client
from tests.conftest import calling, filled

DOCUMENT = (Path(__file__).parents[1] / "samples" / "operations.graphql").read_text()
KEY = {"shopId": 33, "repairNumber": "606472"}


@pytest.fixture
def shop_33(url: str) -> Generator[Client]:
    """
    A caller of an empty gateway with the shops 33, 34 and 35.
    """
    with calling(filled(url, range(33, 36)), database_url=url) as client:
        yield client


def _run(client: Client, name: str, variables: Any = None) -> Any:
    answer = client.execute(DOCUMENT, variables, operationName=name)
    assert "errors" not in answer, answer
    return answer["data"]


@pytest.fixture
def created(shop_33: Client) -> Client:
    """
    The same caller, once repair order 606472 is created.
    """
    _run(shop_33, "CreateOne")
    return shop_33


def test_hello(shop_33: Client) -> None:
    """
    The gateway says what it can do, and who asks.
    """
    data = _run(shop_33, "Hello")

    assert data["gateway"]["mode"] == "EMBEDDED"
    assert data["gateway"]["canRead"] is True
    assert data["gateway"]["upsertMixesAtomically"] is True
    assert data["gateway"]["limits"] == {
        "maxRepairOrdersPerRequest": 10_000,
        "maxRequestBytes": 16_777_216,
        "maxReportedErrors": 1_000,
    }
    assert data["viewer"] == {"name": "tests", "canWrite": True, "allShops": True, "shopIds": []}


def test_create_one(shop_33: Client) -> None:
    """
    A repair order is created from literals.
    """
    assert _run(shop_33, "CreateOne")["upsertRepairOrders"] == {
        "__typename": "UpsertRepairOrdersSuccess",
        "savedCount": 1,
        "saved": [{**KEY, "action": "CREATED"}],
    }


def test_create_many(shop_33: Client) -> None:
    """
    Repair orders of several shops are created from a variable.
    """
    shops = [
        {"shopId": 33, "repairOrders": [{"repairNumber": "1"}]},
        {"shopId": 34, "repairOrders": [{"repairNumber": "1"}]},
    ]

    result = _run(shop_33, "CreateMany", {"input": {"shops": shops}})["upsertRepairOrders"]

    assert result.pop("requestId")
    assert result == {
        "__typename": "UpsertRepairOrdersSuccess",
        "outcome": "SAVED",
        "savedCount": 2,
        "saved": [
            {"path": ["input", "shops", "0", "repairOrders", "0"], "action": "CREATED"},
            {"path": ["input", "shops", "1", "repairOrders", "0"], "action": "CREATED"},
        ],
    }


def test_sync_from_source(created: Client) -> None:
    """
    A true upsert creates, updates and leaves alone in one batch.
    """
    shops = [
        {"shopId": 34, "repairOrders": [{"repairNumber": "1"}]},
        {"shopId": 33, "repairOrders": [{"repairNumber": "606472", "status": "Done"}]},
    ]

    result = _run(created, "SyncFromSource", {"shops": shops})["upsertRepairOrders"]
    again = _run(created, "SyncFromSource", {"shops": shops})["upsertRepairOrders"]

    assert [saved["action"] for saved in result["saved"]] == ["CREATED", "UPDATED"]
    assert [saved["action"] for saved in again["saved"]] == ["UNCHANGED", "UNCHANGED"]


def test_fix_phone(created: Client) -> None:
    """
    One nested field is changed, and the others of its object stay.
    """
    assert _run(created, "FixPhone")["patchRepairOrders"] == {
        "__typename": "PatchRepairOrdersSuccess",
        "savedCount": 1,
    }
    customer = created.order(33, "606472", "customer { firstName phoneNumber }")["customer"]
    assert customer == {"firstName": "Bilbo", "phoneNumber": "555-0199"}


def test_clear_and_replace(created: Client) -> None:
    """
    A field is cleared and the team replaced.
    """
    assert _run(created, "ClearAndReplace")["patchRepairOrders"] == {
        "__typename": "PatchRepairOrdersSuccess",
        "saved": [{"repairOrder": {"repairTeam": [{"memberId": "4849843"}]}}],
    }


def test_broken(created: Client) -> None:
    """
    Every problem of a batch is listed in the order of the input, and nothing is saved.
    """
    result = _run(created, "Broken")["patchRepairOrders"]

    assert result.pop("requestId")
    assert result == {
        "__typename": "BatchRejectedError",
        "code": "BATCH_REJECTED",
        "message": "3 of 4 repair orders were refused; nothing was saved.",
        "outcome": "NOTHING_SAVED",
        "retryable": False,
        "errorCount": 4,
        "errors": [
            {
                "__typename": "RepairOrderNotFoundError",
                "code": "REPAIR_ORDER_NUMBER_DOES_NOT_EXIST",
                "message": "Repair Order Number Does Not Exist in this shop.",
                "path": ["input", "shops", "0", "repairOrders", "1", "repairNumber"],
                "shopId": 33,
                "repairNumber": "nope",
            },
            {
                "__typename": "InvalidInputError",
                "code": "INVALID_INPUT",
                "message": "Not an ISO 8601 date and time. Expected a real date and time such as "
                "2020-03-11T09:30:00-07:00, 2020-03-11T09:30:00Z or 2020-03-11T09:30.",
                "path": ["input", "shops", "0", "repairOrders", "2", "scheduledArrival"],
                "shopId": 33,
                "repairNumber": "606472",
                "reason": "NOT_A_DATE_TIME",
            },
            {
                "__typename": "InvalidInputError",
                "code": "INVALID_INPUT",
                "message": "null cannot be given here; leave the field out or send a value. "
                "Expected a list of objects.",
                "path": ["input", "shops", "0", "repairOrders", "2", "repairTeam"],
                "shopId": 33,
                "repairNumber": "606472",
                "reason": "NULL_NOT_ALLOWED",
            },
            {
                "__typename": "ShopNotFoundError",
                "code": "SHOP_ID_DOES_NOT_EXIST",
                "message": "Shop ID Does Not Exist, or the API key has no right to it.",
                "path": ["input", "shops", "1", "shopId"],
                "shopId": 99,
                "repairNumber": None,
            },
        ],
    }
    assert created.order(33, "606472", "status") == {"status": "Active"}


def test_read_back(created: Client) -> None:
    """
    What was sent is read back as it was sent.
    """
    order = _run(created, "ReadBack")["repairOrder"]

    assert order.pop("id")
    assert order.pop("createdAt") == order.pop("updatedAt")
    assert order == {
        **KEY,
        "status": "Active",
        "totalEstimatedHours": 48,
        "scheduledArrival": "2020-03-11T09:30:00-07:00",
        "customer": {"firstName": "Bilbo", "phoneNumber": "5553337777"},
        "vehicle": {"year": 2000, "make": "Chevrolet", "model": "Silverado", "color": "Red"},
        "insurance": {"name": "State Farm"},
        "repairTeam": [{"memberId": "4849843", "title": "Estimator"}],
    }
