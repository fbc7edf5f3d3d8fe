"""The contract's models read as plain facts, for all that is derived from them."""

from collections.abc import Iterable, Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from annotated_types import MaxLen, MinLen
from pydantic.fields import FieldInfo

from gateway.contract.repair_order import Fields
from gateway.contract.values import Kind


class FieldShape(NamedTuple):
    """One field of a model.

    `of` is its kind of value or, for an object, its model; of the entries, when `is_list`, of which
    there are `lengths`: so many at least and, if not None, so many at most.
    """

    name: str
    description: str
    is_required: bool
    is_nullable: bool
    is_list: bool
    lengths: tuple[int, int | None]
    of: Kind[object] | type[Fields]


@cache
def fields_of(model: type[Fields]) -> dict[str, FieldShape]:
    """The fields of a model by their names, in the order they were declared."""
    return {
        name: _shape(name, field.description or "", field.is_required(), field.rebuild_annotation())
        for name, field in model.model_fields.items()
    }


def _shape(name: str, description: str, is_required: bool, annotation: Any) -> FieldShape:  # noqa: ANN401, FBT001  # an annotation has no type
    is_nullable = is_list = False
    low, high = 0, None
    while True:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            kinds: list[Any] = [part for part in arguments if isinstance(part, Kind)]
            for part in _constraints(arguments):
                low = part.min_length if isinstance(part, MinLen) else low
                high = part.max_length if isinstance(part, MaxLen) else high
            annotation = kinds[0] if kinds else arguments[0]
        elif origin in (Union, UnionType):
            is_nullable = True
            (annotation,) = (part for part in arguments if part is not NoneType)
        elif origin is list:
            is_list = True
            (annotation,) = arguments
        else:
            lengths = (low, high)
            return FieldShape(
                name, description, is_required, is_nullable, is_list, lengths, annotation
            )


def _constraints(arguments: Iterable[object]) -> Iterator[object]:
    for part in arguments:
        yield from part.metadata if isinstance(part, FieldInfo) else (part,)
