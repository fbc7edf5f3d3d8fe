"""GraphQL types made from the contract's classes, so that each field stays written once."""

import dataclasses
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from inspect import cleandoc
from typing import Any, NamedTuple, cast

import strawberry
from strawberry.types.base import StrawberryObjectDefinition

from gateway.contract import DescribedEnum


class Member(NamedTuple):
    """A field of a GraphQL type: its Python name, its type and what it means."""

    name: str
    annotation: Any
    description: str
    graphql_name: str | None = None
    default: Any = dataclasses.MISSING


def sentence(cls: type) -> str:
    """The docstring of a class as the description of a GraphQL type: each paragraph one line."""
    paragraphs = cleandoc(cls.__doc__ or "").split("\n\n")
    return "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def object_type(
    name: str, description: str, members: Iterable[Member], bases: tuple[type, ...] = ()
) -> type[Any]:
    """Make an output type."""
    return strawberry.type(_plain_class(name, members, bases), name=name, description=description)


def interface_type(
    name: str, description: str, members: Iterable[Member], bases: tuple[type, ...] = ()
) -> type[Any]:
    """Make an interface."""
    plain = _plain_class(name, members, bases)
    return strawberry.interface(plain, name=name, description=description)


def input_type(name: str, description: str, members: Iterable[Member]) -> type[Any]:
    """Make an input type whose values stay the plain dicts that graphql-core makes of them.

    Building objects of them would turn fields that were not sent into nulls, and cost more than all
    the rest of a request.
    """
    cls = strawberry.input(_plain_class(name, members, ()), name=name, description=description)
    definition = cast("StrawberryObjectDefinition", cast("Any", cls).__strawberry_definition__)
    definition.from_input = _as_it_is
    return cls


def enum_type(name: str, description: str, values: Mapping[str, str]) -> type[Any]:
    """Make an enumeration of these values, each with its description."""
    members = {
        value: strawberry.enum_value(value, description=meaning)
        for value, meaning in values.items()
    }
    return strawberry.enum(cast("type[Enum]", Enum(name, members)), description=description)


@cache
def described_enum_type(enum: type[DescribedEnum]) -> type[Any]:
    """Make an enumeration of the contract's."""
    values = {member.value: member.description for member in enum}
    return enum_type(enum.__name__, sentence(enum), values)


def _as_it_is(_cls: type, value: object, _context: object) -> object:
    return value


def _plain_class(name: str, members: Iterable[Member], bases: tuple[type, ...]) -> type[Any]:
    namespace: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for member in members:
        namespace["__annotations__"][member.name] = member.annotation
        namespace[member.name] = strawberry.field(
            description=member.description, name=member.graphql_name, default=member.default
        )
    return type(name, bases, namespace)
