"""The GraphQL schema: complete, described, and the same as the committed file."""

from pathlib import Path
from typing import cast

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from gateway.contract import ITEM_PROBLEMS, REQUEST_ERRORS
from gateway.graphql import schema_text
from gateway.graphql.schema import GatewaySchema

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """
    The schema as a client sees it.
    """
    return build_schema(schema_text())


def test_committed_file_is_up_to_date() -> None:
    """
    schema.graphql is what the code says; `make schema` rewrites it.
    """
    assert (ROOT / "schema.graphql").read_text() == schema_text()


def test_everything_is_described(schema: GraphQLSchema) -> None:
    """
    Every type, field, argument and value has a description.
    """
    bare = []
    for name, type_ in schema.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        parts = {name: type_}
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in type_.fields.items():
                parts[f"{name}.{field_name}"] = field
                parts |= {f"{name}.{field_name}({arg}:)": a for arg, a in field.args.items()}
        elif isinstance(type_, GraphQLInputObjectType):
            parts |= {f"{name}.{field_name}": field for field_name, field in type_.fields.items()}
        elif isinstance(type_, GraphQLEnumType):
            parts |= {f"{name}.{value_name}": value for value_name, value in type_.values.items()}
        bare += [part for part, element in parts.items() if not element.description]

    assert bare == []


def test_every_error_is_in_the_unions(schema: GraphQLSchema) -> None:
    """
    Each error of the contract is a member of the result unions, and implements its interfaces.
    """
    problems = {cls.__name__ + "Error" for cls in ITEM_PROBLEMS}
    errors = {cls.__name__.removesuffix("Error") + "Error" for cls in REQUEST_ERRORS}

    def members(union: str) -> set[str]:
        return {type_.name for type_ in cast("GraphQLUnionType", schema.type_map[union]).types}

    def implementers(interface: str) -> set[str]:
        return {
            type_.name
            for type_ in schema.get_implementations(
                cast("GraphQLInterfaceType", schema.type_map[interface])
            ).objects
        }

    assert members("RepairOrderProblem") == problems == implementers("ItemError")
    assert members("UpsertRepairOrdersResult") == {"UpsertRepairOrdersSuccess"} | errors
    assert members("PatchRepairOrdersResult") == {"PatchRepairOrdersSuccess"} | (
        errors - {"MixedUpsertError"}
    )
    assert implementers("RequestError") == errors
    assert implementers("GatewayError") == errors | problems


def test_patch_has_the_fields_of_an_order(schema: GraphQLSchema) -> None:
    """
    What can be created can be changed, and read back.
    """
    created, changed, read = (
        set(cast("GraphQLInputObjectType", schema.type_map[name]).fields)
        for name in ("RepairOrderInput", "RepairOrderPatch", "RepairOrder")
    )

    assert changed == created
    assert created <= read


def test_only_what_must_be_sent_is_required(schema: GraphQLSchema) -> None:
    """
    No input field has a default that would turn a field that was not sent into a null.
    """
    inputs = [t for t in schema.type_map.values() if isinstance(t, GraphQLInputObjectType)]
    defaults = {
        f"{type_.name}.{name}": field.default_value
        for type_ in inputs
        for name, field in type_.fields.items()
        if field.default is not None
    }

    assert list(defaults) == ["UpsertRepairOrdersInput.onDuplicate"]


def test_schema_by_itself() -> None:
    """
    The schema executes what is allowed also without the endpoint, which knows documents.
    """
    result = GatewaySchema().execute_sync("{ __typename }")

    assert result.data == {"__typename": "Query"}
