"""Repair orders by what is known of a person: found, and deleted for good."""

import json
from collections.abc import Iterable, Iterator
from typing import cast

from sqlalchemy import ColumnElement, Connection, literal, select

from gateway.contract import OrderKey, StoredOrder, read_document
from gateway.store.port import OrderFilter
from gateway.store.rows import Rows
from gateway.store.tables import repair_order


def find_orders(connection: Connection, which: OrderFilter) -> list[StoredOrder]:
    """The repair orders that match, in ascending order."""
    query = select(repair_order).where(*_conditions(which)).order_by(*_KEY)
    found = (
        StoredOrder(
            OrderKey(row.shop_id, row.repair_number),
            row.document,
            row.version,
            row.created_at,
            row.updated_at,
        )
        for row in connection.execute(query)
    )
    return [order for order in found if _is_of(order.document, which.customer_email)]


def erase_orders(connection: Connection, rows: Rows, which: OrderFilter) -> list[OrderKey]:
    """Delete the repair orders that match; returns their keys, in ascending order."""
    keys = list(_locked_keys(connection, which))
    rows.erase(connection, keys)
    return keys


def _locked_keys(connection: Connection, which: OrderFilter) -> Iterator[OrderKey]:
    """The keys of what matches, which nobody else changes until the transaction ends."""
    # Documents are only read when something is looked for in them.
    is_read = which.customer_email is not None
    document = repair_order.c.document if is_read else literal("{}")
    query = select(*_KEY, document).where(*_conditions(which)).order_by(*_KEY).with_for_update()
    for shop_id, repair_number, text in connection.execute(query):
        if _is_of(text, which.customer_email):
            yield OrderKey(shop_id, repair_number)


def _conditions(which: OrderFilter) -> Iterable[ColumnElement[bool]]:
    """What an engine can tell of a match; of e-mail addresses only that one could be there."""
    if which.shop_id is not None:
        yield repair_order.c.shop_id == which.shop_id
    if which.repair_number is not None:
        yield repair_order.c.repair_number == which.repair_number
    # Engines differ in how they take letters beyond ASCII.
    if which.customer_email is not None and which.customer_email.isascii():
        as_written = json.dumps(which.customer_email.strip())[1:-1]
        yield repair_order.c.document.icontains(as_written, autoescape=True)


def _is_of(document: str, email: str | None) -> bool:
    """Whether the customer of a document has an e-mail address; None is any."""
    if email is None:
        return True
    customer = cast("dict[str, str]", read_document(document).get("customer", {}))
    return _folded(customer.get("email", "")) == _folded(email)


def _folded(email: str) -> str:
    return email.strip().casefold()


_KEY = (repair_order.c.shop_id, repair_order.c.repair_number)
