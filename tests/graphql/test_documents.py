"""Documents: how large they may be, and which are known."""

from typing import Any

import pytest
from graphql import GraphQLError

from gateway.contract import Limits
from gateway.graphql.documents import Documents, WrongDocument
from gateway.graphql.schema import GatewaySchema
from tests.client import Client
from tests.server import running

SCHEMA = GatewaySchema()._schema  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  # the types as they run


def documents(**limits: int) -> Documents:
    """Documents of the gateway's schema."""
    return Documents(SCHEMA, Limits(**limits))


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (
            {"max_document_characters": 30},
            "The document is too large: 30 characters are allowed. "
            "Send repair orders as variables.",
        ),
        (
            {"max_document_tokens": 6},
            "The document is too large: 6 tokens are allowed. Send repair orders as variables.",
        ),
    ],
)
def test_large_document_is_refused(limits: dict[str, Any], message: str, embedded: Client) -> None:
    """
    A document that is too large is refused before it is read, and a smaller one runs.
    """
    with running(upstream_url="http://127.0.0.1:9", **limits) as url:
        gateway = Client(url, "key", embedded.http)
        answer = gateway.execute("{ gateway { version version mode } }")
        smaller = gateway.execute("{ gateway { mode } }")

    assert answer == {
        "errors": [{"message": message, "extensions": {"code": "DOCUMENT_TOO_LARGE"}}]
    }
    assert smaller == {"data": {"gateway": {"mode": "PROXY"}}}


def test_document_of_many_lines() -> None:
    """
    Empty lines count too, since the place of every error is looked up among the lines.
    """
    few = documents(max_document_tokens=5)

    assert few.prepared("{\n__typename\r\n\r}\n", None)
    with pytest.raises(GraphQLError, match="too large: 5 lines are allowed"):
        few.prepared("{\n__typename\r\n\r\n}\n\n", None)


def test_batch_of_a_large_document_is_refused(embedded: Client) -> None:
    """
    A batch in variables does not make its document allowed.
    """
    with running(upstream_url="http://127.0.0.1:9", max_document_tokens=5) as url:
        answer = Client(url, "key", embedded.http).execute(
            "mutation($shops: [ShopRepairOrdersInput!]!) "
            "{ upsertRepairOrders(input: {shops: $shops}) { __typename } }",
            {"shops": []},
        )

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["DOCUMENT_TOO_LARGE"]


def test_document_is_read_once() -> None:
    """
    A document that was read and checked is known.
    """
    known = documents()

    assert known.prepared("{ __typename }", None) is known.prepared("{ __typename }", None)


@pytest.mark.parametrize(
    ("document", "refusal"),
    [("{ __typename", GraphQLError), ("{ nothing }", WrongDocument)],
)
def test_wrong_document_is_not_known(document: str, refusal: type[Exception]) -> None:
    """
    What is no right document is refused each time.
    """
    known = documents()

    for _ in range(2):
        with pytest.raises(refusal):
            known.prepared(document, None)


@pytest.mark.parametrize(
    "document",
    [
        "query A { __typename } query B { __typename }",
        f"{{ __typename }} # {'long ' * 10_000}",
    ],
)
def test_unusual_document_is_not_known(document: str) -> None:
    """
    An operation that may not run, or that is very long, is read each time.
    """
    known = documents()

    assert known.prepared(document, None) is not known.prepared(document, None)


@pytest.mark.parametrize("size", [0, 2_000])
def test_documents_are_forgotten(size: int) -> None:
    """
    Only so many are known, and only so much text: the one that was not used longest goes first.
    """
    known = documents()
    texts = [f"{{ __typename }} #{n}{'#' * size}" for n in range(300)]
    first, second = (known.prepared(text, None) for text in texts[:2])

    for text in texts[2:]:
        known.prepared(text, None)
        assert known.prepared(texts[0], None) is first

    assert known.prepared(texts[1], None) is not second
