"""Long batches in plain data: coerced in steps, and nobody can tell."""

from typing import Any, cast

import pytest
from graphql import OperationDefinitionNode, parse
from graphql.execution.values import get_variable_values
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract import DecodedVariables, at_once
from gateway.graphql import coercion
from gateway.graphql.batch_variables import BatchVariables, batch_variables, put_batches
from gateway.graphql.schema import GatewaySchema
from tests.pauses import Counted

SCHEMA = GatewaySchema()._schema  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  # the types as they run
(OPERATION,) = cast(
    "tuple[OperationDefinitionNode]",
    parse("""mutation($input: UpsertRepairOrdersInput!, $shops: [ShopRepairOrdersPatch!]) {
      a: upsertRepairOrders(input: $input) { __typename }
      b: patchRepairOrders(input: {shops: $shops}) { __typename } }""").definitions,
)
BATCHES = cast("BatchVariables", batch_variables(SCHEMA, OPERATION))

mostly = st.integers(0, 19)
numbers = mostly.flatmap(lambda n: st.sampled_from(["1", "2", 3] if n else [None, 1.5, {}]))
orders = st.fixed_dictionaries(
    {"repairNumber": numbers},
    optional={
        "totalEstimatedHours": st.sampled_from([48, 1.5]),
        "vehicle": st.sampled_from([None, {}, {"year": 2000}, {"year": 2000.0}]),
        "repairTeam": st.sampled_from([[], [{"id": 5}], {"id": "6"}]),
    },
)
entries = st.fixed_dictionaries(
    {"shopId": mostly.map(lambda n: n or "x")},
    optional={"repairOrders": mostly.flatmap(lambda n: st.lists(orders) if n else orders)},
)
shops = mostly.flatmap(lambda n: st.lists(entries) if n else entries | st.none())
variables = st.fixed_dictionaries(
    {
        "input": st.fixed_dictionaries(
            {"shops": shops}, optional={"onDuplicate": st.sampled_from(["UPDATE", "REJECT"])}
        )
    },
    optional={"shops": shops},
)


@settings(max_examples=200, deadline=None)
@given(sent=variables)
def test_steps_lead_to_what_graphql_core_coerces(sent: dict[str, Any]) -> None:
    """
    Batches are refused where graphql-core refuses them, and become what they become there.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coercion, "_MOST_AT_ONCE", 2)
        in_steps = at_once(BATCHES.coercing(sent))

    assert (None if in_steps is None else coerced(in_steps)) == coerced(sent)


def coerced(sent: dict[str, Any]) -> object:
    """The variables as the resolvers get them; None when they are refused."""
    values = get_variable_values(SCHEMA, OPERATION.variable_definitions or (), sent)
    if isinstance(values, list):
        return None
    if isinstance(sent, DecodedVariables):
        put_batches(sent, values.coerced)
    return values.coerced


@pytest.mark.parametrize("wrong", [None, 0, 1_299])
def test_long_batches_are_coerced_in_steps(wrong: int | None) -> None:
    """
    Others have a turn while a long batch is coerced, up to what is refused in it.
    """
    many: list[Any] = [{"repairNumber": str(place)} for place in range(1_300)]
    if wrong is not None:
        many[wrong]["status"] = 7
    few = [{"shopId": shop, "repairOrders": many[:1]} for shop in range(1_000)]
    sent = {"input": {"shops": [{"shopId": 33, "repairOrders": many}]}, "shops": few}
    reading = Counted(BATCHES.coercing(sent))

    result = reading.result()

    assert reading.pauses == {None: 4, 0: 1, 1_299: 3}[wrong]
    assert (result and coerced(result)) == coerced(sent)
