"""The result types: success, and each of the contract's errors as a member of a union."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from itertools import starmap
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

import strawberry

from gateway.contract import (
    ITEM_PROBLEMS,
    REQUEST_ERRORS,
    BatchOutcome,
    DescribedEnum,
    ItemProblem,
    OrderKey,
    Place,
    RequestError,
    Saved,
    json_row,
)
from gateway.graphql.derive import (
    Member,
    described_enum_type,
    enum_type,
    interface_type,
    object_type,
    sentence,
)
from gateway.graphql.outputs import SAVED_VALUES, RepairOrderKey, SavedRepairOrder
from gateway.graphql.paths import graphql_path

_BatchOutcomeType = described_enum_type(BatchOutcome)

_ErrorCodeType = enum_type(
    "ErrorCode",
    "Machine-readable error codes, the same as in REST.",
    {error.code: error.code_description for error in (*ITEM_PROBLEMS, *REQUEST_ERRORS)},
)

_REQUEST_ID = "Quote this to support; the X-Request-Id header carries the same value."

_ABOUT_THE_REQUEST = (
    Member("request_id", strawberry.ID, _REQUEST_ID),
    Member("outcome", _BatchOutcomeType, "NOTHING_SAVED for every error but OutcomeUnknownError."),
)


_OUTPUTS: dict[Any, Any] = {OrderKey: RepairOrderKey}
"""The output types of the contract's other classes."""


def _members(error: type[ItemProblem | RequestError], inherited: type | None) -> list[Member]:
    """The fields of an error class that its base class has not."""
    known = {field.name for field in dataclasses.fields(inherited)} if inherited else {"message"}
    hints = get_type_hints(error)
    return [
        Member(_name(field.name), _annotation(hints[field.name]), field.metadata["description"])
        for field in dataclasses.fields(error)
        if field.name not in known
    ]


def _name(name: str) -> str:
    return name.replace("place", "path")


def _annotation(hint: Any) -> Any:  # noqa: ANN401  # an annotation has no type
    if hint in (Place, Place | None):
        return list[str] if hint == Place else list[str] | None
    if get_origin(hint) is Sequence:
        (entry,) = get_args(hint)
        return list[_annotation(entry)]
    if isinstance(hint, type) and issubclass(hint, DescribedEnum):
        return described_enum_type(hint)
    return _OUTPUTS.get(hint, hint)


GatewayErrorInterface = interface_type(
    "GatewayError",
    "Any error a mutation can return. "
    "code is for programs, message is one English sentence for people.",
    [
        Member("code", _ErrorCodeType, "Machine-readable code."),
        Member(
            "message",
            str,
            "One sentence, safe to show and to log: it never contains customer data.",
        ),
    ],
)
ItemErrorInterface = interface_type(
    "ItemError", sentence(ItemProblem), _members(ItemProblem, None), (GatewayErrorInterface,)
)
RequestErrorInterface = interface_type(
    "RequestError",
    sentence(RequestError),
    [*_ABOUT_THE_REQUEST, *_members(RequestError, None)],
    (GatewayErrorInterface,),
)


def _error_type(error: type[ItemProblem | RequestError]) -> type[Any]:
    name = error.__name__.removesuffix("Error") + "Error"
    base, interface = (
        (ItemProblem, ItemErrorInterface)
        if issubclass(error, ItemProblem)
        else (RequestError, RequestErrorInterface)
    )
    return object_type(name, sentence(error), _members(error, base), (interface,))


_types: dict[type[ItemProblem | RequestError], type[Any]] = {
    problem: _error_type(problem) for problem in ITEM_PROBLEMS
}
RepairOrderProblem: Any = Annotated[
    Union[tuple(_types.values())],  # noqa: UP007  # made of a tuple
    strawberry.union(
        "RepairOrderProblem",
        description="What can be wrong with an item. "
        "Every member implements ItemError; select that to be ready for new members.",
    ),
]
_OUTPUTS[ItemProblem] = RepairOrderProblem
_types.update({error: _error_type(error) for error in REQUEST_ERRORS})


@strawberry.interface(description="A successful batch.")
class BatchSuccess:
    """A successful batch."""

    batch: strawberry.Private[Saved]
    request_id: strawberry.ID = strawberry.field(description="Id of this request.")

    @strawberry.field(description="SAVED.", graphql_type=_BatchOutcomeType)
    def outcome(self) -> BatchOutcome:
        """SAVED."""
        return BatchOutcome.SAVED

    @strawberry.field(
        description="The number of entries in saved; a repair order patched twice counts twice."
    )
    def saved_count(self) -> int:
        """The number of entries in saved."""
        return len(self.batch.orders)

    @strawberry.field(
        description="One entry for each item, in the order of the input.",
        graphql_type=list[SavedRepairOrder],
    )
    def saved(self) -> list[SavedRepairOrder]:
        """One entry for each item."""
        return [SavedRepairOrder(saved=order) for order in self.batch.orders]


SUCCESS_VALUES: dict[str, Callable[[BatchSuccess], object]] = {
    "requestId": lambda success: success.request_id,
    "outcome": lambda _success: BatchOutcome.SAVED.value,
    "savedCount": lambda success: len(success.batch.orders),
}
"""Each plain value of a success, as it is answered."""


def saved_rows(fields: Mapping[str, str]) -> Callable[[BatchSuccess], list[Any]] | None:
    """Make what answers `saved`, with fields by their names in the answer.

    None when one of them is no plain value.
    """
    if not SAVED_VALUES.keys() >= set(fields.values()):
        return None
    values = [SAVED_VALUES[field] for field in fields.values()]
    row = json_row(fields)

    def rows(success: BatchSuccess) -> list[Any]:
        columns = [map(value, success.batch.orders) for value in values]
        return list(starmap(row, zip(*columns, strict=True)))

    return rows


@strawberry.type(
    description="Every repair order was created "
    "(or, with onDuplicate: UPDATE, created, updated or left as it was)."
)
class UpsertRepairOrdersSuccess(BatchSuccess):
    """Every repair order was created, or changed."""


@strawberry.type(description="Every change was applied.")
class PatchRepairOrdersSuccess(BatchSuccess):
    """Every change was applied."""


def _result_union(name: str, success: type[BatchSuccess], *, upsert: bool) -> Any:  # noqa: ANN401  # a union has no type
    errors = [_types[error] for error in REQUEST_ERRORS if upsert or not error.upsert_only]
    union = strawberry.union(
        name,
        description="Either success or the one reason why not. Every member but the first "
        "implements RequestError; select that to be ready for new members.",
    )
    return Annotated[Union[(success, *errors)], union]


UpsertRepairOrdersResult = _result_union(
    "UpsertRepairOrdersResult", UpsertRepairOrdersSuccess, upsert=True
)
PatchRepairOrdersResult = _result_union(
    "PatchRepairOrdersResult", PatchRepairOrdersSuccess, upsert=False
)


def error_result(error: RequestError, request_id: str) -> object:
    """Return an error as the member of the result unions that it is."""
    return _types[type(error)](**_values(error), request_id=request_id, outcome=error.outcome)


def _values(error: ItemProblem | RequestError) -> dict[str, object]:
    values = {
        _name(field.name): _value(field.name, getattr(error, field.name))
        for field in dataclasses.fields(error)
    }
    return {"code": error.code, **values}


def _value(name: str, value: Any) -> Any:  # noqa: ANN401  # any field of any error
    if isinstance(value, ItemProblem):
        return _types[type(value)](**_values(value))
    if isinstance(value, OrderKey):
        return RepairOrderKey(**value._asdict())
    if name.endswith("place"):
        return None if value is None else graphql_path(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_value("", entry) for entry in cast("Sequence[Any]", value)]
    return value
