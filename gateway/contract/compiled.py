"""The contract's models as msgspec's structs, which compiled code reads and writes.

They are made from the models, so that each field stays written once. They accept nothing that the
models would refuse, and hold each value as the models would keep it. They may refuse more: whoever
is refused asks the models, which accept it or say what is wrong.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from gateway.contract.repair_order import Fields
from gateway.contract.shape import FieldShape, fields_of
from gateway.contract.values import Kind

Spelling = Callable[[str], str]
"""How the names of fields are spelled, when not as AutoSpot spells them."""


@cache
def struct_of(model: type[Fields], spelling: Spelling | None = None) -> type[Struct]:
    """Make the struct of a model, which is read and written in one spelling.

    `settled` is to be called for what was read: it finishes the check.
    """
    return msgspec.defstruct(
        model.__name__,
        [_field(shape, spelling) for shape in fields_of(model).values()],
        rename=spelling,
        kw_only=True,
        forbid_unknown_fields=True,
        # A batch holds no cycles, and to look for them costs as much as to read it.
        gc=False,
    )


def settled(model: type[Fields], structs: Sequence[Struct]) -> bool:
    """Whether all structs of a model are accepted; then they are spelled as AutoSpot does.

    It goes through them field by field, and not one by one, so that compiled code does most of it.
    """
    autospot = struct_of(model)
    if structs and type(structs[0]) is not autospot:
        for struct in structs:
            # Both have the same fields in the same places, so that nothing has to be copied.
            struct.__class__ = autospot
    return all(_is_settled(shape, structs) for shape in _unsettled(model)) if structs else True


def decoder(type_: Any) -> Callable[[bytes | memoryview], Any]:  # noqa: ANN401  # a type
    """Make a function that reads JSON by a type; None is what has to be read another way."""
    decode = msgspec.json.Decoder(type_).decode

    def read(text: bytes | memoryview) -> Any:  # noqa: ANN401  # what the type says
        # A NUL character, which no text may hold, can only stand there escaped.
        if _NUL.search(text):
            return None
        try:
            return decode(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None

    return read


def _field(shape: FieldShape, spelling: Spelling | None) -> tuple[str, Any] | tuple[str, Any, Any]:
    kind: Any = shape.of.compiled if isinstance(shape.of, Kind) else struct_of(shape.of, spelling)
    if shape.is_list:
        low, high = shape.lengths
        kind = Annotated[list[kind], Meta(min_length=low, max_length=high)]
    if shape.is_nullable:
        kind |= None
    return (shape.name, kind) if shape.is_required else (shape.name, kind | UnsetType, UNSET)


@cache
def _unsettled(model: type[Fields]) -> list[FieldShape]:
    """The fields of a model whose check is not complete when they are decoded."""
    return [
        shape
        for shape in fields_of(model).values()
        if not isinstance(shape.of, Kind) or shape.of.rewritten or shape.of.are_kept
    ]


def _is_settled(shape: FieldShape, structs: Sequence[Struct]) -> bool:
    values: list[Any] = list(map(attrgetter(shape.name), structs))
    types = set(map(type, values))
    if isinstance(shape.of, Kind):
        if shape.of.rewritten in types:
            _rewrite(shape.name, shape.of, structs, values)
        return not shape.of.are_kept or (
            shape.of.are_kept(values if types == {str} else [v for v in values if type(v) is str])
        )
    if not types.isdisjoint(_NO_VALUE):
        values = [value for value in values if type(value) not in _NO_VALUE]
    return settled(shape.of, list(chain.from_iterable(values)) if shape.is_list else values)


def _rewrite(
    name: str, kind: Kind[object], structs: Iterable[Struct], values: Sequence[object]
) -> None:
    numbers = {value for value in values if type(value) is kind.rewritten}
    kept = {value: kind.kept(value) for value in numbers}
    changed = {value: text for value, text in kept.items() if type(text) is not kind.rewritten}
    if changed:
        for struct, value in zip(structs, values, strict=True):
            if value in changed:
                setattr(struct, name, changed[value])


_NUL = re.compile(rb"\\u0000")
_NO_VALUE = frozenset({type(None), UnsetType})
