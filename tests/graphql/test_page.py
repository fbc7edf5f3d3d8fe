"""The page for browsers: GraphiQL, its files, and what is said where it is missing."""

import gzip
import json
import re
from collections.abc import AsyncGenerator
from html import unescape
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.graphql.page import PAGE_FILE_PATH, GraphiQLPage, PageFacts
from tests.client import Client
from tests.server import running

_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
_FACTS = PageFacts("1.2.3", "proxy", introspection="on", api_key_header='X-"Key"', api_key="")
_SCRIPT = b"start();"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """
    A folder in which a small page was built.
    """
    (tmp_path / "index.html").write_text('<div data-gateway="{gateway}"></div>')
    (tmp_path / "built-from.txt").touch()
    (tmp_path / "a-1.js").write_bytes(_SCRIPT)
    (tmp_path / "a-1.js.gz").write_bytes(gzip.compress(_SCRIPT))
    (tmp_path / "a-1.js.br").write_bytes(b"brotli")
    (tmp_path / "b-1.svg").touch()
    return tmp_path


@pytest.fixture
async def site(built: Path) -> AsyncGenerator[httpx.AsyncClient]:
    """
    A browser's view of that page and its files.
    """
    page = GraphiQLPage(_FACTS, built)

    async def answer(request: Request) -> Response:
        return page.page()

    app = Starlette(routes=[Route("/graphql", answer), Route(PAGE_FILE_PATH, page.file)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


async def test_page_knows_its_gateway(site: httpx.AsyncClient) -> None:
    """
    What the page must know stands in an attribute, whatever characters it has.
    """
    page = await site.get("/graphql")

    (attribute,) = re.findall(r'data-gateway="([^"]*)"', page.text)
    assert json.loads(unescape(attribute)) == {
        "version": "1.2.3",
        "mode": "proxy",
        "introspection": "on",
        "api_key_header": 'X-"Key"',
        "api_key": "",
    }


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, br;q=0", "gzip"),
        ("GZIP;q=0.5, br; q=0.000", "gzip"),
        ("identity", None),
        ("gzip;q=0", None),
        ("", None),
    ],
)
async def test_file_is_sent_packed(
    site: httpx.AsyncClient, accepted: str, encoding: str | None
) -> None:
    """
    A file is sent in the smallest form that the browser takes.
    """
    async with site.stream(
        "GET", "/-/graphiql/a-1.js", headers={"Accept-Encoding": accepted}
    ) as file:
        sent = b"".join([part async for part in file.aiter_raw()])

    assert file.headers.get("content-encoding") == encoding
    assert file.headers["vary"] == "Accept-Encoding"
    assert file.headers["content-type"] == "text/javascript; charset=utf-8"
    unpacked = gzip.decompress(sent) if encoding == "gzip" else sent
    assert unpacked == (b"brotli" if encoding == "br" else _SCRIPT)


async def test_small_file_is_sent_as_it_is(site: httpx.AsyncClient) -> None:
    """
    A file that was not worth packing is sent to browsers that would unpack it, too.
    """
    file = await site.get("/-/graphiql/b-1.svg", headers={"Accept-Encoding": "br"})

    assert (file.status_code, file.headers.get("content-encoding")) == (200, None)


async def test_files_are_kept_and_the_page_is_not(site: httpx.AsyncClient) -> None:
    """
    A file never changes under its name, and the page names other files after an update.
    """
    page, file = await site.get("/graphql"), await site.get("/-/graphiql/a-1.js")

    assert page.headers["cache-control"] == "no-cache"
    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["a-2.js", "a-1.js.gz", "index.html", "built-from.txt", "..%2fa"])
async def test_nothing_else_is_served(site: httpx.AsyncClient, name: str) -> None:
    """
    Only the files that the page names are served, whatever else lies beside them.
    """
    assert (await site.get(f"/-/graphiql/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("Node.js was not found & <so> on.", "Node.js was not found &amp; &lt;so&gt; on."),
        (None, "GraphiQL is not part of this installation: "),
    ],
)
def test_page_that_was_not_built(tmp_path: Path, reason: str | None, sentence: str) -> None:
    """
    Where the page was not built, a sentence says what is missing.
    """
    if reason:
        (tmp_path / "not-built.txt").write_text(reason)

    page = bytes(GraphiQLPage(_FACTS, tmp_path).page().body).decode()

    assert sentence in page
    assert "<script" not in page


def test_browser_gets_the_page(gateway: Client) -> None:
    """
    A browser gets a page that may load from its own origin alone, and be shown in no frame.
    """
    page = gateway.request("GET", "/graphql", headers=_BROWSER)

    policy = dict(
        directive.split(" ", 1) for directive in page.headers["content-security-policy"].split("; ")
    )
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["vary"] == "Accept"
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["worker-src"] == policy["connect-src"] == "'self'"
    assert "https:" not in page.text


@pytest.mark.parametrize("accepted", ["*/*", "application/json"])
def test_others_get_no_page(gateway: Client, accepted: str) -> None:
    """
    Who does not ask for HTML is told that the query is missing.
    """
    answer = gateway.request("GET", "/graphql", headers={"Accept": accepted})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_browser_may_send_a_query(gateway: Client) -> None:
    """
    A query in the address is answered, also in a browser.
    """
    answer = gateway.request(
        "GET", "/graphql", params={"query": "{ __typename }"}, headers=_BROWSER
    )

    assert answer.json() == {"data": {"__typename": "Query"}}


def test_switches(database: tuple[str, str]) -> None:
    """
    Without its page and its introspection GraphQL goes on, and neither is to be had.
    """
    url, api_key = database
    with (
        running(database_url=url, graphiql=False, introspection="off") as address,
        httpx.Client() as http,
    ):
        client = Client(address, api_key, http)
        page = client.request("GET", "/graphql", headers=_BROWSER)
        file = client.request("GET", "/-/graphiql/a-1.js")
        schema = client.execute("{ ...F } fragment F on Query { __schema { types { name } } }")
        typename = client.execute("{ __typename }")

    assert (page.status_code, file.status_code) == (404, 404)
    assert page.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert [error["extensions"]["code"] for error in schema["errors"]] == ["INTROSPECTION_DISABLED"]
    assert "data" not in schema
    assert typename == {"data": {"__typename": "Query"}}
