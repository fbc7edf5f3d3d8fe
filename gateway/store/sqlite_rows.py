"""The rows of shops and repair orders in SQLite, where one writer at a time has all to itself."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import Connection, Text, bindparam, func, insert, select, text

from gateway.contract import OrderKey, StoredOrder
from gateway.store.tables import repair_order, shop

T = TypeVar("T")


class SqliteRows:
    """Statements whose rows are one JSON text. Implements Rows."""

    def shops(self, connection: Connection, shop_ids: Collection[int]) -> frozenset[int]:
        rows = connection.execute(_SHOPS, {"wanted": json.dumps(list(shop_ids))})
        return frozenset(rows.scalars())

    def add_shops(self, connection: Connection, shop_ids: Collection[int]) -> list[int]:
        added = sorted(frozenset(shop_ids) - self.shops(connection, shop_ids))
        if added:
            connection.execute(insert(shop), [{"shop_id": shop_id} for shop_id in added])
        return added

    def orders(
        self, connection: Connection, keys: Collection[OrderKey]
    ) -> Mapping[OrderKey, StoredOrder]:
        wanted = _numbers_by_shop(keys)
        orders: dict[OrderKey, StoredOrder] = {}
        for shop_id, repair_number, *kept in connection.execute(_ORDERS, {"wanted": wanted}):
            key = OrderKey(shop_id, repair_number)
            orders[key] = StoredOrder(key, *kept)
        return orders

    def locked_orders(
        self, connection: Connection, keys: Collection[OrderKey]
    ) -> Mapping[OrderKey, StoredOrder]:
        # A transaction that writes has locked the whole file.
        return self.orders(connection, keys)

    def create(self, connection: Connection, orders: Sequence[StoredOrder]) -> int:
        for start in range(0, len(orders), _MOST_AT_ONCE):
            some = orders[start : start + _MOST_AT_ONCE]
            connection.exec_driver_sql(_INSERT, [_inserted(order) for order in some])
        return len(orders)

    def change(self, connection: Connection, orders: Sequence[StoredOrder]) -> int:
        return connection.exec_driver_sql(_UPDATE, [_changed(order) for order in orders]).rowcount

    def erase(self, connection: Connection, keys: Collection[OrderKey]) -> None:
        # Else what was deleted stands in the file until something else is written there.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
        connection.execute(_ERASE, {"wanted": _numbers_by_shop(keys)})

    def aside(self, work: Callable[[], T]) -> T:
        # It runs on the writer's own thread.
        return work()


def _numbers_by_shop(keys: Collection[OrderKey]) -> str:
    """A JSON object of the numbers of each shop."""
    numbers: defaultdict[int, list[str]] = defaultdict(list)
    for shop_id, repair_number in keys:
        numbers[shop_id].append(repair_number)
    return json.dumps(numbers, ensure_ascii=False)


def _inserted(order: StoredOrder) -> tuple[object, ...]:
    key, document, version, created_at, updated_at = order
    return (*key, document, version, _written(created_at), _written(updated_at))


def _changed(order: StoredOrder) -> tuple[object, ...]:
    key, document, version, _, updated_at = order
    return (document, version, _written(updated_at), *key)


@lru_cache(maxsize=8)
def _written(moment: datetime) -> str:
    """A moment as SQLAlchemy writes and reads it; all repair orders of a batch have the same."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


_MOST_AT_ONCE = 1_000
"""Rows that are made for the driver in one go; more of them would only take memory."""

# What is wanted is one parameter, a JSON text, so that there may be any number of it.
_WANTED = func.json_each(bindparam("wanted", type_=Text)).table_valued("value")
_SHOPS = select(shop.c.shop_id).where(shop.c.shop_id.in_(select(_WANTED.c.value)))

# SQLite carries out a CROSS JOIN from left to right. With any other join it may decide, by old
# statistics, to go through all repair orders.
_FOUND = """
    json_each(:wanted) AS numbers CROSS JOIN json_each(numbers.value) AS number
    CROSS JOIN repair_order
    ON shop_id = CAST(numbers.key AS INTEGER) AND repair_number = number.value
"""
_ORDERS = text(
    f"SELECT shop_id, repair_number, document, version, created_at, updated_at FROM {_FOUND}"  # noqa: S608  # a constant
).columns(*repair_order.columns)

_ERASE = text(
    f"DELETE FROM repair_order WHERE rowid IN (SELECT repair_order.rowid FROM {_FOUND})"  # noqa: S608  # a constant
)

# The driver gets these as they are: what SQLAlchemy does for each row costs more than the rest.
_INSERT = """
    INSERT INTO repair_order
        (shop_id, repair_number, document, version, created_at, updated_at)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_UPDATE = """
    UPDATE repair_order SET document = ?, version = ?, updated_at = ?
    WHERE shop_id = ? AND repair_number = ?
"""
