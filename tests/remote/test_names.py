"""AutoSpot's names of errors, in the spellings in which they may come."""

import json

import pytest

from tests.remote.outcomes import (
    REFUSED,
    SERVER_ERROR,
    Outcome,
    an_answer,
    duplicate,
    missing,
    outcome_of,
    rejected,
    shop,
)

SPELLINGS: list[tuple[str, Outcome]] = [
    ("Shop ID Does Not Exist", rejected(shop())),
    ("Shop Id does not exist.", rejected(shop())),
    ("SHOP_ID_DOES_NOT_EXIST", rejected(shop())),
    ("ShopIdDoesNotExist", rejected(shop())),
    ("AutoSpot.Errors.BadShopIdDoesNotExistException: at line 1", rejected(shop())),
    ("shop-id-does-not-exist", rejected(shop())),
    ("\ufeffShop ID Does Not Exist\r\n", rejected(shop())),
    ("Shop ID 44 does not exist", rejected(shop(1))),
    ("Error: Shop ID '44' Does Not Exist!", rejected(shop(1))),
    ("repair order number is duplicated", rejected(duplicate())),
    ("RepairOrderNumberIsDuplicated", rejected(duplicate())),
    ("REPAIR_ORDER_NUMBER_IS_DUPLICATED", rejected(duplicate())),
    ("Repair-Order Number is Duplicated!", rejected(duplicate())),
    ("Repair Order Number 606472 is Duplicated", rejected(duplicate("0/1"))),
    ("repair   order\nnumber does\tnot exist", rejected(missing())),
    ("repairOrderNumberDoesNotExist", rejected(missing())),
    ("Repair order number (A-17) does not exist.", rejected(missing("1/1"))),
    ("internal server error", SERVER_ERROR),
    ("INTERNAL_SERVER_ERROR", SERVER_ERROR),
    ("<html><h1>Internal Server Error</h1></html>", SERVER_ERROR),
    ("The workshop ID does not exist", REFUSED),
    ("Shop does not exist", REFUSED),
    ("2 internal server errors", REFUSED),
]


@pytest.mark.parametrize("wrap", ["{}", '{{"message": {}}}'], ids=["text", "json"])
@pytest.mark.parametrize(("text", "outcome"), SPELLINGS)
def test_spelling(text: str, wrap: str, outcome: Outcome) -> None:
    """
    A name is found in any case and punctuation, in a text and in JSON.
    """
    body = text if wrap == "{}" else wrap.format(json.dumps(text))

    assert outcome_of(an_answer(400, body)) == outcome
