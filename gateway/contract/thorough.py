"""The thorough way to read a batch: from plain data, by the models, which name every problem.

All repair orders of a long batch would take a second, so it pauses now and then.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, NamedTuple, cast

from pydantic import Field, TypeAdapter, ValidationError

from gateway.contract.decoded import DecodedShops, WrittenShops
from gateway.contract.errors import InvalidInput
from gateway.contract.orders import Place
from gateway.contract.problems import InInput, ShopEntry, order_in_input, orders_of, shape_problem
from gateway.contract.repair_order import ShopRepairOrders
from gateway.contract.steps import Steps


class Shape(NamedTuple):
    """What is wrong with the shape of a batch, and the batch itself when nothing is.

    `problems` are as many as an answer lists, or more; `unlisted` counts all others.
    """

    decoded: DecodedShops
    problems: Sequence[InvalidInput]
    unlisted: Counter[InInput]


def reading_shape(
    shops: object, model: type[ShopRepairOrders], entries: Sequence[ShopEntry], most: int
) -> Steps[Shape]:
    """Read what should be a list of this model, of whose problems an answer lists so many."""
    problems = _Problems(model, entries, most)
    written: WrittenShops | None = WrittenShops()
    read = 0
    for part in _parts(shops, model):
        if read >= _MOST_AT_ONCE:
            read = 0
            yield
        read += max(1, part.size)
        try:
            models = part.reader.validate_python(part.value)
        except ValidationError as error:
            written = None
            yield from problems.adding(part, error)
        else:
            if written:
                text = part.reader.dump_json(models, exclude_unset=True)
                written.add(text, is_rest=part.start > 0)
    decoded = (yield from written.settling()) if written else DecodedShops([])
    return Shape(decoded, problems.found(), problems.unlisted)


class _Problems:
    """The problems of a batch; those that no answer lists are only counted: there may be a million.

    The first in the order of the input are listed. The models find those of an entry as a whole
    after those of its repair orders, so that as many are kept of either kind.
    """

    def __init__(
        self, model: type[ShopRepairOrders], entries: Sequence[ShopEntry], most: int
    ) -> None:
        """Have found none yet."""
        self.unlisted: Counter[InInput] = Counter()
        self._model = model
        self._entries = entries
        self._most = most
        self._of_entries: list[InvalidInput] = []
        self._of_orders: list[InvalidInput] = []

    def found(self) -> list[InvalidInput]:
        """Those that may be listed, in the order of the input."""
        kept = [*self._of_entries, *self._of_orders]
        return sorted(kept, key=lambda problem: order_in_input(problem.place))

    def adding(self, part: "_Part", error: ValidationError) -> Steps[None]:
        """Add what the models found in a part of the batch."""
        for count, details in enumerate(error.errors(include_url=False), start=1):
            if count % _MOST_ERRORS_AT_ONCE == 0:
                yield
            details["loc"] = part.in_batch(details["loc"])
            order = order_in_input(details["loc"])
            kept = self._of_entries if order[1] < 0 else self._of_orders
            if len(kept) < self._most:
                kept.append(shape_problem(details, self._model, self._entries))
            else:
                self.unlisted[order] += 1


class _Part(NamedTuple):
    """What is read in one step, and where it stands."""

    value: object
    reader: TypeAdapter[Any]
    place: Place
    start: int = 0
    """How many entries of the list at this place stand before it."""
    size: int = 1

    def in_batch(self, place: Place) -> Place:
        """Where a place in this part is in the batch."""
        match place:
            case (int(index), *inside):
                return (*self.place, self.start + index, *inside)
            case _:
                return (*self.place, *place)


def _parts(shops: object, model: type[ShopRepairOrders]) -> Iterator[_Part]:
    """Take a batch apart: into its entries, and long ones into some repair orders at a time."""
    readers = _readers(model)
    if not isinstance(shops, list) or not shops:
        yield _Part(cast("object", shops), readers.batch, ())
        return
    for index, entry in enumerate(cast("list[Any]", shops)):
        orders = orders_of(entry)
        is_long = len(orders) > _MOST_AT_ONCE
        first = {**entry, "repair_orders": orders[:_MOST_AT_ONCE]} if is_long else entry
        yield _Part(first, readers.entry, (index,), size=min(len(orders), _MOST_AT_ONCE))
        for start in range(_MOST_AT_ONCE, len(orders), _MOST_AT_ONCE):
            some = orders[start : start + _MOST_AT_ONCE]
            yield _Part(some, readers.orders, (index, "repair_orders"), start, len(some))


class _Readers(NamedTuple):
    batch: TypeAdapter[Any]
    entry: TypeAdapter[Any]
    orders: TypeAdapter[Any]


@cache
def _readers(model: type[ShopRepairOrders]) -> _Readers:
    batch: Any = Annotated[list[model], Field(min_length=1)]
    orders: Any = model.model_fields["repair_orders"].annotation
    return _Readers(TypeAdapter(batch), TypeAdapter(model), TypeAdapter(orders))


_MOST_AT_ONCE = 100
"""Repair orders that are read in one step, which takes milliseconds."""
_MOST_ERRORS_AT_ONCE = 2_000
