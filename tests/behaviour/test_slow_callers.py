"""Callers who are slow, or never come to an end, and what others notice of them: nothing."""

import json
import socket
from collections.abc import Generator
from contextlib import ExitStack
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.client import Client
from tests.conftest import calling

REST = "/batch/repair_orders"
MANY = 1_000


@pytest.fixture(scope="module")
def narrow(database: tuple[str, str]) -> Generator[Client]:
    """
    A caller of a gateway that has room for few connections.
    """
    with calling(database, database_url=database[0], max_connections=100) as client:
        yield client


@pytest.fixture(scope="module")
def impatient(database: tuple[str, str]) -> Generator[Client]:
    """
    A caller of a gateway that waits neither for a body nor for a reader longer than a moment.
    """
    with calling(
        database, database_url=database[0], body_timeout=0.2, answer_timeout=0.2
    ) as client:
        yield client


def connect(gateway: Client) -> socket.socket:
    """Connect to a gateway."""
    address = urlsplit(gateway.url)
    return socket.create_connection((address.hostname, address.port), timeout=30)


def begun(gateway: Client, path: str, body: str) -> bytes:
    """The beginning of a request whose body is said to be longer."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {gateway.api_key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{body}"
    ).encode()


def answer_to(connection: socket.socket) -> tuple[HTTPResponse, Any]:
    """Read an answer, with its document."""
    response = HTTPResponse(connection)
    response.begin()
    return response, json.loads(response.read())


def asked_anew(gateway: Client) -> Any:
    """Ask a gateway on a new connection: one that was kept may be ended as it is used again."""
    return httpx.post(f"{gateway.url}/graphql", json={"query": "{ __typename }"}, timeout=30).json()


@pytest.mark.parametrize(
    "said", ["", "P", "POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: ", "\r\n\r\n"]
)
@pytest.mark.parametrize("place", ["embedded", "narrow"])
def test_many_slow_heads(request: pytest.FixtureRequest, place: str, said: str) -> None:
    """
    A thousand callers who never send a whole head keep nobody else from being served.
    """
    gateway: Client = request.getfixturevalue(place)
    with ExitStack() as slow:
        for _ in range(MANY):
            slow.enter_context(connect(gateway)).sendall(said.encode())

        answer = asked_anew(gateway)

    assert answer == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("path", ["/graphql", REST])
def test_many_slow_bodies(embedded: Client, path: str) -> None:
    """
    Nor do a thousand whose bodies come to no end.
    """
    with ExitStack() as slow:
        for _ in range(MANY):
            slow.enter_context(connect(embedded)).sendall(begun(embedded, path, "[{"))

        answer = asked_anew(embedded)

    assert answer == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("body", ["", "[{"])
def test_slow_body_in_rest(impatient: Client, body: str) -> None:
    """
    A batch that does not come in time is refused, and its connection closed.
    """
    with connect(impatient) as connection:
        connection.sendall(begun(impatient, REST, body))
        response, document = answer_to(connection)
        rest = connection.recv(1)

    (problem,) = document["errors"]
    assert (response.status, response.headers["connection"], rest) == (408, "close", b"")
    assert document["outcome"] == "NOTHING_SAVED"
    assert (problem["reason"], problem["message"]) == (
        "TOO_SLOW",
        "The body did not come in time. Expected it within 0.2 seconds.",
    )


def test_slow_body_in_graphql(impatient: Client) -> None:
    """
    So is an operation.
    """
    with connect(impatient) as connection:
        connection.sendall(begun(impatient, "/graphql", '{"query": '))
        response, document = answer_to(connection)

    assert (response.status, response.headers["connection"]) == (408, "close")
    assert [error["extensions"] for error in document["errors"]] == [{"code": "TOO_SLOW"}]


def test_large_body_has_more_time(impatient: Client) -> None:
    """
    Who sends much has more time for it: a second for each kilobyte.
    """
    operation = json.dumps({"query": "{ __typename }", "extensions": {"x": "x" * 1_000_000}})
    head = begun(impatient, "/graphql", "").replace(b"1000\r\n", b"%d\r\n" % len(operation))

    with connect(impatient) as connection:
        connection.sendall(head + operation[:-1].encode())
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(30)
        connection.sendall(operation[-1:].encode())
        response, document = answer_to(connection)

    assert (response.status, document) == (200, {"data": {"__typename": "Query"}})


def test_caller_who_reads_no_answer(impatient: Client) -> None:
    """
    Who asks on and on and reads no answer loses the connection.
    """
    requests = b"GET /-/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 1_000_000

    with connect(impatient) as connection, pytest.raises(ConnectionError):
        connection.sendall(requests)
