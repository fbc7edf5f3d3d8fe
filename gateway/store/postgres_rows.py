"""The rows of shops and repair orders in PostgreSQL, where many write at the same time."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection, TextualSelect, text
from sqlalchemy.util import await_

from gateway.contract import OrderKey, StoredOrder
from gateway.store.tables import repair_order

T = TypeVar("T")


class PostgresRows:
    """Statements whose rows are arrays, a column each. Implements Rows."""

    def shops(self, connection: Connection, shop_ids: Collection[int]) -> frozenset[int]:
        # The foreign key holds a shop in its place, so it needs no lock here.
        rows = connection.execute(_SHOPS, {"shop_ids": list(shop_ids)})
        return frozenset(rows.scalars())

    def add_shops(self, connection: Connection, shop_ids: Collection[int]) -> list[int]:
        rows = connection.execute(_ADD_SHOPS, {"shop_ids": list(shop_ids)})
        return sorted(rows.scalars())

    def orders(
        self, connection: Connection, keys: Collection[OrderKey]
    ) -> Mapping[OrderKey, StoredOrder]:
        return _orders(connection, _ORDERS, keys)

    def locked_orders(
        self, connection: Connection, keys: Collection[OrderKey]
    ) -> Mapping[OrderKey, StoredOrder]:
        # The only place that locks rows of several shops. Everyone locks in the order of the keys,
        # so two batches never wait for each other. An engine that spreads shops over machines
        # locks on one of them at a time: there this is a statement a shop, in the same order.
        return _orders(connection, _LOCKED_ORDERS, keys)

    def create(self, connection: Connection, orders: Sequence[StoredOrder]) -> int:
        created_at = [order.created_at for order in orders]
        return connection.execute(_INSERT, {**_arrays(orders), "created_at": created_at}).rowcount

    def change(self, connection: Connection, orders: Sequence[StoredOrder]) -> int:
        return connection.execute(_UPDATE, _arrays(orders)).rowcount

    def erase(self, connection: Connection, keys: Collection[OrderKey]) -> None:
        connection.execute(_ERASE, _key_arrays(keys))

    def aside(self, work: Callable[[], T]) -> T:
        return await_(asyncio.to_thread(work))


def _orders(
    connection: Connection, statement: TextualSelect, keys: Collection[OrderKey]
) -> Mapping[OrderKey, StoredOrder]:
    orders: dict[OrderKey, StoredOrder] = {}
    for shop_id, repair_number, *kept in connection.execute(statement, _key_arrays(keys)):
        key = OrderKey(shop_id, repair_number)
        orders[key] = StoredOrder(key, *kept)
    return orders


def _key_arrays(keys: Collection[OrderKey]) -> dict[str, object]:
    return {
        "shop_id": [key.shop_id for key in keys],
        "repair_number": [key.repair_number for key in keys],
    }


def _arrays(orders: Sequence[StoredOrder]) -> dict[str, object]:
    return {
        "shop_id": [order.key.shop_id for order in orders],
        "repair_number": [order.key.repair_number for order in orders],
        "document": [order.document for order in orders],
        "version": [order.version for order in orders],
        "updated_at": [order.updated_at for order in orders],
    }


_SHOPS = text("SELECT shop_id FROM shop WHERE shop_id = ANY (CAST(:shop_ids AS integer[]))")
_ADD_SHOPS = text(
    """
    INSERT INTO shop (shop_id)
    SELECT DISTINCT shop_id FROM unnest(CAST(:shop_ids AS integer[])) AS new (shop_id)
    ORDER BY shop_id
    ON CONFLICT DO NOTHING
    RETURNING shop_id
    """
)
_FIND = """
    SELECT kept.shop_id, kept.repair_number, document, version, created_at, updated_at
    FROM unnest(CAST(:shop_id AS integer[]), CAST(:repair_number AS text[]))
        AS wanted (shop_id, repair_number)
    JOIN repair_order AS kept USING (shop_id, repair_number)
"""
_ORDERS = text(_FIND).columns(*repair_order.columns)
_LOCKED_ORDERS = text(
    f"{_FIND} ORDER BY kept.shop_id, kept.repair_number FOR UPDATE OF kept"
).columns(*repair_order.columns)
# In the order of the keys too: two batches that create the same orders wait in one direction.
_INSERT = text(
    """
    INSERT INTO repair_order
        (shop_id, repair_number, document, version, created_at, updated_at)
    SELECT shop_id, repair_number, document, version, created_at, updated_at
    FROM unnest(
        CAST(:shop_id AS integer[]), CAST(:repair_number AS text[]), CAST(:document AS text[]),
        CAST(:version AS integer[]), CAST(:created_at AS timestamptz[]),
        CAST(:updated_at AS timestamptz[])
    ) AS new (shop_id, repair_number, document, version, created_at, updated_at)
    ORDER BY shop_id, repair_number COLLATE "C"
    ON CONFLICT DO NOTHING
    """
)
_UPDATE = text(
    """
    UPDATE repair_order AS kept
    SET document = new.document, version = new.version, updated_at = new.updated_at
    FROM unnest(
        CAST(:shop_id AS integer[]), CAST(:repair_number AS text[]), CAST(:document AS text[]),
        CAST(:version AS integer[]), CAST(:updated_at AS timestamptz[])
    ) AS new (shop_id, repair_number, document, version, updated_at)
    WHERE kept.shop_id = new.shop_id AND kept.repair_number = new.repair_number
    """
)
_ERASE = text(
    """
    DELETE FROM repair_order AS kept
    USING unnest(CAST(:shop_id AS integer[]), CAST(:repair_number AS text[]))
        AS gone (shop_id, repair_number)
    WHERE kept.shop_id = gone.shop_id AND kept.repair_number = gone.repair_number
    """
)
