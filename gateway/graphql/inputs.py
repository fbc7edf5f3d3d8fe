"""The input types: what the mutations take."""

from functools import cache
from typing import Any

from gateway.contract import (
    Fields,
    FieldShape,
    Kind,
    OnDuplicate,
    RepairOrderPatch,
    ShopRepairOrderPatches,
    ShopRepairOrders,
    fields_of,
)
from gateway.graphql.derive import Member, described_enum_type, input_type, sentence
from gateway.graphql.scalars import SCALAR_TYPES

_NAMES: dict[type[Fields], str] = {
    RepairOrderPatch: "RepairOrderPatch",
    ShopRepairOrderPatches: "ShopRepairOrdersPatch",
}


@cache
def _input_of(model: type[Fields]) -> type[Any]:
    members = [
        Member(shape.name, _annotation(shape), shape.description)
        for shape in fields_of(model).values()
    ]
    return input_type(_name(model), sentence(model), members)


def _name(model: type[Fields]) -> str:
    return _NAMES.get(model, f"{model.__name__}Input")


def _annotation(shape: FieldShape) -> Any:  # noqa: ANN401  # an annotation has no type
    annotation: Any = (
        SCALAR_TYPES[shape.of.scalar] if isinstance(shape.of, Kind) else _input_of(shape.of)
    )
    if shape.is_list:
        annotation = list[annotation]
    return annotation if shape.is_required else annotation | None


SHOP_INPUTS = frozenset(map(_name, (ShopRepairOrders, ShopRepairOrderPatches)))
"""The input types of the entries of a batch."""

OnDuplicateType = described_enum_type(OnDuplicate)

UpsertRepairOrdersInput = input_type(
    "UpsertRepairOrdersInput",
    "Repair orders of one or more shops, saved together or not at all.",
    [
        Member(
            "shops",
            list[_input_of(ShopRepairOrders)],
            "At least one shop with at least one repair order.",
        ),
        Member(
            "on_duplicate",
            OnDuplicateType,
            "What to do with numbers that already exist.",
            default=OnDuplicateType.REJECT,
        ),
    ],
)

PatchRepairOrdersInput = input_type(
    "PatchRepairOrdersInput",
    "Changes to repair orders of one or more shops, saved together or not at all.",
    [
        Member(
            "shops",
            list[_input_of(ShopRepairOrderPatches)],
            "At least one shop with at least one change.",
        )
    ],
)
