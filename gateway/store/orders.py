"""The rows of shops and repair orders: many at once, in a fixed number of statements."""

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, Text, bindparam, func, insert, select, text, update

from gateway.contract import InternalServerError, OrderKey, Saved, StoredOrder
from gateway.store.port import Decide, Decision, Stored, Wanted
from gateway.store.tables import repair_order, shop


class BatchWrite(NamedTuple):
    """A batch that is to be written in a transaction in which nobody else writes."""

    wanted: Wanted
    decide: Decide

    def __call__(self, connection: Connection) -> Saved:
        """Read its rows, have decided what is written, and write that."""
        decision = self.decide(read_stored(connection, self.wanted))
        _write_decision(connection, decision)
        return decision.saved


def read_stored(connection: Connection, wanted: Wanted) -> Stored:
    """Read those of the wanted rows that exist."""
    return Stored(
        shop_ids=read_shops(connection, wanted.shop_ids),
        orders=_read_orders(connection, wanted.keys),
    )


def read_shops(connection: Connection, shop_ids: Collection[int]) -> frozenset[int]:
    """Those of the shops that exist."""
    rows = connection.execute(_SHOPS, {"wanted": json.dumps(list(shop_ids))})
    return frozenset(rows.scalars())


def all_shops(connection: Connection) -> list[int]:
    """Every shop, in ascending order."""
    return list(connection.execute(_ALL_SHOPS).scalars())


def add_shops(connection: Connection, shop_ids: Collection[int]) -> list[int]:
    """Add those of the shops that are new, and return them in ascending order."""
    added = sorted(frozenset(shop_ids) - read_shops(connection, shop_ids))
    if added:
        connection.execute(insert(shop), [{"shop_id": shop_id} for shop_id in added])
    return added


def _read_orders(
    connection: Connection, keys: Collection[OrderKey]
) -> Mapping[OrderKey, StoredOrder]:
    wanted = json.dumps(list(keys), ensure_ascii=False)
    orders: dict[OrderKey, StoredOrder] = {}
    for shop_id, repair_number, *kept in connection.execute(_ORDERS, {"wanted": wanted}):
        key = OrderKey(shop_id, repair_number)
        orders[key] = StoredOrder(key, *kept)
    return orders


def _write_decision(connection: Connection, decision: Decision) -> None:
    if decision.created:
        connection.execute(_INSERT, [_inserted(order) for order in decision.created])
    if decision.updated:
        changed = connection.execute(_UPDATE, [_changed(order) for order in decision.updated])
        if changed.rowcount != len(decision.updated):
            raise InternalServerError


def _inserted(order: StoredOrder) -> dict[str, object]:
    return {
        "shop_id": order.key.shop_id,
        "repair_number": order.key.repair_number,
        "document": order.document,
        "version": order.version,
        "created_at": order.created_at,
        "updated_at": order.updated_at,
    }


def _changed(order: StoredOrder) -> dict[str, object]:
    return {
        "in_shop": order.key.shop_id,
        "numbered": order.key.repair_number,
        "document": order.document,
        "version": order.version,
        "updated_at": order.updated_at,
    }


# What is wanted is one parameter, a JSON array, so that there may be any number of it.
_WANTED = func.json_each(bindparam("wanted", type_=Text)).table_valued("value")
_SHOPS = select(shop.c.shop_id).where(shop.c.shop_id.in_(select(_WANTED.c.value)))
_ALL_SHOPS = select(shop.c.shop_id).order_by(shop.c.shop_id)

# SQLite carries out a CROSS JOIN from left to right. With any other join it may decide, by old
# statistics, to go through all repair orders.
_ORDERS = text(
    """
    SELECT shop_id, repair_number, document, version, created_at, updated_at
    FROM json_each(:wanted) AS wanted CROSS JOIN repair_order
    ON shop_id = json_extract(wanted.value, '$[0]')
    AND repair_number = json_extract(wanted.value, '$[1]')
    """
).columns(*repair_order.columns)

_INSERT = insert(repair_order)
_UPDATE = update(repair_order).where(
    repair_order.c.shop_id == bindparam("in_shop"),
    repair_order.c.repair_number == bindparam("numbered"),
)
