"""A batch: repair orders of one or more shops, to be saved together or not at all."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from gateway.contract.decoded import DecodedShops
from gateway.contract.enums import InvalidInputReason
from gateway.contract.errors import BatchRejected, InvalidInput, ItemProblem
from gateway.contract.limits import Limits
from gateway.contract.orders import OrderKey, Place
from gateway.contract.problems import (
    InInput,
    ShopEntry,
    duplicate_problems,
    entries_in,
    has_more_orders,
    order_in_input,
)
from gateway.contract.repair_order import (
    RepairOrder,
    RepairOrderPatch,
    ShopRepairOrderPatches,
    ShopRepairOrders,
)
from gateway.contract.shape import fields_of
from gateway.contract.steps import Steps, at_once
from gateway.contract.thorough import reading_shape


class Verb(Enum):
    """What is to be done with the repair orders of a batch."""

    CREATE = "create"
    UPDATE = "update"
    UPSERT = "upsert"


class BatchRow(NamedTuple):
    """One repair order of a batch.

    `document` is AutoSpot's JSON of what was sent, without the number: a field that was left out is
    not in it, and null is.
    """

    place: Place
    key: OrderKey
    document: str


class Batch:
    """Repair orders to be saved together or not at all.

    It may hold problems of shape. Then it has no rows, but still names what could be read, so that
    one answer can list both what is wrong and what does not exist.
    """

    def __init__(
        self,
        shops: DecodedShops,
        entries: Sequence[ShopEntry],
        problems: Sequence[ItemProblem],
        limits: Limits,
        unlisted: Mapping[InInput, int] | None = None,
    ) -> None:
        """Hold what `read_batch` read.

        `unlisted` counts problems beyond those that an answer lists, by what they are about.
        """
        self.problems = problems
        self.entries = entries
        self._shops = shops
        self._limits = limits
        self._unlisted = unlisted or {}

    def __len__(self) -> int:
        """How many repair orders were sent."""
        return sum(entry.size for entry in self.entries)

    def __iter__(self) -> Iterator[BatchRow]:
        """The repair orders, in the order of the input."""
        lines = self._shops.documents()
        for index, (entry, parts) in enumerate(zip(self.entries, lines, strict=False)):
            documents = chain.from_iterable(part.decode().split("\n")[:-1] for part in parts)
            keys = _keys_of(index, entry)
            for (place, key), document in zip(keys, documents, strict=True):
                yield BatchRow(place, key, document)

    def keep_documents(self) -> None:
        """Keep only what a store asks for while this waits for it; `to_json` fails from now on."""
        self._shops.keep_documents()

    def keys(self) -> Iterator[tuple[Place, OrderKey]]:
        """Every repair order whose shop and number can be read, with its place."""
        return _keys(self.entries)

    def to_json(self) -> bytes:
        """The whole batch as AutoSpot's JSON."""
        return self._shops.to_json()

    def rejected(self, problems: Sequence[ItemProblem] = ()) -> BatchRejected:
        """Make the error of its problems of shape and of these, in the order of the input."""
        found = sorted([*problems, *self.problems], key=lambda one: order_in_input(one.place))
        orders = {order_in_input(problem.place) for problem in found}
        return BatchRejected(
            message=_message(orders | self._unlisted.keys(), self.entries),
            errors=found[: self._limits.max_reported_errors],
            error_count=len(found) + sum(self._unlisted.values()),
        )


def read_batch(shops: object, verb: Verb, limits: Limits) -> Batch:
    """Read a batch from plain data, a list of objects as AutoSpot spells them, or DecodedShops.

    Raises BatchRejected at once when there are more repair orders than a request may carry; every
    other problem is left in the batch.
    """
    return at_once(reading_batch(shops, verb, limits))


def reading_batch(shops: object, verb: Verb, limits: Limits) -> Steps[Batch]:
    """Do what `read_batch` does, with pauses when a long batch has a problem."""
    if isinstance(shops, DecodedShops):
        entries = _decoded_entries(shops, verb, limits)
        if entries is not None:
            return Batch(shops, entries, (), limits)
        yield
        shops = shops.plain()
        yield
    return (yield from _reading_plain(shops, verb, limits))


def _decoded_entries(decoded: DecodedShops, verb: Verb, limits: Limits) -> list[ShopEntry] | None:
    """What can be read of a batch without any problem; None when there is one."""
    stricter = () if verb is Verb.CREATE else _NOT_NULL_IN_CHANGES
    entries: list[ShopEntry] = []
    numbers_of: defaultdict[int, list[str]] = defaultdict(list)
    for shop in decoded.shops:
        orders = shop.repair_orders
        if any(None in map(value_of, orders) for value_of in stricter):
            return None
        numbers = [order.repair_number for order in orders]
        numbers_of[shop.shop_id] += numbers
        entries.append(ShopEntry(shop.shop_id, dict(enumerate(numbers)), len(numbers)))
    sizes = [len(numbers) for numbers in numbers_of.values()]
    distinct = [len(set(numbers)) for numbers in numbers_of.values()]
    has_duplicates = verb is not Verb.UPDATE and sizes != distinct
    is_within = 0 < sum(sizes) <= limits.max_repair_orders
    return entries if is_within and not has_duplicates else None


def _reading_plain(shops: object, verb: Verb, limits: Limits) -> Steps[Batch]:
    if has_more_orders(shops, limits.max_repair_orders):
        expected = f"Expected at most {limits.max_repair_orders:,} over all shops."
        raise refused(InvalidInputReason.TOO_MANY, expected)
    entries = entries_in(shops)
    yield
    most = limits.max_reported_errors
    shape = yield from reading_shape(shops, _MODELS[verb], entries, most)
    yield
    duplicates, others = duplicate_problems(() if verb is Verb.UPDATE else _keys(entries), most)
    problems = [*shape.problems, *duplicates]
    unlisted = shape.unlisted + Counter(map(order_in_input, others))
    return Batch(shape.decoded, entries, problems, limits, unlisted)


def refused(reason: InvalidInputReason, expected: str) -> BatchRejected:
    """Make the error of a request that is refused as a whole, before its orders are looked at."""
    problem = InvalidInput(message=f"{reason.description} {expected}", place=(), reason=reason)
    return BatchRejected(
        message=_message({order_in_input(())}, ()), errors=[problem], error_count=1
    )


_MODELS: dict[Verb, type[ShopRepairOrders]] = {
    Verb.CREATE: ShopRepairOrders,
    Verb.UPDATE: ShopRepairOrderPatches,
    Verb.UPSERT: ShopRepairOrderPatches,
}
_NOT_NULL_IN_CHANGES = [
    attrgetter(name)
    for name, shape in fields_of(RepairOrderPatch).items()
    if fields_of(RepairOrder)[name].is_nullable and not shape.is_nullable
]


def _keys(entries: Sequence[ShopEntry]) -> Iterator[tuple[Place, OrderKey]]:
    for index, entry in enumerate(entries):
        yield from _keys_of(index, entry)


def _keys_of(index: int, entry: ShopEntry) -> Iterator[tuple[Place, OrderKey]]:
    shop_id = entry.shop_id
    if shop_id is not None:
        for position, number in entry.numbers.items():
            yield (index, "repair_orders", position), OrderKey(shop_id, number)


def _message(orders: set[InInput], entries: Sequence[ShopEntry]) -> str:
    whole = {entry for entry, order in orders if order < 0 <= entry}
    single = {(entry, order) for entry, order in orders if order >= 0 and entry not in whole}
    count = len(single) + sum(entries[entry].size for entry in whole)
    if count == 0:
        return "The request was refused; nothing was saved."
    total = sum(entry.size for entry in entries)
    return (
        f"{count} of {total} repair orders {'was' if count == 1 else 'were'} refused; "
        "nothing was saved."
    )
