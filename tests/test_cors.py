"""What pages of other origins may ask of the gateway's own doors."""

from collections.abc import Generator

import httpx
import pytest

from tests.client import Client
from tests.conftest import calling

REST = "/batch/repair_orders"
DOORS = ["/graphql", REST]
OURS, OTHERS = "https://app.example", "https://evil.example"
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type,x-shop-key",
}


@pytest.fixture(scope="module")
def asked(database: tuple[str, str]) -> Generator[Client]:
    """
    A caller of a gateway that two origins may call, with a key header of its own.
    """
    with calling(
        database,
        database_url=database[0],
        cors_origins=f"{OURS}, http://Localhost:3000",
        api_key_header="X-Shop-Key",
    ) as client:
        yield client


@pytest.fixture(scope="module")
def open_to_all(database: tuple[str, str]) -> Generator[Client]:
    """
    A caller of a gateway that every origin may call.
    """
    with calling(database, database_url=database[0], cors_origins="*") as client:
        yield client


def told(answer: httpx.Response) -> dict[str, str]:
    """What an answer tells a browser about other origins."""
    return {
        name.removeprefix("access-control-"): value
        for name, value in answer.headers.items()
        if name.startswith("access-control-")
    }


@pytest.mark.parametrize(
    ("path", "methods"), [("/graphql", "GET, HEAD, POST"), (REST, "POST, PATCH")]
)
@pytest.mark.parametrize("origin", [OURS, "http://localhost:3000"])
def test_preflight(asked: Client, path: str, methods: str, origin: str) -> None:
    """
    A browser that asks for an origin that is allowed hears what its page may send.
    """
    answer = asked.request("OPTIONS", path, headers={"Origin": origin, **PREFLIGHT})

    assert (answer.status_code, answer.content) == (204, b"")
    assert told(answer) == {
        "allow-origin": origin,
        "allow-methods": methods,
        "allow-headers": "Content-Type, X-Request-Id, X-Shop-Key",
        "expose-headers": "X-Request-Id, Retry-After",
        "max-age": "600",
    }
    assert answer.headers["vary"] == "Origin"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("origin", [OTHERS, "null", "https://app.example.evil.example", ""])
def test_preflight_of_another_origin(asked: Client, path: str, origin: str) -> None:
    """
    Another origin is told nothing that would let its page go on.
    """
    answer = asked.request("OPTIONS", path, headers={"Origin": origin, **PREFLIGHT})

    assert (answer.status_code, told(answer)) == (405, {})
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("path", DOORS)
def test_answer(asked: Client, path: str) -> None:
    """
    A page of an allowed origin may read every answer, those that refuse too, and its id.
    """
    answer = asked.request("POST", path, content=b"{", headers={"Origin": OURS})

    assert answer.status_code in {401, 415}
    assert told(answer) == {
        "allow-origin": OURS,
        "expose-headers": "X-Request-Id, Retry-After",
    }
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("headers", [{}, {"Origin": OTHERS}])
@pytest.mark.parametrize("path", DOORS)
def test_answer_to_others(asked: Client, path: str, headers: dict[str, str]) -> None:
    """
    Others may not read it, and a cache must not give them the answer of an allowed origin.
    """
    answer = asked.request("POST", path, content=b"{", headers=headers)

    assert told(answer) == {}
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("path", DOORS)
def test_every_origin(open_to_all: Client, path: str) -> None:
    """
    Where every origin may call, all hear the same, and none may send a browser's credentials.
    """
    preflight = open_to_all.request("OPTIONS", path, headers={"Origin": OTHERS, **PREFLIGHT})
    answer = open_to_all.request("POST", path, content=b"{", headers={"Origin": OTHERS})

    assert [told(a)["allow-origin"] for a in (preflight, answer)] == ["*", "*"]
    assert "allow-credentials" not in told(preflight) | told(answer)
    assert "Origin" not in answer.headers.get("vary", "")


def test_what_is_no_door(asked: Client) -> None:
    """
    Pages of other origins read nothing else.
    """
    assert told(asked.request("GET", "/-/live", headers={"Origin": OURS})) == {}


@pytest.mark.parametrize("path", DOORS)
def test_off_by_default(gateway: Client, path: str) -> None:
    """
    As it comes, a gateway lets no other origin read or send anything.
    """
    preflight = gateway.request("OPTIONS", path, headers={"Origin": OURS, **PREFLIGHT})
    answer = gateway.request("POST", path, content=b"{", headers={"Origin": OURS})

    assert preflight.status_code == 405
    assert told(preflight) == told(answer) == {}


def test_legacy_callers(embedded: Client, database: tuple[str, str]) -> None:
    """
    What passes through to a remote AutoSpot has AutoSpot's answer.
    """
    with calling(database, upstream_url=embedded.url, cors_origins=OURS) as proxy:
        legacy = proxy.request("OPTIONS", REST, headers={"Origin": OURS, **PREFLIGHT})
        own = proxy.request("OPTIONS", "/graphql", headers={"Origin": OURS, **PREFLIGHT})

    assert (legacy.status_code, told(legacy)) == (405, {})
    assert "vary" not in legacy.headers
    assert own.status_code == 204
