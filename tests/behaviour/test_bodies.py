"""Requests that are none: bodies, methods and paths, at both doors."""

import io
import json
import socket
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.client import Client

SAMPLES = Path(__file__).parents[1] / "samples"
JSON = {"Content-Type": "application/json"}


def problem(gateway: Client, body: bytes, headers: dict[str, str] = JSON) -> tuple[int, Any]:
    """What REST says of a body: the status, and the one problem."""
    answer = gateway.request("POST", "/batch/repair_orders", content=body, headers=headers)
    (error,) = answer.json()["errors"]
    assert answer.json()["detail"] == "The request was refused; nothing was saved."
    assert error["pointer"] == ""
    return answer.status_code, error


def refusal(gateway: Client, body: bytes, headers: dict[str, str] = JSON) -> tuple[int, Any]:
    """What GraphQL says of a body: the status, and the one error."""
    answer = gateway.request("POST", "/graphql", content=body, headers=headers)
    (error,) = answer.json()["errors"]
    assert "data" not in answer.json()
    return answer.status_code, error


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [
        (
            "seed_create.txt",
            'Line 17, column 11: a curly quote (“); write straight double quotes ("). '
            "There is also a trailing comma at line 23, column 39.",
        ),
        (
            "seed_update.txt",
            "Line 6, column 34: a trailing comma before the }; delete the comma.",
        ),
    ],
)
def test_samples_of_the_document_as_they_are(gateway: Client, sample: str, sentence: str) -> None:
    """
    AutoSpot's own samples, pasted as they are, are answered with line, column and mistake.
    """
    body = (SAMPLES / sample).read_bytes()

    status, error = problem(gateway, body)

    assert (status, error["code"], error["reason"]) == (400, "INVALID_INPUT", "NOT_JSON")
    assert error["message"] == f"The body is no JSON. {sentence}"
    assert refusal(gateway, body) == (
        400,
        {"message": f"The body is no JSON. {sentence}", "extensions": {"code": "NOT_JSON"}},
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"[1,]", b"{'a': 1}", b"[NaN]", b"\xff", b"\xef\xbb\xbf[]", b"[] []", b"[" * 10_000],
)
def test_what_is_no_json(gateway: Client, body: bytes) -> None:
    """
    A body that is no JSON says where, at both doors in the same words.
    """
    status, error = problem(gateway, body)
    graphql_status, graphql_error = refusal(gateway, body)

    assert (status, graphql_status, error["reason"]) == (400, 400, "NOT_JSON")
    assert error["message"].startswith("The body is no JSON. Line 1, column ")
    assert graphql_error["message"] == error["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "text/plain"},
        {"Content-Type": ""},
        {**JSON, "Content-Encoding": "gzip"},
    ],
)
def test_other_content(gateway: Client, headers: dict[str, str]) -> None:
    """
    A body that is not plain JSON by its headers is refused with 415.
    """
    status, error = problem(gateway, b"[]", headers)
    graphql_status, graphql_error = refusal(gateway, b"{}", headers)

    assert (status, graphql_status) == (415, 415)
    assert error["reason"] == "UNSUPPORTED_MEDIA_TYPE"
    assert graphql_error["extensions"] == {"code": "UNSUPPORTED_MEDIA_TYPE"}


@pytest.mark.parametrize("path", ["/graphql", "/batch/repair_orders"])
@pytest.mark.parametrize("framing", ["Content-Length: 999999999", "Transfer-Encoding: chunked"])
def test_body_too_large(gateway: Client, path: str, framing: str) -> None:
    """
    A body over the limit is refused before it is read in, however its length is told.
    """
    address = urlsplit(gateway.url)
    mebibyte = b" " * 1_048_576
    piece = mebibyte if "Length" in framing else b"100000\r\n" + mebibyte + b"\r\n"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {gateway.api_key}\r\n"
        f"Content-Type: application/json\r\n{framing}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(head.encode())
        for _ in range(0 if "Length" in framing else 17):
            connection.sendall(piece)
        answer = HTTPResponse(connection)
        answer.begin()
        text = answer.read()

    assert answer.status == 413
    assert b"TOO_LARGE" in text
    assert b"Expected at most 16,777,216 bytes." in text


@pytest.mark.parametrize("path", ["/graphql", "/batch/repair_orders"])
def test_caller_who_hangs_up(gateway: Client, log: io.StringIO, path: str) -> None:
    """
    A caller who hangs up halfway through a body disturbs nobody, and is no failure.
    """
    address = urlsplit(gateway.url)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {gateway.api_key}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n[{"
    )

    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(head.encode())

    assert gateway.request("GET", "/-/live").status_code == 200
    assert '"event":"failure"' not in log.getvalue()
    assert '"status":500' not in log.getvalue()


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("GET", "/batch/repair_orders", 405, {"POST", "PATCH"}),
        ("DELETE", "/batch/repair_orders", 405, {"POST", "PATCH"}),
        ("POST", "/-/live", 405, {"GET", "HEAD"}),
        ("POST", "/batch/repair_orders/", 404, set()),
        ("GET", "/", 404, set()),
    ],
)
def test_what_is_not_there(
    gateway: Client, method: str, path: str, status: int, allowed: set[str]
) -> None:
    """
    A path or a method that is not there is a problem document, with the methods that are.
    """
    answer = gateway.request(method, path)

    code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}[status]
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(filter(None, answer.headers.get("allow", "").split(", "))) == allowed


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_method_that_graphql_does_not_take(gateway: Client, method: str) -> None:
    """
    GraphQL answers another method in its own form.
    """
    answer = gateway.request(method, "/graphql")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert [e["extensions"]["code"] for e in answer.json()["errors"]] == ["METHOD_NOT_ALLOWED"]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (None, 'Expected a JSON object with the field "query".'),
        ({}, 'Send the document in the field "query".'),
        ({"query": ""}, 'Send the document in the field "query".'),
        ({"query": 5}, 'The field "query" must be text.'),
        ({"query": "{a}", "variables": []}, 'The field "variables" must be an object.'),
        ({"query": "{a}", "operationName": 5}, 'The field "operationName" must be text.'),
        ({"query": "{a}", "extensions": "x"}, 'The field "extensions" must be an object.'),
    ],
)
def test_parameters_of_another_type(gateway: Client, sent: Any, message: str) -> None:
    """
    A request whose parameters are none says which.
    """
    assert refusal(gateway, json.dumps(sent).encode()) == (
        400,
        {"message": message, "extensions": {"code": "BAD_REQUEST"}},
    )


def test_unknown_page(gateway: Client) -> None:
    """
    A GET without a query is a request that lacks it.
    """
    answer = gateway.request("GET", "/graphql", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]) == (
        400,
        {"code": "BAD_REQUEST"},
    )


def test_variables_by_get_that_are_no_json(gateway: Client) -> None:
    """
    Variables of a GET are read as a body is.
    """
    parameters = {"query": "{ gateway { mode } }", "variables": "{"}

    answer = gateway.request("GET", "/graphql", params=parameters)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"] == {"code": "NOT_JSON"}
