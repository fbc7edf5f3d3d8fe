"""The contract's models as msgspec's structs, which compiled code reads and writes.

They are made from the models, so that each field stays written once. They accept nothing that the
models would refuse, and hold each value as the models would keep it. They may refuse more: whoever
is refused asks the models, which accept it or say what is wrong.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from gateway.contract.repair_order import Fields
from gateway.contract.shape import FieldShape, fields_of
from gateway.contract.steps import Steps
from gateway.contract.values import Kind

Spelling = Callable[[str], str]
"""How the names of fields are spelled, when not as AutoSpot spells them."""

_ValueOf = Callable[[Struct], Any]


@cache
def struct_of(model: type[Fields], spelling: Spelling | None) -> type[Struct]:
    """Make the struct of a model, which is read and written in one spelling.

    `settling` is to be done for what was read: it finishes the check.
    """
    if spelling and not _is_respelled(model, spelling):
        return struct_of(model, None)
    return msgspec.defstruct(
        model.__name__,
        [_field(shape, spelling) for shape in fields_of(model).values()],
        rename=spelling,
        kw_only=True,
        forbid_unknown_fields=True,
        # A batch holds no cycles, and to look for them costs as much as to read it.
        gc=False,
    )


def settling(
    model: type[Fields], structs: Sequence[Struct], spelling: Spelling | None = None
) -> Steps[bool]:
    """Find out whether all structs of a model are accepted; then they are as AutoSpot spells them.

    It goes through them field by field, and not one by one, so that compiled code does most of it.
    Long lists in them are gone through in several steps.
    """
    rest = _rest_of(model, spelling)
    are_accepted = not structs or rest.values_are_accepted(structs)
    for part, entries in rest.parts(structs):
        for start in range(0, len(entries), _MOST_AT_ONCE):
            if start:
                yield
            are_accepted &= part.accepts(entries[start : start + _MOST_AT_ONCE])
    return are_accepted


def plain(model: type[Fields], structs: list[Any], spelling: Spelling | None) -> list[object]:
    """What was read, accepted or not, as plain data that is spelled as AutoSpot does."""
    _rest_of(model, spelling).respell(structs)
    return msgspec.to_builtins(structs)


def decoder(type_: Any) -> Callable[[bytes | memoryview], Any]:  # noqa: ANN401  # a type
    """Make a function that reads JSON by a type; None is what has to be read another way.

    Whatever `may_hold_nul` has to be read another way, too.
    """
    decode = msgspec.json.Decoder(type_).decode

    def read(text: bytes | memoryview) -> Any:  # noqa: ANN401  # what the type says
        try:
            return decode(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None

    return read


def may_hold_nul(body: bytes, start: int = 0) -> bool:
    """Whether a NUL character, which no text may hold, stands in JSON; it stands there escaped."""
    escape = body.find(b"\\", start)  # Many times as fast as the search, and mostly there is none.
    return escape >= 0 and _NUL.search(body, escape) is not None


def _is_respelled(model: type[Fields], spelling: Spelling) -> bool:
    return any(
        spelling(name) != name
        or (not isinstance(shape.of, Kind) and _is_respelled(shape.of, spelling))
        for name, shape in fields_of(model).items()
    )


def _field(shape: FieldShape, spelling: Spelling | None) -> tuple[str, Any] | tuple[str, Any, Any]:
    kind: Any = shape.of.compiled if isinstance(shape.of, Kind) else struct_of(shape.of, spelling)
    if shape.is_list:
        low, high = shape.lengths
        kind = Annotated[list[kind], Meta(min_length=low, max_length=high)]
    if shape.is_nullable:
        kind |= None
    return (shape.name, kind) if shape.is_required else (shape.name, kind | UnsetType, UNSET)


class _Rest(NamedTuple):
    """What is left to do with the objects of a model once they are decoded."""

    respelled: type[Struct] | None
    """Their class as AutoSpot spells them, unless they have it."""
    texts: list[tuple[_ValueOf, Callable[[Sequence[str]], bool]]]
    numbers: list[tuple[_ValueOf, str, Kind[object]]]
    objects: list[tuple[_ValueOf, bool, "_Rest"]]
    """Those in the objects, and whether they are lists."""

    def accepts(self, structs: Sequence[Struct]) -> bool:
        """Whether objects, at least one, are accepted with all that is in them."""
        return self.values_are_accepted(structs) and all(
            part.accepts(entries) for part, entries in self.parts(structs)
        )

    def values_are_accepted(self, structs: Sequence[Struct]) -> bool:
        """Whether the plain values of objects, at least one, are accepted."""
        self._respell_these(structs)
        for value_of, name, kind in self.numbers:
            values = list(map(value_of, structs))
            types: set[type | None] = set(map(type, values))
            if kind.rewritten in types:
                _rewrite(name, kind, structs, values)
        for value_of, are_kept in self.texts:
            values = list(map(value_of, structs))
            if set(map(type, values)) != _ONLY_TEXT:
                values = [value for value in values if type(value) is str]
            if not are_kept(values):
                return False
        return True

    def respell(self, structs: Sequence[Struct]) -> None:
        """Spell objects, and all that is in them, as AutoSpot does."""
        self._respell_these(structs)
        for part, entries in self.parts(structs):
            part.respell(entries)

    def _respell_these(self, structs: Sequence[Struct]) -> None:
        if respelled := self.respelled:
            for struct in structs:
                # Both have the same fields in the same places, so that nothing has to be copied.
                struct.__class__ = respelled

    def parts(self, structs: Sequence[Struct]) -> Iterator[tuple["_Rest", Sequence[Struct]]]:
        """The objects in objects, as far as there are any: those of a field together."""
        for value_of, is_list, rest in self.objects:
            values = _given(map(value_of, structs))
            if entries := list(chain.from_iterable(values)) if is_list else values:
                yield rest, entries


@cache
def _rest_of(model: type[Fields], spelling: Spelling | None) -> _Rest:
    autospot = struct_of(model, None)
    is_respelled = struct_of(model, spelling) is not autospot
    rest = _Rest(autospot if is_respelled else None, [], [], [])
    for name, shape in fields_of(model).items():
        value_of = attrgetter(name)
        if not isinstance(shape.of, Kind):
            part = _rest_of(shape.of, spelling)
            if any(part):
                rest.objects.append((value_of, shape.is_list, part))
            continue
        if shape.of.rewritten:
            rest.numbers.append((value_of, name, shape.of))
        if shape.of.are_kept:
            rest.texts.append((value_of, shape.of.are_kept))
    return rest


def _given(values: Iterable[Any]) -> list[Any]:
    """Those values that are neither null nor left out."""
    given = list(values)
    if _NO_VALUE.isdisjoint(map(type, given)):
        return given
    return [value for value in given if type(value) not in _NO_VALUE]


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
_ONLY_TEXT = {str}
_MOST_AT_ONCE = 2_000
"""Repair orders that are checked in one step, which takes some milliseconds."""
