"""Several gateways, each of several processes, on one PostgreSQL database."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.cli.command import Serve
from tests.client import Client
from tests.conftest import filled
from tests.databases import run_sql

SHOPS = range(33, 37)
CALLERS = 8
TURNS = 10


def batch(*numbers: str, **fields: str) -> list[dict[str, object]]:
    """Orders of these numbers in each of the shops, for the REST API."""
    orders = [{"repair_number": number, **fields} for number in numbers]
    return [{"shop_id": shop_id, "repair_orders": orders} for shop_id in SHOPS]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True, scope="session")
def test_gateways_share_a_database(serve: Serve, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whichever gateway is asked: one of many creates an order, no change is lost, no batch is halved.
    """
    monkeypatch.setenv("GATEWAY_DATABASE_URL", url)
    key = filled(url, SHOPS)[1]
    gateways = [serve("--workers", "2") for _ in range(2)]
    with httpx.Client() as http:
        Client(gateways[0].address, key, http).rest("POST", batch("shared"))

    def call(caller: int) -> Counter[str]:
        told = Counter[str]()
        with httpx.Client(timeout=60) as http:
            clients = [Client(gateway.address, key, http) for gateway in gateways]
            for turn in range(TURNS):
                client, other = clients[turn % 2], clients[(turn + 1) % 2]
                # The next gateway sees at once what this one has saved.
                own = f"{caller}-{turn}"
                assert client.rest("POST", batch(own)).status_code == 201
                again = other.rest("PATCH", batch("shared", own, status=own))
                assert again.status_code == 200, again.text
                # Each caller tries to create this one, beside one of its own.
                rival = client.rest("POST", batch(f"contested-{turn}", f"beside-{own}"))
                told[str(rival.status_code)] += 1
                if rival.status_code != 201:
                    problems = rival.json()["errors"]
                    told.update(problem["code"] for problem in problems)
                    assert len(problems) == len(SHOPS)
        return told

    with ThreadPoolExecutor(CALLERS) as pool:
        told = sum(pool.map(call, range(CALLERS)), Counter[str]())

    lost = CALLERS * TURNS - TURNS
    assert told == {
        "201": TURNS,
        "409": lost,
        "REPAIR_ORDER_NUMBER_IS_DUPLICATED": lost * len(SHOPS),
    }
    assert stored(url, "repair_number = 'shared' AND version = 1 +", CALLERS * TURNS) == len(SHOPS)
    assert stored(url, "repair_number LIKE 'contested-%' AND version =", 1) == TURNS * len(SHOPS)
    assert stored(url, "repair_number LIKE 'beside-%' AND version =", 1) == TURNS * len(SHOPS)
    assert stored(url, "repair_number ~ '^[0-9]' AND version =", 2) == (
        CALLERS * TURNS * len(SHOPS)
    )
    for gateway in gateways:
        result = gateway.stop()
        assert result.exit_code == 0
        statuses = {json.loads(line)["status"] for line in result.err.splitlines()}
        assert statuses == {200, 201, 409}


def stored(url: str, condition: str, number: int) -> int:
    """How many orders there are of which this is true."""
    query = f"SELECT count(*) FROM repair_order WHERE {condition} {number}"  # noqa: S608  # ours
    return int(run_sql(url, query)[0])
