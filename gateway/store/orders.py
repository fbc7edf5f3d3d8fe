"""A batch in the database: what is read for it, and what is written, all of it or nothing."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, select

from gateway.contract import InternalServerError, Saved, StoredOrder
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
        stored = _locked(connection, self.rows, self.wanted)
        decision = self.rows.aside(partial(self.decide, stored))
        _write(connection, self.rows, decision.created, decision.updated)
        return decision.saved


class GroupWrite:
    """Batches that are to be written in one transaction; no two are about the same order.

    `outcomes` holds what each of them came to, in their order, once the transaction is durable.
    `has_begun` is False when no transaction could be begun for them: that is no batch's fault.
    """

    def __init__(self, batches: Sequence[BatchWrite]) -> None:
        """Write some batches of one database."""
        self.has_begun = False
        self.outcomes: list[Saved | Exception] = []
        self._batches = batches

    def __call__(self, connection: Connection) -> None:
        """Do for all of them, in as many statements as for one, what each would do alone."""
        self.has_begun = True
        rows = self._batches[0].rows
        stored = _locked(connection, rows, self._wanted())
        decided = rows.aside(partial(self._decided, stored))
        decisions = [decision for decision in decided if isinstance(decision, Decision)]
        _write(
            connection,
            rows,
            [order for decision in decisions for order in decision.created],
            [order for decision in decisions for order in decision.updated],
        )
        self.outcomes = [
            outcome.saved if isinstance(outcome, Decision) else outcome for outcome in decided
        ]

    def outcomes_after(self, failure: BaseException) -> list[Saved | BaseException]:
        """What each came to when the transaction failed: a refusal stands, it wrote nothing."""
        outcomes = self.outcomes or [failure] * len(self._batches)
        return [failure if isinstance(outcome, Saved) else outcome for outcome in outcomes]

    def _wanted(self) -> Wanted:
        return Wanted(
            {shop_id for batch in self._batches for shop_id in batch.wanted.shop_ids},
            [key for batch in self._batches for key in batch.wanted.keys],
        )

    def _decided(self, stored: Stored) -> list[Decision | Exception]:
        return [_decision_of(batch, stored) for batch in self._batches]


def _decision_of(batch: BatchWrite, stored: Stored) -> Decision | Exception:
    """Have decided what is written for a batch that sees no rows but its own."""
    shop_ids, keys = batch.wanted
    orders = stored.orders
    own = Stored(
        frozenset(stored.shop_ids).intersection(shop_ids),
        {key: orders[key] for key in keys if key in orders and key.shop_id in shop_ids},
    )
    try:
        return batch.decide(own)
    except Exception as error:  # noqa: BLE001  # it is raised again where the batch is awaited
        return error


def _locked(connection: Connection, rows: Rows, wanted: Wanted) -> Stored:
    """Lock and read those of the wanted rows that exist."""
    shop_ids = rows.shops(connection, wanted.shop_ids)
    # Two statements tell one story: in a shop that was not there nothing is looked for.
    keys = [key for key in wanted.keys if key.shop_id in shop_ids]
    return Stored(shop_ids, rows.locked_orders(connection, keys))


def _write(
    connection: Connection,
    rows: Rows,
    created: Sequence[StoredOrder],
    updated: Sequence[StoredOrder],
) -> None:
    if created and rows.create(connection, created) != len(created):
        raise Overtaken
    if updated and rows.change(connection, updated) != len(updated):
        raise InternalServerError


def read_stored(connection: Connection, rows: Rows, wanted: Wanted) -> Stored:
    """Read those of the wanted rows that exist."""
    return Stored(rows.shops(connection, wanted.shop_ids), rows.orders(connection, wanted.keys))


def all_shops(connection: Connection) -> list[int]:
    """Every shop, in ascending order."""
    return list(connection.execute(_ALL_SHOPS).scalars())


_ALL_SHOPS = select(shop.c.shop_id).order_by(shop.c.shop_id)
