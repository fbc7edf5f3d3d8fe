r"""The values of a repair order: what is accepted, why another value is refused, what is kept.

Each kind of value is written once, so that its check, the sentence in an error, its GraphQL scalar
and its JSON Schema cannot drift apart.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isinf
from typing import Annotated, Any, Generic, LiteralString, TypeVar, cast

from msgspec import Meta
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from gateway.contract.date_times import DATE_TIME_PATTERN, are_date_times, is_date_time
from gateway.contract.enums import InvalidInputReason

MAX_SHOP_ID = 2**31 - 1

_NOT_STORABLE = "\0\ud800-\udfff"
_CONTROL = "\0-\x1f\x7f-\x9f"
_SHORT_INTEGER = Annotated[int, Meta(ge=-(10**18), le=10**18)]


class Scalar(StrEnum):
    """The GraphQL scalar that carries a kind of value."""

    BOOLEAN = "Boolean"
    DATE_TIME = "DateTime"
    FLOAT = "Float"
    ID = "ID"
    INT = "Int"
    STRING = "String"


class Refusal(Exception):
    """A value is not accepted."""

    def __init__(self, reason: InvalidInputReason) -> None:
        """Remember why."""
        super().__init__(reason)
        self.reason = reason


Kept_co = TypeVar("Kept_co", bound=object, covariant=True)


@dataclass(frozen=True, eq=False)
class Kind(Generic[Kept_co]):
    """A kind of value.

    `accepts` is read after "Expected"; `json_schema` says the same to programs. `kept` returns the
    value as it is kept, or raises Refusal.

    The same check for very many values is `compiled`, a type of msgspec's, and then `are_kept` for
    the texts among them. Together they may accept less than `kept`, and never more, but for NUL
    characters and lone surrogates, which no decoded text holds. What they accept is kept as it is,
    but for numbers of the type `rewritten`.
    """

    scalar: Scalar
    accepts: str
    json_schema: Mapping[str, object]
    kept: Callable[[object], Kept_co]
    compiled: Any
    are_kept: Callable[[Sequence[str]], bool] | None = None
    rewritten: type[int | float] | None = None

    def readable(self, value: object) -> Kept_co | None:
        """Return the value as it is kept, or None when it is not accepted."""
        try:
            return self.kept(value)
        except Refusal:
            return None

    def checked(self, value: object) -> object:
        """Return the value as it is kept, or raise the error that pydantic gathers.

        The error's type is the reason.
        """
        try:
            return self.kept(value)
        except Refusal as refusal:
            raise PydanticCustomError(_literal(refusal.reason), "refused") from None

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Have pydantic call `checked`."""
        return core_schema.no_info_plain_validator_function(self.checked)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        """Have pydantic describe the value as `json_schema`."""
        return dict(self.json_schema)


def _literal(reason: InvalidInputReason) -> LiteralString:
    return cast("LiteralString", reason.value)


def _text(max_length: int, *, blank: bool = True, control_characters: bool = True) -> Kind[str]:
    """Text, kept verbatim; its length counts Unicode code points."""
    forbidden = re.compile(f"[{_NOT_STORABLE}{'' if control_characters else _CONTROL}]")

    def kept(value: object) -> str:
        if not isinstance(value, str):
            raise _wrong_type(value)
        if not (blank or value.strip()):
            raise Refusal(InvalidInputReason.BLANK)
        if forbidden.search(value):
            raise Refusal(InvalidInputReason.INVALID_CHARACTER)
        if len(value) > max_length:
            raise Refusal(InvalidInputReason.TOO_LONG)
        return value

    def are_kept(values: Sequence[str]) -> bool:
        return all(map(str.strip, values)) and (control_characters or not has_control(values))

    def has_control(values: Sequence[str]) -> bool:
        joined = "".join(values)
        return not joined.isprintable() and forbidden.search(joined) is not None

    return Kind(
        scalar=Scalar.STRING,
        accepts=(
            f"text of up to {max_length:,} characters"
            if blank
            else f"text of 1 to {max_length:,} characters, not blank"
        )
        + ("" if control_characters else ", without control characters"),
        json_schema={
            "type": "string",
            "maxLength": max_length,
            "pattern": _pattern(blank=blank, control_characters=control_characters),
        }
        | ({} if blank else {"minLength": 1}),
        kept=kept,
        compiled=Annotated[str, Meta(max_length=max_length)],
        are_kept=None if blank else are_kept,
    )


def _pattern(*, blank: bool, control_characters: bool) -> str:
    """Text as a pattern of ECMA-262; surrogates are in no text that JSON Schema knows."""
    forbidden = r"\u0000" if control_characters else r"\u0000-\u001f\u007f-\u009f"
    some = "" if blank else rf"[^{forbidden}\s][^{forbidden}]*"
    return f"^[^{forbidden}]*{some}$"


def _identifier(max_length: int) -> Kind[str]:
    """Text that is not blank, or a whole number that is kept as text: GraphQL's ID."""
    text = _text(max_length, blank=False)

    def kept(value: object) -> str:
        whole = _whole(value)
        return text.kept(value if whole is None else str(whole))

    return Kind(
        scalar=Scalar.ID,
        accepts=text.accepts,
        json_schema={"anyOf": [text.json_schema, {"type": "integer"}]},
        kept=kept,
        compiled=text.compiled | _SHORT_INTEGER,
        are_kept=text.are_kept,
        rewritten=int,
    )


def _whole_number(low: int, high: int) -> Kind[int]:
    """An integer, also when it is written with a zero fraction."""

    def kept(value: object) -> int:
        whole = _whole(value)
        if whole is None:
            raise (
                Refusal(InvalidInputReason.OUT_OF_RANGE)
                if _is_infinite(value)
                else _wrong_type(value)
            )
        if not low <= whole <= high:
            raise Refusal(InvalidInputReason.OUT_OF_RANGE)
        return whole

    return Kind(
        scalar=Scalar.INT,
        accepts=f"a whole number from {low:,} to {high:,}",
        json_schema={"type": "integer", "minimum": low, "maximum": high},
        kept=kept,
        compiled=Annotated[int, Meta(ge=low, le=high)],
    )


def _number(low: int, high: int) -> Kind[int | float]:
    """A finite number; a whole one is kept as an integer, so that 48 stays 48."""

    def kept(value: object) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong_type(value)
        if not low <= value <= high:
            raise Refusal(InvalidInputReason.OUT_OF_RANGE)
        whole = _whole(value)
        return value if whole is None else whole

    return Kind(
        scalar=Scalar.FLOAT,
        accepts=f"a number from {low:,} to {high:,}",
        json_schema={"type": "number", "minimum": low, "maximum": high},
        kept=kept,
        compiled=Annotated[int, Meta(ge=low, le=high)] | Annotated[float, Meta(ge=low, le=high)],
        rewritten=float,
    )


def _date_time() -> Kind[str]:
    """A date and time, kept verbatim; without an offset it is the shop's local time."""

    def kept(value: object) -> str:
        if not isinstance(value, str):
            raise _wrong_type(value)
        if not is_date_time(value):
            raise Refusal(InvalidInputReason.NOT_A_DATE_TIME)
        return value

    return Kind(
        scalar=Scalar.DATE_TIME,
        accepts="a real date and time such as 2020-03-11T09:30:00-07:00, 2020-03-11T09:30:00Z "
        "or 2020-03-11T09:30",
        json_schema={"type": "string", "pattern": f"^{DATE_TIME_PATTERN}$"},
        kept=kept,
        compiled=str,
        are_kept=are_date_times,
    )


def _yes_or_no() -> Kind[bool]:
    """A boolean, and nothing that could be taken for one."""

    def kept(value: object) -> bool:
        if not isinstance(value, bool):
            raise _wrong_type(value)
        return value

    return Kind(
        scalar=Scalar.BOOLEAN,
        accepts="true or false",
        json_schema={"type": "boolean"},
        kept=kept,
        compiled=bool,
    )


def _wrong_type(value: object) -> Refusal:
    return Refusal(
        InvalidInputReason.NULL_NOT_ALLOWED if value is None else InvalidInputReason.WRONG_TYPE
    )


def _whole(value: object) -> int | None:
    """The integer that a number equals, if there is one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if isinstance(value, int) or value.is_integer() else None


def _is_infinite(value: object) -> bool:
    """Whether a number was too large to be read, as 1e999 is."""
    return isinstance(value, float) and isinf(value)


SHOP_ID = _whole_number(1, MAX_SHOP_ID)
REPAIR_NUMBER = _text(64, blank=False, control_characters=False)

ShopId = Annotated[int, SHOP_ID]
RepairNumber = Annotated[str, REPAIR_NUMBER]
Text = Annotated[str, _text(1_000)]
SpecialistId = Annotated[str, _identifier(64)]
DateTime = Annotated[str, _date_time()]
Hours = Annotated[float, _number(0, 1_000_000)]
ModelYear = Annotated[int, _whole_number(1, 9_999)]
YesOrNo = Annotated[bool, _yes_or_no()]
