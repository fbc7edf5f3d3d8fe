"""Requests that are no batch and no operation, with their whole answers at both doors."""

import io
import json
import socket
from collections.abc import Generator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.client import Client
from tests.conftest import calling

SAMPLES = Path(__file__).parents[1] / "samples"
JSON = {"Content-Type": "application/json"}
REST = "/batch/repair_orders"
MARK = "Bilbo"


def short(value: object) -> str:
    """The beginning of a value, to name a case by."""
    return repr(value)[:30]


def send(gateway: Client, path: str, body: bytes, headers: dict[str, str] = JSON) -> Any:
    """Post a body; returns the status and the answer, without the request's id."""
    answer = gateway.request("POST", path, content=body, headers=headers)
    document = answer.json()
    assert document.pop("request_id", answer.headers["x-request-id"])
    return answer.status_code, document


def rejection(status: int, reason: str, message: str) -> Any:
    """The problem document of a request that is refused as a whole, and its status."""
    return status, {
        "type": "urn:autospot-gateway:batch-rejected",
        "title": "Batch rejected",
        "status": status,
        "code": "BATCH_REJECTED",
        "detail": "The request was refused; nothing was saved.",
        "outcome": "NOTHING_SAVED",
        "retryable": False,
        "errors": [{"code": "INVALID_INPUT", "message": message, "pointer": "", "reason": reason}],
        "error_count": 1,
    }


def refusal(status: int, code: str, message: str) -> Any:
    """GraphQL's answer to a request that is not executed, and its status."""
    return status, {"errors": [{"message": message, "extensions": {"code": code}}]}


def raw(gateway: Client, text: str, *, hang_up: bool = False) -> bytes:
    """Send bytes and no more, perhaps hang up at once; returns the answer, empty if there is none.

    The end of what is sent is told to the gateway, as when a caller has crashed.
    """
    address = urlsplit(gateway.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(text.encode())
        if hang_up:
            return b""
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def head(gateway: Client, path: str, framing: str) -> str:
    """The head of a request with a body of JSON."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {gateway.api_key}\r\n"
        f"Content-Type: application/json\r\n{framing}\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            (SAMPLES / "seed_create.txt").read_bytes(),
            'Line 17, column 11: a curly quote (“); write straight double quotes ("). '
            "There is also a trailing comma at line 23, column 39.",
        ),
        (
            (SAMPLES / "seed_update.txt").read_bytes(),
            "Line 6, column 34: a trailing comma before the }; delete the comma.",
        ),
        (b"", "Line 1, column 1: the body is empty; send JSON."),
        (b"\n \n", "Line 1, column 1: the body is empty; send JSON."),
        (
            b"shop_id=33&repair_number=1",
            "Line 1, column 1: this looks like a form; send JSON as the whole body.",
        ),
        (
            b'[{"a": "Bilbo",}]',
            "Line 1, column 15: a trailing comma before the }; delete the comma.",
        ),
        (
            b'[{"shop_id": 33',
            "Line 1, column 16: the body ends here, but the { of line 1, column 2 is not closed; "
            "add }, or send the whole body.",
        ),
        (
            b'[{"a": [1}]',
            "Line 1, column 10: this } does not close the [ of line 1, column 8; write ] first.",
        ),
        (b"[{'a': 1}]", "Line 1, column 3: a single quote ('); write double quotes (\")."),
        (b"[1] // Bilbo", "Line 1, column 5: a comment; JSON has none, so delete it."),
        (b"[NaN]", "Line 1, column 2: JSON has no NaN; write a number, or leave it out."),
        (
            b"[-Infinity]",
            "Line 1, column 2: JSON has no -Infinity; write a number, or leave it out.",
        ),
        (b"[True]", "Line 1, column 2: JSON has no True; write it in lower case."),
        (b"[None]", "Line 1, column 2: JSON has no None; write null, or leave it out."),
        (
            b"\xef\xbb\xbf[]",
            "Line 1, column 1: a byte-order mark; save the body as UTF-8 without BOM.",
        ),
        (
            "[]".encode("utf-16"),
            "Line 1, column 1: the body looks like UTF-16; save it as UTF-8.",
        ),
        (
            b'["Bilbo\xff"]',
            "Line 1, column 8: a byte that is not UTF-8; save the body as UTF-8.",
        ),
        (
            b"[]\n[]",
            "Line 2, column 1: the JSON is complete before this; send one array that holds "
            "everything.",
        ),
        (
            b"[" * 10_000 + b"]" * 10_000,
            "Line 1, column 101: nested too deeply; 100 levels are allowed.",
        ),
        (
            b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
            "Line 1, column 501: nested too deeply; 100 levels are allowed.",
        ),
    ],
    ids=short,
)
def test_what_is_no_json(embedded: Client, body: bytes, sentence: str) -> None:
    """
    A body that is no JSON is answered with line, column and mistake, at both doors.
    """
    message = f"The body is no JSON. {sentence}"

    assert send(embedded, REST, body) == rejection(400, "NOT_JSON", message)
    assert send(embedded, "/graphql", body) == refusal(400, "NOT_JSON", message)


@pytest.fixture(scope="module")
def shallow(database: tuple[str, str]) -> Generator[Client]:
    """
    A caller of a gateway that reads no JSON of more than ten levels.
    """
    with calling(database, database_url=database[0], max_json_depth=10) as client:
        yield client


def test_levels_of_json_are_a_setting(shallow: Client, shop: int) -> None:
    """
    One level more than the operator allows is refused at both doors; a whole batch needs fewer.
    """
    orders = [{"repairNumber": "1", "repairTeam": [{"id": "1"}]}]
    deep = b"[" * 11 + b"]" * 11
    message = "The body is no JSON. Line 1, column {}: nested too deeply; 10 levels are allowed."

    saved = shallow.upsert([{"shopId": shop, "repairOrders": orders}])

    assert saved["__typename"] == "UpsertRepairOrdersSuccess"
    assert send(shallow, REST, deep) == rejection(400, "NOT_JSON", message.format(11))
    assert send(shallow, "/graphql", deep) == refusal(400, "NOT_JSON", message.format(11))


@pytest.mark.parametrize("member", ["extensions", "variables"])
def test_levels_in_parts_of_an_operation(shallow: Client, member: str) -> None:
    """
    They count in every part of an operation, in a query string too.
    """
    query, deep = "{ __typename }", json.loads('{"a":' * 10 + "1" + "}" * 10)
    members = {"query": query, "variables": {}, member: deep}

    posted = shallow.request("POST", "/graphql", json=members)
    got = shallow.request("GET", "/graphql", params={"query": query, member: json.dumps([deep])})

    assert [answer.status_code for answer in (posted, got)] == [400, 400]
    assert [_codes(answer.json()) for answer in (posted, got)] == [["NOT_JSON"]] * 2


def _codes(answer: Any) -> list[str]:
    return [error["extensions"]["code"] for error in answer["errors"]]


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", MARK],
)
def test_other_content_type(embedded: Client, content_type: str) -> None:
    """
    A body that is said to be no JSON is refused by that alone.
    """
    headers = {"Content-Type": content_type}
    message = "The body has another content type. Expected Content-Type: application/json."
    reason = "UNSUPPORTED_MEDIA_TYPE"

    assert send(embedded, REST, b"[]", headers) == rejection(415, reason, message)
    assert send(embedded, "/graphql", b"{}", headers) == refusal(415, reason, message)


@pytest.mark.parametrize("charset", ["latin1", "utf-16", '"utf-8-sig"', "utf-8x", ""])
def test_other_charset(embedded: Client, charset: str) -> None:
    """
    JSON that is said to be in another encoding than UTF-8 is refused by that alone.
    """
    headers = {"Content-Type": f"application/json; charset={charset}"}
    message = "The body has another content type. Expected UTF-8."
    reason = "UNSUPPORTED_MEDIA_TYPE"

    assert send(embedded, REST, b"[]", headers) == rejection(415, reason, message)
    assert send(embedded, "/graphql", b"{}", headers) == refusal(415, reason, message)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        'application/json;x=y; Charset = "UTF-8"; z=1',
        "Application/JSON;charset=utf8",
        "application/x+json",
    ],
)
def test_content_types_of_json(gateway: Client, content_type: str) -> None:
    """
    JSON by any of its names is read.
    """
    body = b'{"query": "{ __typename }"}'

    actual = send(gateway, "/graphql", body, {"Content-Type": content_type})

    assert actual == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        *[(method, REST, {"PATCH", "POST"}) for method in ("GET", "PUT", "DELETE", "OPTIONS")],
        *[(method, "/graphql", {"GET", "HEAD", "POST"}) for method in ("PUT", "PATCH", "DELETE")],
    ],
)
def test_other_method(embedded: Client, method: str, path: str, allowed: set[str]) -> None:
    """
    A method that is not allowed is answered with every one that is, in the form of the door.
    """
    answer = embedded.request(method, path, content=b"[]", headers=JSON)

    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, allowed)
    document = answer.json()
    message = "This method is not allowed; the Allow header names others."
    if path == "/graphql":
        assert (405, document) == refusal(405, "METHOD_NOT_ALLOWED", message)
        return
    assert document.pop("request_id") == answer.headers["x-request-id"]
    assert document == {
        "type": "urn:autospot-gateway:method-not-allowed",
        "title": "Method not allowed",
        "status": 405,
        "code": "METHOD_NOT_ALLOWED",
        "detail": message,
        "outcome": "NOTHING_SAVED",
        "retryable": False,
    }


@pytest.mark.parametrize("path", ["/graphql", REST])
def test_body_too_large_by_its_length(embedded: Client, path: str) -> None:
    """
    A body that is said to be too large is refused before a byte of it is sent.
    """
    address = urlsplit(embedded.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(head(embedded, path, "Content-Length: 16777217").encode())
        # Nothing more is sent, and the connection stays open: who closes it is not answered.
        answer = HTTPResponse(connection)
        answer.begin()
        document = json.loads(answer.read())

    document.pop("request_id", None)
    message = "The body is too large. Expected at most 16,777,216 bytes."
    expected = refusal if path == "/graphql" else rejection
    assert (answer.status, document) == expected(413, "TOO_LARGE", message)


@pytest.mark.parametrize(
    ("entries", "size"), [(1, 10_001), (10_001, 1), (10_001, 0), (2, 5_001), (500_000, 0)]
)
def test_too_many_orders(embedded: Client, entries: int, size: int) -> None:
    """
    More than 10,000 repair orders are refused as a whole, and so are as many entries without any.
    """
    one = f'{{"shop_id": 33, "repair_orders": [{",".join(["0"] * size)}]}}' if size else "{}"
    body = f"[{','.join([one] * entries)}]".encode()

    actual = send(embedded, REST, body)

    message = (
        "More repair orders than one request may carry. Expected at most 10,000 over all shops."
    )
    assert actual == rejection(422, "TOO_MANY", message)


@pytest.mark.parametrize("body", ["null", "5", '"{ __typename }"', "true"])
def test_operation_that_is_no_object(gateway: Client, body: str) -> None:
    """
    GraphQL takes one JSON object.
    """
    message = 'Expected a JSON object with the field "query".'

    assert send(gateway, "/graphql", body.encode()) == refusal(400, "BAD_REQUEST", message)


@pytest.mark.parametrize(
    ("sent", "code", "message"),
    [
        ({"variables": {}}, "BAD_REQUEST", 'Send the document in the field "query".'),
        ({"query": None}, "BAD_REQUEST", 'Send the document in the field "query".'),
        ({"query": [MARK]}, "BAD_REQUEST", 'The field "query" must be text.'),
        (
            {"query": "{ a }", "variables": MARK},
            "BAD_REQUEST",
            'The field "variables" must be an object.',
        ),
        (
            {"query": "{ a }", "operationName": {MARK: 1}},
            "BAD_REQUEST",
            'The field "operationName" must be text.',
        ),
        (
            {"query": "query A { __typename }", "operationName": MARK},
            "OPERATION_RESOLUTION_FAILURE",
            "The document has no operation of that name, or none at all.",
        ),
        (
            {"query": "fragment F on Query { __typename }"},
            "OPERATION_RESOLUTION_FAILURE",
            "The document has no operation of that name, or none at all.",
        ),
    ],
)
def test_parameters(gateway: Client, sent: Any, code: str, message: str) -> None:
    """
    A parameter that is none is named, and its value is not repeated.
    """
    assert send(gateway, "/graphql", json.dumps(sent).encode()) == refusal(400, code, message)


@pytest.mark.parametrize(
    ("variables", "code"),
    [(f'{{"{MARK}"', "NOT_JSON"), ('{"v": NaN}', "NOT_JSON"), (f'["{MARK}"]', "BAD_REQUEST")],
)
def test_variables_by_get(gateway: Client, variables: str, code: str) -> None:
    """
    Variables in a query string are as strict as those in a body.
    """
    parameters = {"query": "{ __typename }", "variables": variables}

    answer = gateway.request("GET", "/graphql", params=parameters)

    assert answer.status_code == 400
    assert [error["extensions"] for error in answer.json()["errors"]] == [{"code": code}]
    assert MARK not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        "Content-Length: 100\r\n\r\n[1",
        "Transfer-Encoding: chunked\r\n\r\n5\r\n[1",
        "Transfer-Encoding: chunked\r\n\r\n2\r\n[1\r\nBilbo\r\n",
        "Content-Length: -1\r\n\r\n[]",
        "Content-Length: 99999999999999999999999\r\n\r\n[]",
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]",
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n",
    ],
)
@pytest.mark.parametrize("path", ["/graphql", REST])
@pytest.mark.parametrize("hang_up", [False, True])
def test_body_that_does_not_keep_its_word(
    embedded: Client, log: io.StringIO, path: str, body: str, *, hang_up: bool
) -> None:
    """
    A body that breaks off, or is not as long as it says, is no failure and disturbs nobody.
    """
    request = head(embedded, path, "").removesuffix("\r\n\r\n") + body

    answer = raw(embedded, request, hang_up=hang_up)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    assert embedded.request("GET", "/-/live").status_code == 200
    assert '"event":"failure"' not in log.getvalue()
    assert "Traceback" not in log.getvalue()
