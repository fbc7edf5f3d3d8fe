"""What scanners of GraphQL servers look for, such as graphql-cop, finds nothing in production."""

from collections.abc import Generator
from typing import Any

import httpx
import pytest

from tests.client import Client
from tests.conftest import calling

BROWSER = {"Accept": "text/html"}
PATCH = "patchRepairOrders(input: {shops: []}) { __typename }"


@pytest.fixture(scope="module")
def production(database: tuple[str, str]) -> Generator[Client]:
    """
    A caller without a key, of a gateway as it comes, but for its page for browsers.
    """
    with calling(database, database_url=database[0], graphiql=False) as client:
        yield client.with_key(None)


def _codes(answer: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("sent", "codes"),
    [
        ({"query": "{ " + " ".join(f"a{n}: __typename" for n in range(101)) + " }"},
         ["DOCUMENT_TOO_COSTLY"]),
        ({"query": "{ __typename " + "@aa" * 10 + " }"}, ["DOCUMENT_TOO_COSTLY"]),
        ({"query": "{ " + "__typename " * 500 + " }"}, ["DOCUMENT_TOO_COSTLY"]),
        ({"query": f"{{ __schema {{ types {{ {'fields { type { ' * 4} name {'} }' * 4} }} }} }}"},
         ["DOCUMENT_TOO_DEEP"]),
        ([{"query": "{ __typename }"}] * 10, ["ONE_OPERATION_PER_REQUEST"]),
        ({"query": "{ __schema { types { name fields { name } } } }"}, ["UNAUTHENTICATED"]),
    ],
    ids=["aliases", "directives", "fields", "circles", "batch", "introspection"],
)  # fmt: skip
def test_costly_or_curious(production: Client, sent: Any, codes: list[str]) -> None:
    """
    What would cost too much, or tell the schema, is answered with one error and no data.
    """
    answer = production.request("POST", "/graphql", json=sent)

    assert _codes(answer) == codes
    assert "data" not in answer.json()


def test_field_suggestions(production: Client) -> None:
    """
    A misspelt field is refused without the name of another.
    """
    answer = production.request(
        "POST", "/graphql", json={"query": "query cop { __schema { directive } }"}
    )

    assert _codes(answer) == ["GRAPHQL_VALIDATION_FAILED"]
    assert "Did you mean" not in answer.text


def test_mutation_by_get(production: Client) -> None:
    """
    No mutation runs by GET, not even one that only asks for its type.
    """
    answer = production.request("GET", "/graphql", params={"query": "mutation { __typename }"})

    assert (answer.status_code, _codes(answer)) == (405, ["METHOD_NOT_ALLOWED"])


@pytest.mark.parametrize(
    "options",
    [
        {"data": {"query": f"mutation {{ {PATCH} }}"}},
        {"files": {"operations": (None, f'{{"query": "mutation {{ {PATCH} }}"}}')}},
        {
            "content": f'{{"query": "mutation {{ {PATCH} }}"}}',
            "headers": {"Content-Type": "text/plain"},
        },
        {"content": f'{{"query": "mutation {{ {PATCH} }}"}}'},
        {"params": {"query": f"mutation {{ {PATCH} }}"}},
    ],
    ids=["form", "multipart", "text", "no type", "query string"],
)
def test_request_of_another_site(production: Client, options: Any) -> None:
    """
    What a page of another site may send without being asked runs nothing.
    """
    answer = production.request("POST", "/graphql", **options)

    assert (answer.status_code, _codes(answer)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize("query", ["{ __typename }", "qwerty"])
def test_traces(production: Client, query: str) -> None:
    """
    No answer carries a trace of the run or of a failure, whatever headers ask for it.
    """
    headers = {"X-Apollo-Tracing": "1", "Apollo-Query-Plan-Experimental": "1"}

    answer = production.request("POST", "/graphql", json={"query": query}, headers=headers)

    assert "extensions" not in answer.json()
    assert not any(word in answer.text for word in ("tracing", "exception", "stacktrace"))


@pytest.mark.parametrize(
    "path", ["/", "/graphql", "/graphiql", "/playground", "/console", "/v1/graphql/explorer"]
)
def test_consoles(production: Client, path: str) -> None:
    """
    No console is found where its page is turned off.
    """
    answer = production.request("GET", path, headers=BROWSER)

    assert answer.status_code == 404
    assert not any(word in answer.text for word in ("<html", "playground"))
