"""Sample values of every field, made from the contract so that no list of fields goes stale."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from gateway.contract import Fields, FieldShape, Kind, RepairOrder, Scalar, fields_of

_FIRST: dict[Scalar, Any] = {
    Scalar.BOOLEAN: True,
    Scalar.DATE_TIME: "2020-03-11T09:30:00-07:00",
    Scalar.FLOAT: 48,
    Scalar.ID: "4849843",
    Scalar.INT: 2000,
    Scalar.STRING: "Örtlich 🚗 שלום e\u0301",
}
_SECOND: dict[Scalar, Any] = {
    Scalar.BOOLEAN: False,
    Scalar.DATE_TIME: "2021-12-31t23:59",
    Scalar.FLOAT: 12.5,
    Scalar.ID: "7",
    Scalar.INT: 1999,
    Scalar.STRING: "",
}


class Leaf(NamedTuple):
    """A value deep in a repair order: the names that lead to it, and its field."""

    path: tuple[str, ...]
    shape: FieldShape


def leaves(model: type[Fields] = RepairOrder, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Every value of a repair order that can be left out, those of nested objects too."""
    for name, shape in fields_of(model).items():
        if shape.is_list or shape.is_required:
            continue
        if isinstance(shape.of, Kind):
            yield Leaf((*path, name), shape)
        else:
            yield from leaves(shape.of, (*path, name))


def objects() -> list[str]:
    """The fields of a repair order that hold an object."""
    return [
        name
        for name, shape in fields_of(RepairOrder).items()
        if not (shape.is_list or isinstance(shape.of, Kind))
    ]


def full(model: type[Fields] = RepairOrder, *, second: bool = False) -> dict[str, Any]:
    """An object with every field set; a second one has other values."""
    return {name: sample(shape, second=second) for name, shape in fields_of(model).items()}


def sample(shape: FieldShape, *, second: bool = False) -> Any:
    """A value of a field; a second one is another value."""
    if isinstance(shape.of, Kind):
        value = (_SECOND if second else _FIRST)[shape.of.scalar]
    else:
        value = full(shape.of, second=second)
    return [value] if shape.is_list else value


def camel(value: Any) -> Any:
    """Spell the names of an object as GraphQL does."""
    if isinstance(value, dict):
        return {_camel_name(name): camel(entry) for name, entry in value.items()}
    return [camel(entry) for entry in value] if isinstance(value, list) else value


def snake(value: Any) -> Any:
    """Spell the names of an object as AutoSpot does."""
    if isinstance(value, dict):
        return {_snake_name(name): snake(entry) for name, entry in value.items()}
    return [snake(entry) for entry in value] if isinstance(value, list) else value


def selection(model: type[Fields] = RepairOrder) -> str:
    """The selection of every field of a repair order, each under the name of its input."""
    return " ".join(_selected(name, shape) for name, shape in fields_of(model).items())


def _selected(name: str, shape: FieldShape) -> str:
    if not isinstance(shape.of, Kind):
        return f"{_camel_name(name)} {{ {selection(shape.of)} }}"
    return "id: memberId" if name == "id" else _camel_name(name)


def as_read(document: dict[str, Any], model: type[Fields] = RepairOrder) -> dict[str, Any]:
    """A stored document as the selection of every field reads it."""
    return {
        _camel_name(name): _read(document.get(name), shape)
        for name, shape in fields_of(model).items()
    }


def _read(value: Any, shape: FieldShape) -> Any:
    if isinstance(shape.of, Kind):
        return value
    if shape.is_list:
        return [as_read(entry, shape.of) for entry in value or []]
    return None if value is None else as_read(value, shape.of)


def literal(value: Any) -> str:
    """Write a value of an input as a GraphQL literal."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(entry)}" for name, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(entry) for entry in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _camel_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _snake_name(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


EVERY_FIELD = selection()
