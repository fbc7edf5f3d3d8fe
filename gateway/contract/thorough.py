"""The thorough way to read a batch: from plain data, by the models, which name every problem.

All repair orders of a long batch would take a second, so it pauses now and then.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, NamedTuple, cast

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from gateway.contract.decoded import DecodedShops, WrittenShops
from gateway.contract.errors import InvalidInput
from gateway.contract.orders import Place
from gateway.contract.problems import ShopEntry, order_in_input, orders_of, shape_problem
from gateway.contract.repair_order import ShopRepairOrders
from gateway.contract.steps import Steps


class Shape(NamedTuple):
    """What is wrong with the shape of a batch, and the batch itself when nothing is.

    `problems` are the first in the order of the input, and `unlisted` the places of all others.
    """

    decoded: DecodedShops
    problems: Sequence[InvalidInput]
    unlisted: Sequence[Place]


def reading_shape(
    shops: object, model: type[ShopRepairOrders], entries: Sequence[ShopEntry], most: int
) -> Steps[Shape]:
    """Read what should be a list of this model; at most so many problems are made.

    Of all others there are only the places, since there may be a million.
    """
    written = WrittenShops()
    problems: list[InvalidInput] = []
    unlisted: list[Place] = []
    read = 0
    for part in _parts(shops, model):
        if read >= _MOST_AT_ONCE:
            read = 0
            yield
        read += max(1, part.size)
        try:
            models = part.reader.validate_python(part.value)
        except ValidationError as error:
            found = part.found(error)
            listed = most - len(problems)
            problems += [shape_problem(one, model, entries) for one in found[:listed]]
            unlisted += [one["loc"] for one in found[listed:]]
            continue
        if not problems:
            text = part.reader.dump_json(models, exclude_unset=True)
            written.add(text, is_rest=part.start > 0)
    if problems:
        return Shape(DecodedShops([]), problems, unlisted)
    return Shape((yield from written.settling()), problems, unlisted)


class _Part(NamedTuple):
    """What is read in one step, and where it stands."""

    value: object
    reader: TypeAdapter[Any]
    place: Place
    start: int = 0
    """How many entries of the list at this place stand before it."""
    size: int = 1

    def found(self, error: ValidationError) -> list[ErrorDetails]:
        """What pydantic found in it, with places in the batch, in their order."""
        found = error.errors(include_url=False)
        for details in found:
            details["loc"] = self._in_batch(details["loc"])
        return sorted(found, key=lambda details: order_in_input(details["loc"]))

    def _in_batch(self, place: Place) -> Place:
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


_MOST_AT_ONCE = 500
"""Repair orders that are read in one step, which takes some milliseconds."""
