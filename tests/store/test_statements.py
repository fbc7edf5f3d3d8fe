"""Each statement about shops and repair orders names its shops, so that tables may be spread."""

import re

import pytest

from gateway.store import Store
from tests.conftest import PARTITIONED
from tests.postgres import PostgresServer
from tests.store.batches import create, order, orders, raising, stored_of, wanted
from tests.store.statements import sent_statements

pytestmark = pytest.mark.anyio

# A row is looked for by an equality, a set or a join on its shop, and made with one.
_FINDS_BY_SHOP = re.compile(r"(WHERE|AND|ON) (\w+\.)?shop_id (=|IN) |USING \(shop_id, ")
_MAKES_WITH_SHOP = re.compile(r"INSERT INTO \w+ \(shop_id\b")


def names_its_shops(statement: str) -> bool:
    """Whether a statement finds or makes rows by their shop."""
    pattern = _MAKES_WITH_SHOP if statement.startswith("INSERT") else _FINDS_BY_SHOP
    return bool(pattern.search(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT document FROM repair_order",
        "SELECT document FROM repair_order WHERE repair_number = $1",
        "SELECT shop_id FROM shop",
        "UPDATE repair_order SET shop_id = 1 WHERE repair_number = $1",
        "INSERT INTO repair_order (repair_number, shop_id) VALUES ($1, $2)",
    ],
)
def test_a_statement_that_asks_all_shops_is_found(statement: str) -> None:
    """
    What would go to every part of a spread table does not pass.
    """
    assert not names_its_shops(statement)


async def test_each_statement_names_its_shops(store: Store) -> None:
    """
    Creating, changing, writing in groups and reading look for rows by shop, in few statements.
    """
    with sent_statements() as sent:
        await create(store, orders(3))
        await store.write(wanted(orders(3)), raising)
        await stored_of(store, [order("0"), order("none")])

    assert len(sent) == 8, sent
    assert [one for one in sent if not names_its_shops(one)] == []
    assert sum("repair_order" in one for one in sent) == 5


def test_tables_are_spread(postgres: PostgresServer) -> None:
    """
    On the engine `partitioned`, on which tests of batches run too, both tables have parts.
    """
    kinds = "SELECT relkind FROM pg_class WHERE relname IN ('shop', 'repair_order')"

    assert postgres.sql(PARTITIONED, kinds) == ["p", "p"]
