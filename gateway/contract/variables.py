"""Reads the variables of an operation that hold batches, without making plain data of those."""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from gateway.contract.compiled import Spelling, decoder, may_hold_nul
from gateway.contract.decoded import DecodedShops, settling_shops, shops_type
from gateway.contract.json_text import NotJson, read_json
from gateway.contract.limits import Limits
from gateway.contract.steps import LONG_TEXT, Steps


class BatchObject(NamedTuple):
    """An object that holds a batch: the name of that field, and those of its other fields."""

    field: str
    others: tuple[str, ...]


class DecodedVariables(dict[str, object]):
    """Variables as plain data, but for batches.

    Where a batch stands, there is an empty list; the batch is in `batches`, by its variable's name.
    One in which a value may be wrong is plain data there, as AutoSpot spells it.
    """

    def __init__(
        self, variables: Mapping[str, object], batches: Mapping[str, DecodedShops | list[object]]
    ) -> None:
        """Hold what was read."""
        super().__init__(variables)
        self.batches = batches


class VariablesDecoder:
    """Reads the variables of one operation, if everything in them is of the right shape.

    A batch is a variable, or a field of an object that is one. Everything else is a text, a number,
    a boolean or null.
    """

    def __init__(
        self,
        batches: Mapping[str, BatchObject | None],
        others: Iterable[str],
        spelling: Spelling,
    ) -> None:
        """Know the variables that hold a batch, and all others."""
        shops = shops_type(spelling)
        types = {
            name: _object_type({place.field: shops}, place.others) if place else shops
            for name, place in batches.items()
        }
        self._batches = batches
        self._spelling = spelling
        self._decode = decoder(_object_type(types, others))

    def reading(self, text: bytes | memoryview) -> Steps[DecodedVariables | None]:
        """Read the JSON of variables; None when they have to be read another way."""
        is_long = len(text) > LONG_TEXT
        if is_long:
            yield  # To find it in the body took a while, too.
        read = self._decode(text)
        if is_long:
            yield
        if read is None:
            return None
        variables = _members(read)
        batches: dict[str, DecodedShops | list[object]] = {}
        for name, place in self._batches.items():
            if name not in variables:
                continue
            holder = variables
            if place:
                holder = variables[name] = _members(variables[name])
            field = place.field if place else name
            if field not in holder:
                return None
            batches[name] = yield from settling_shops(holder[field], self._spelling)
            holder[field] = []
        return DecodedVariables(variables, batches)


class Parts(NamedTuple):
    """A JSON object as plain data without one of its members, and the JSON of that."""

    rest: dict[str, object]
    member: memoryview


def without_variables(body: bytes, max_depth: int = Limits.max_json_depth) -> Iterator[Parts]:
    """Set the variables in a body apart, in each way that may be right; none is left to others.

    A way is right if the variables are JSON: what stands before and after them is JSON when another
    value stands in their place, and so the whole body is with these.
    """
    key = _KEY.search(body)
    if key is None or may_hold_nul(body, key.end()):
        return
    for end in _possible_ends(body, key.end()):
        parts = _parts(body, key.end(), end, max_depth)
        if parts:
            yield parts


def _possible_ends(body: bytes, start: int) -> Iterator[int]:
    """Where the variables may end.

    Most clients have them at the end of the body; otherwise they are gone through.
    """
    at_end = _AT_END.search(body, max(start, len(body) - _TAIL))
    if at_end:
        yield at_end.start(1)
    envelope = _decode_envelope(body)
    if envelope is not None:
        end = start + len(memoryview(envelope.variables))
        if not at_end or end != at_end.start(1):
            yield end


def _parts(body: bytes, start: int, end: int, max_depth: int) -> Parts | None:
    try:
        rest = read_json(body[:start] + _PLACEHOLDER_JSON + body[end:], max_depth)
    except NotJson:
        return None
    members = cast("dict[str, object]", rest)
    if members.pop("variables", None) != _PLACEHOLDER:
        return None
    return Parts(members, memoryview(body)[start:end])


class _Envelope(Struct):
    variables: Raw


_decode_envelope = decoder(_Envelope)
# In a text, the first quote would have a backslash before it.
_KEY = re.compile(rb'(?<=[{,\s])"variables"\s*:\s*')
_AT_END = re.compile(rb"\}(\s*\}\s*)\Z")
_TAIL = 64
# Nobody can send it beforehand, as a second value of the same key.
_PLACEHOLDER = secrets.token_hex()
_PLACEHOLDER_JSON = f'"{_PLACEHOLDER}"'.encode()
_LEAF = str | int | float | bool | None


def _object_type(batches: Mapping[str, Any], others: Iterable[str]) -> type[Struct]:
    """An object with these fields and no other; what is missing is somebody else's business."""
    types = [*batches.items(), *((name, _LEAF) for name in others)]
    fields = [(name, type_ | UnsetType, UNSET) for name, type_ in types]
    return msgspec.defstruct("Object", fields, kw_only=True, forbid_unknown_fields=True)


def _members(struct: Struct) -> dict[str, Any]:
    """The members of an object that were sent."""
    members = msgspec.structs.asdict(struct)
    return {name: value for name, value in members.items() if value is not UNSET}
