"""What a batch does: AutoSpot's rules, the same at both doors."""

from typing import Any

import pytest

from tests.client import Client

Json = Any


def graphql_shop(shop: int, *orders: Json) -> Json:
    """An entry of a batch as GraphQL spells it."""
    return {"shopId": shop, "repairOrders": list(orders)}


def rest_shop(shop: int, *orders: Json) -> Json:
    """An entry of a batch as AutoSpot spells it."""
    return {"shop_id": shop, "repair_orders": list(orders)}


def numbered(*numbers: str) -> list[Json]:
    """Repair orders with these numbers, for GraphQL."""
    return [{"repairNumber": number} for number in numbers]


def create(gateway: Client, shop: int, *numbers: str) -> None:
    """Create repair orders that a test starts from."""
    result = gateway.upsert([graphql_shop(shop, *numbered(*numbers))])
    assert result["__typename"] == "UpsertRepairOrdersSuccess", result


def exists(gateway: Client, shop: int, number: str) -> bool:
    """Whether a repair order can be read."""
    return gateway.order(shop, number, "id") is not None


def told(gateway: Client, *actions: str) -> list[str | None]:
    """What a gateway tells of what was done: a remote AutoSpot does not say what it changed."""
    return [None if gateway.reader else action for action in actions]


def place(entry: int, order: int) -> list[str]:
    """The path of a repair order's number."""
    return ["input", "shops", str(entry), "repairOrders", str(order), "repairNumber"]


def test_one_bad_order_saves_nothing(gateway: Client, shop: int) -> None:
    """
    If one order of ten is a duplicate, none of the ten is saved.
    """
    create(gateway, shop, "7")

    result = gateway.upsert([graphql_shop(shop, *numbered(*"0123456789"))])

    assert result["message"] == "1 of 10 repair orders was refused; nothing was saved."
    assert [(error["path"], error["duplicateOf"]) for error in result["errors"]] == [
        (place(0, 7), "STORED")
    ]
    assert not exists(gateway, shop, "0")


def test_one_bad_shop_saves_nothing_in_the_others(gateway: Client, shop: int) -> None:
    """
    All or nothing spans all shops of a request.
    """
    result = gateway.upsert(
        [graphql_shop(shop, *numbered("1")), graphql_shop(99_999, *numbered("1", "2"))]
    )

    assert result["message"] == "2 of 3 repair orders were refused; nothing was saved."
    assert [
        (error["__typename"], error["path"], error["shopId"], error["repairNumbers"])
        for error in result["errors"]
    ] == [("ShopNotFoundError", ["input", "shops", "1", "shopId"], 99_999, ["1", "2"])]
    assert not exists(gateway, shop, "1")


def test_unknown_shop_is_named_once_an_entry(gateway: Client) -> None:
    """
    A shop that does not exist is reported for each entry, with that entry's numbers.
    """
    result = gateway.patch(
        [graphql_shop(99_999, *numbered("1")), graphql_shop(99_999, *numbered("2"))]
    )

    assert [(error["path"][2], error["repairNumbers"]) for error in result["errors"]] == [
        ("0", ["1"]),
        ("1", ["2"]),
    ]


@pytest.mark.parametrize("on_duplicate", ["REJECT", "UPDATE"])
def test_number_twice_in_one_request(gateway: Client, shop: int, on_duplicate: str) -> None:
    """
    A number that a request carries twice for one shop is refused, also in two entries of it.
    """
    result = gateway.upsert(
        [graphql_shop(shop, *numbered("1", "2", "1")), graphql_shop(shop, *numbered("2"))],
        on_duplicate,
    )

    assert [
        (error["path"], error["duplicateOf"], error["firstPath"]) for error in result["errors"]
    ] == [
        (place(0, 2), "SAME_REQUEST", place(0, 0)),
        (place(1, 0), "SAME_REQUEST", place(0, 1)),
    ]
    assert not exists(gateway, shop, "1")


def test_number_that_is_stored_and_repeated(embedded: Client, shop: int) -> None:
    """
    Each place of a number that is a duplicate is named once.
    """
    create(embedded, shop, "1")

    result = embedded.upsert([graphql_shop(shop, *numbered("1", "1"))])

    assert [(error["path"], error["duplicateOf"]) for error in result["errors"]] == [
        (place(0, 0), "STORED"),
        (place(0, 1), "SAME_REQUEST"),
    ]


def test_same_number_in_two_shops(gateway: Client, shop: int) -> None:
    """
    A number is unique within its shop only.
    """
    other = shop + 100_000
    result = gateway.upsert(
        [graphql_shop(shop, *numbered("1")), graphql_shop(other, *numbered("1"))]
    )

    assert [error["__typename"] for error in result["errors"]] == ["ShopNotFoundError"]


def test_leading_zeros_count(gateway: Client, shop: int) -> None:
    """
    A repair order number is text.
    """
    create(gateway, shop, "1", "01", "001", " 1")

    assert not exists(gateway, shop, "0001")


def test_repeated_patches_apply_in_order(gateway: Client, shop: int) -> None:
    """
    Two patches of one order apply one after the other, and are not merged with each other first.
    """
    gateway.upsert(
        [graphql_shop(shop, {"repairNumber": "1", "customer": {"firstName": "A", "lastName": "B"}})]
    )

    result = gateway.patch(
        [
            graphql_shop(
                shop,
                {"repairNumber": "1", "customer": None},
                {"repairNumber": "1", "customer": {"phoneNumber": "1"}},
                {"repairNumber": "1"},
            )
        ]
    )

    actions = ["UPDATED", "UPDATED", "UNCHANGED"]
    assert [saved["action"] for saved in result["saved"]] == told(gateway, *actions)
    assert result["savedCount"] == 3
    assert gateway.order(shop, "1", "customer { firstName lastName phoneNumber }") == {
        "customer": {"firstName": None, "lastName": None, "phoneNumber": "1"}
    }


def test_unknown_number_in_a_patch(gateway: Client, shop: int) -> None:
    """
    Every number of a patch that does not exist is named, and nothing is saved.
    """
    create(gateway, shop, "1")

    result = gateway.patch(
        [graphql_shop(shop, {"repairNumber": "1", "status": "x"}, *numbered("2", "3"))]
    )

    assert [(error["code"], error["path"]) for error in result["errors"]] == [
        ("REPAIR_ORDER_NUMBER_DOES_NOT_EXIST", place(0, 1)),
        ("REPAIR_ORDER_NUMBER_DOES_NOT_EXIST", place(0, 2)),
    ]
    assert gateway.order(shop, "1", "status") == {"status": None}


def test_unchanged_order_keeps_its_time(gateway: Client, shop: int) -> None:
    """
    updatedAt moves when something changes, and only then; 48 and 48.0 are equal.
    """
    gateway.upsert([graphql_shop(shop, {"repairNumber": "1", "totalEstimatedHours": 48})])
    before = gateway.order(shop, "1", "createdAt updatedAt")

    unchanged = gateway.rest(
        "PATCH", [rest_shop(shop, {"repair_number": "1", "total_estimated_hours": 48.0})]
    )
    after = gateway.order(shop, "1", "createdAt updatedAt")
    gateway.patch([graphql_shop(shop, {"repairNumber": "1", "status": "x"})])
    changed = gateway.order(shop, "1", "createdAt updatedAt")

    assert unchanged.status_code == 200
    assert after == before
    assert changed["createdAt"] == before["createdAt"]
    assert changed["updatedAt"] > before["updatedAt"]


def test_null_in_a_creation_reads_back_as_absent(gateway: Client, shop: int) -> None:
    """
    A stored document holds no nulls, also when one was sent to create it.
    """
    answer = gateway.rest(
        "POST",
        [
            rest_shop(
                shop,
                {
                    "repair_number": "1",
                    "status": None,
                    "vehicle": {"year": None},
                    "repair_team": None,
                    "customer": {"first_name": "null"},
                },
            )
        ],
    )

    assert answer.status_code == 201, answer.text
    fields = "status vehicle { year } repairTeam { memberId } customer { firstName }"
    assert gateway.order(shop, "1", fields) == {
        "status": None,
        "vehicle": {"year": None},
        "repairTeam": [],
        "customer": {"firstName": "null"},
    }


def test_upsert_merges_as_a_patch_does(gateway: Client, shop: int) -> None:
    """
    onDuplicate: UPDATE merges into what exists, null clears, and a null team is refused.
    """
    gateway.upsert(
        [
            graphql_shop(
                shop,
                {"repairNumber": "1", "status": "a", "vehicle": {"make": "Ford", "color": "Red"}},
            )
        ]
    )

    saved = gateway.upsert(
        [graphql_shop(shop, {"repairNumber": "1", "status": None, "vehicle": {"color": "Blue"}})],
        "UPDATE",
    )
    refused = gateway.upsert(
        [graphql_shop(shop, {"repairNumber": "1", "repairTeam": None})], "UPDATE"
    )

    assert [order["action"] for order in saved["saved"]] == told(gateway, "UPDATED")
    assert gateway.order(shop, "1", "status vehicle { make color }") == {
        "status": None,
        "vehicle": {"make": "Ford", "color": "Blue"},
    }
    assert refused["errors"][0]["reason"] == "NULL_NOT_ALLOWED"


def test_both_doors_see_the_same_rows(gateway: Client, shop: int) -> None:
    """
    What one door created, the other refuses to create again and can change.
    """
    created = gateway.rest("POST", [rest_shop(shop, {"repair_number": "1", "status": "a"})])
    duplicate = gateway.upsert([graphql_shop(shop, *numbered("1"))])
    changed = gateway.rest("PATCH", [rest_shop(shop, {"repair_number": "1", "status": "b"})])

    assert (created.status_code, created.json()["saved"]) == (201, 1)
    assert duplicate["errors"][0]["code"] == "REPAIR_ORDER_NUMBER_IS_DUPLICATED"
    assert (changed.status_code, changed.json()["saved"]) == (200, 1)
    assert gateway.order(shop, "1", "status") == {"status": "b"}


def test_rest_names_every_offender(gateway: Client, shop: int) -> None:
    """
    The problem document lists all problems in the order of the input, with JSON pointers.
    """
    create(gateway, shop, "1")

    answer = gateway.rest(
        "POST",
        [
            rest_shop(shop, {"repair_number": "1"}, {"repair_number": "2", "rental_car": "yes"}),
            rest_shop(99_999, {"repair_number": "3"}),
            rest_shop(shop, {"repair_number": "1"}),
        ],
    )

    document = answer.json()
    assert answer.status_code == document.pop("status") == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert document.pop("request_id") == answer.headers["x-request-id"]
    assert document == {
        "type": "urn:autospot-gateway:batch-rejected",
        "title": "Batch rejected",
        "code": "BATCH_REJECTED",
        "outcome": "NOTHING_SAVED",
        "retryable": False,
        "detail": "4 of 4 repair orders were refused; nothing was saved.",
        "error_count": 4,
        "errors": [
            {
                "code": "REPAIR_ORDER_NUMBER_IS_DUPLICATED",
                "message": "Repair Order Number is Duplicated: the shop already has it.",
                "pointer": "/0/repair_orders/0/repair_number",
                "shop_id": shop,
                "repair_number": "1",
                "duplicate_of": "STORED",
            },
            {
                "code": "INVALID_INPUT",
                "message": "The value has another type than the field. Expected true or false.",
                "pointer": "/0/repair_orders/1/rental_car",
                "shop_id": shop,
                "repair_number": "2",
                "reason": "WRONG_TYPE",
            },
            {
                "code": "SHOP_ID_DOES_NOT_EXIST",
                "message": "Shop ID Does Not Exist, or the API key has no right to it.",
                "pointer": "/1/shop_id",
                "shop_id": 99_999,
                "repair_numbers": ["3"],
            },
            {
                "code": "REPAIR_ORDER_NUMBER_IS_DUPLICATED",
                "message": "Repair Order Number is Duplicated: "
                "it stands earlier in the same request for the same shop.",
                "pointer": "/2/repair_orders/0/repair_number",
                "shop_id": shop,
                "repair_number": "1",
                "duplicate_of": "SAME_REQUEST",
                "first_pointer": "/0/repair_orders/0/repair_number",
            },
        ],
    }


@pytest.mark.parametrize(
    ("method", "shops", "status"),
    [
        ("POST", [(0, "1")], 409),
        ("POST", [(0, "2"), (0, "2")], 409),
        ("PATCH", [(0, "2")], 404),
        ("PATCH", [(1, "1")], 404),
        ("PATCH", [(0, "2"), (0, " ")], 422),
        ("PATCH", [(0, " ")], 422),
    ],
)
def test_status_of_a_rejection(
    gateway: Client, shop: int, method: str, shops: list[tuple[int, str]], status: int
) -> None:
    """
    Problems that agree on a status answer with it, others with 422.
    """
    create(gateway, shop, "1")

    answer = gateway.rest(
        method,
        [
            rest_shop(99_999 if other else shop, {"repair_number": number})
            for other, number in shops
        ],
    )

    assert (answer.status_code, answer.json()["code"]) == (status, "BATCH_REJECTED")


def test_reported_errors_are_cut_and_counted(gateway: Client, shop: int) -> None:
    """
    An answer lists the first 1,000 problems, and counts all.
    """
    result = gateway.patch([graphql_shop(shop, *numbered(*map(str, range(1_001))))])

    assert result["errorCount"] == 1_001
    assert len(result["errors"]) == 1_000
    assert result["errors"][-1]["path"] == place(0, 999)


def test_ten_thousand_orders(gateway: Client, shop: int) -> None:
    """
    A request carries up to 10,000 repair orders; one more is refused before it is looked at.
    """
    orders = [{"repair_number": str(number)} for number in range(10_000)]

    saved = gateway.rest("POST", [rest_shop(shop, *orders)])
    refused = gateway.rest("PATCH", [rest_shop(shop, *orders, {"repair_number": "x"})])

    assert (saved.status_code, saved.json()["saved"]) == (201, 10_000)
    assert refused.status_code == 422
    assert [error["reason"] for error in refused.json()["errors"]] == ["TOO_MANY"]
