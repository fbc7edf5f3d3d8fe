"""A batch in the database: what is read for it, and what is written, all of it or nothing."""

from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, select

from gateway.contract import InternalServerError, Saved
from gateway.store.database import Overtaken
from gateway.store.port import Decide, Decision, Stored, Wanted
from gateway.store.rows import Rows
from gateway.store.tables import shop


class BatchWrite(NamedTuple):
    """A batch that is to be written in a transaction."""

    rows: Rows
    wanted: Wanted
    decide: Decide

    def __call__(self, connection: Connection) -> Saved:
        """Lock and read its rows, have decided what is written, and write that."""
        shop_ids = self.rows.shops(connection, self.wanted.shop_ids)
        # Two statements tell one story: in a shop that was not there nothing is looked for.
        keys = [key for key in self.wanted.keys if key.shop_id in shop_ids]
        stored = Stored(shop_ids, self.rows.locked_orders(connection, keys))
        decision = self.rows.aside(partial(self.decide, stored))
        self._write(connection, decision)
        return decision.saved

    def _write(self, connection: Connection, decision: Decision) -> None:
        created, updated = decision.created, decision.updated
        if created and self.rows.create(connection, created) != len(created):
            raise Overtaken
        if updated and self.rows.change(connection, updated) != len(updated):
            raise InternalServerError


def read_stored(connection: Connection, rows: Rows, wanted: Wanted) -> Stored:
    """Read those of the wanted rows that exist."""
    return Stored(rows.shops(connection, wanted.shop_ids), rows.orders(connection, wanted.keys))


def all_shops(connection: Connection) -> list[int]:
    """Every shop, in ascending order."""
    return list(connection.execute(_ALL_SHOPS).scalars())


_ALL_SHOPS = select(shop.c.shop_id).order_by(shop.c.shop_id)
