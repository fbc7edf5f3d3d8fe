"""Who is told the schema, by introspection and by the names in errors."""

from collections.abc import Generator

import pytest

from tests.client import Client
from tests.conftest import calling

MODERN = {"Accept": "application/graphql-response+json"}
SCHEMA = '{ __schema { queryType { name } } __type(name: "Query") { name } }'
TOLD = {"data": {"__schema": {"queryType": {"name": "Query"}}, "__type": {"name": "Query"}}}


@pytest.fixture
def silent(database: tuple[str, str]) -> Generator[Client]:
    """
    A caller of a gateway that tells nobody its schema.
    """
    with calling(database, database_url=database[0], introspection="off") as client:
        yield client


@pytest.fixture
def open_to_all(database: tuple[str, str]) -> Generator[Client]:
    """
    A caller of a gateway that tells everybody its schema.
    """
    with calling(database, database_url=database[0], introspection="on") as client:
        yield client


def test_key_opens_the_schema(gateway: Client) -> None:
    """
    As it comes, a gateway tells its schema to whoever has a key.
    """
    assert gateway.execute(SCHEMA) == TOLD


@pytest.mark.parametrize(
    "document", [SCHEMA, "{ ...F } fragment F on Query { __schema { types { name } } }"]
)
@pytest.mark.parametrize(("api_key", "wrong"), [(None, "missing"), ("nobody's", "not valid")])
def test_no_valid_key(embedded: Client, document: str, api_key: str | None, wrong: str) -> None:
    """
    Others are told nothing of it, and how to be told.
    """
    answer = embedded.with_key(api_key).request(
        "POST", "/graphql", json={"query": document}, headers=MODERN
    )

    (error,) = answer.json()["errors"]
    assert (answer.status_code, answer.headers["www-authenticate"]) == (
        401,
        'ApiKey realm="AutoSpot"',
    )
    assert error["message"] == (
        f"The API key is {wrong}: send a valid one in the X-API-Key header."
    )
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}
    assert answer.json().keys() == {"errors"}


def test_no_key_in_front_of_autospot(proxied: Client) -> None:
    """
    In front of a remote AutoSpot, which judges keys, a key is asked for too.
    """
    answer = proxied.with_key(None).execute(SCHEMA)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]


def test_open_to_all(open_to_all: Client) -> None:
    """
    Where everybody may know it, the schema needs no key.
    """
    assert open_to_all.with_key(None).execute(SCHEMA) == TOLD


def test_told_to_nobody(silent: Client) -> None:
    """
    Where nobody may know it, a key does not open it.
    """
    answer = silent.request("POST", "/graphql", json={"query": SCHEMA}, headers=MODERN)

    assert answer.status_code == 403
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == [
        "INTROSPECTION_DISABLED"
    ]


@pytest.mark.parametrize(
    ("document", "hidden", "shown"),
    [
        (
            "{ gatewey { mode } }",
            "Cannot query field 'gatewey' on type 'Query'.",
            " Did you mean 'gateway'?",
        ),
        (
            '{ repairOrder(shopId: 1, repairNumber: "1") }',
            "Field 'repairOrder' of type 'RepairOrder' must have a selection of subfields.",
            " Did you mean 'repairOrder { ... }'?",
        ),
        (
            "mutation { patchRepairOrders(input: {shop: [], shops: []}) { __typename } }",
            'Argument "input" is wrong at shop: expected another name.',
            'Argument "input" is wrong at shop: expected one of shops.',
        ),
    ],
)
def test_names_in_errors(
    embedded: Client, silent: Client, document: str, hidden: str, shown: str
) -> None:
    """
    An error suggests names of the schema only to those who may know it.
    """
    callers = [embedded, embedded.with_key(None), silent]

    told, *others = [caller.execute(document)["errors"][0]["message"] for caller in callers]

    assert told == (hidden + shown if shown.startswith(" ") else shown)
    assert others == [hidden, hidden]


def test_values_in_errors(embedded: Client) -> None:
    """
    So are the values of an enumeration.
    """
    document = (
        "mutation($i: UpsertRepairOrdersInput!) { upsertRepairOrders(input: $i) { __typename } }"
    )
    variables = {"i": {"shops": [], "onDuplicate": "KEEP"}}

    callers = [embedded, embedded.with_key(None)]

    messages = [c.execute(document, variables)["errors"][0]["message"] for c in callers]
    assert messages == [
        'Variable "$i" is wrong at onDuplicate: expected one of REJECT, UPDATE.',
        'Variable "$i" is wrong at onDuplicate: expected another name.',
    ]
