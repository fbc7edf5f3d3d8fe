"""What is written for a batch that may be saved."""

from datetime import datetime
from typing import cast

from gateway.backing.merge import merged, without_nulls
from gateway.backing.rules import problems_with
from gateway.contract import (
    Batch,
    BatchRow,
    Document,
    LazyOrders,
    OrderKey,
    Saved,
    SavedAction,
    SavedOrder,
    StoredOrder,
    Verb,
    read_document,
    write_document,
)
from gateway.store import Decision, Stored


def decide(batch: Batch, verb: Verb, stored: Stored, now: datetime) -> Decision:
    """Decide what is written for a batch.

    Raises BatchRejected with every shop and repair order that is in the way.
    """
    problems = problems_with(batch, verb, stored)
    if problems:
        raise batch.rejected(problems)
    return _creation(batch, now) if verb is Verb.CREATE else _changes(batch, stored, now)


def _creation(batch: Batch, now: datetime) -> Decision:
    orders = [StoredOrder(row.key, _first_document(row), 1, now, now) for row in batch]

    def saved() -> list[SavedOrder]:
        return [
            SavedOrder(place, key, SavedAction.CREATED, order)
            for (place, key), order in zip(batch.keys(), orders, strict=True)
        ]

    return Decision(created=orders, updated=[], saved=Saved(LazyOrders(len(orders), saved)))


def _first_document(row: BatchRow) -> str:
    # Only a document that may hold a null is worth decoding.
    return write_document(_merged({}, row)) if "null" in row.document else row.document


def _changes(batch: Batch, stored: Stored, now: datetime) -> Decision:
    rows = list(batch)
    orders = {row.key: _Order(stored.orders.get(row.key)) for row in rows}
    actions = [orders[row.key].change(row) for row in rows]
    written = {key: order.written(key, now) for key, order in orders.items()}
    return Decision(
        created=[written[key] for key, order in orders.items() if order.is_new],
        updated=[written[key] for key, order in orders.items() if order.is_changed],
        saved=Saved(
            [
                SavedOrder(row.place, row.key, action, written[row.key])
                for row, action in zip(rows, actions, strict=True)
            ]
        ),
    )


class _Order:
    """A repair order while the rows of a batch change it, one after the other."""

    def __init__(self, before: StoredOrder | None) -> None:
        self.is_new = before is None
        self.is_changed = False
        self._before = before
        self._document = read_document(before.document) if before else {}

    def change(self, row: BatchRow) -> SavedAction:
        """Merge a row into the order."""
        document = _merged(self._document, row)
        if self.is_new:
            self._document = document
            return SavedAction.CREATED
        if document == self._document:
            return SavedAction.UNCHANGED
        self._document = document
        self.is_changed = True
        return SavedAction.UPDATED

    def written(self, key: OrderKey, now: datetime) -> StoredOrder:
        """The order as it is kept from now on."""
        before = self._before
        if before is None:
            return StoredOrder(key, write_document(self._document), 1, now, now)
        if not self.is_changed:
            return before
        document = write_document(self._document)
        return StoredOrder(key, document, before.version + 1, before.created_at, now)


def _merged(document: Document, row: BatchRow) -> Document:
    patch = without_nulls(read_document(row.document))
    return cast("Document", merged(document, patch))
