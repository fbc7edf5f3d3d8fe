"""The gateway against a model of the contract, over random sequences of batches at both doors."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from gateway.contract import Fields, FieldShape, Kind, RepairOrder, Scalar, fields_of
from tests.client import Client
from tests.samples_of import EVERY_FIELD, as_read, camel

Json = Any
UNKNOWN_SHOP = 99_999


class Model:
    """AutoSpot, as CONTRACT says it in the fewest words: a dict for each shop."""

    def __init__(self, shops: Iterable[int]) -> None:
        self.shops: dict[int, dict[str, Json]] = {shop: {} for shop in shops}

    def save(self, verb: str, batch: Json) -> list[tuple[str, int, int]]:
        """Save a batch; the problems found, each with its entry and its order."""
        problems = self._problems(verb, batch)
        if not problems:
            for entry in batch:
                for order in entry["repair_orders"]:
                    self._merge(entry["shop_id"], deepcopy(order))
        return sorted(problems, key=lambda problem: problem[1:])

    def _problems(self, verb: str, batch: Json) -> list[tuple[str, int, int]]:
        problems, seen = [], set()
        for i, entry in enumerate(batch):
            shop = self.shops.get(entry["shop_id"])
            if shop is None:
                problems.append(("SHOP_ID_DOES_NOT_EXIST", i, -1))
            for j, order in enumerate(entry["repair_orders"]):
                key = (entry["shop_id"], order["repair_number"])
                is_stored = shop is not None and order["repair_number"] in shop
                if (verb != "PATCH" and key in seen) or (verb == "POST" and is_stored):
                    problems.append(("REPAIR_ORDER_NUMBER_IS_DUPLICATED", i, j))
                elif verb == "PATCH" and shop is not None and not is_stored:
                    problems.append(("REPAIR_ORDER_NUMBER_DOES_NOT_EXIST", i, j))
                seen.add(key)
        return problems

    def _merge(self, shop: int, order: Json) -> None:
        stored = self.shops[shop].setdefault(order.pop("repair_number"), {})
        for name, value in order.items():
            if value is None:
                stored.pop(name, None)
            elif isinstance(value, dict):
                inner = stored.setdefault(name, {})
                inner |= value
                stored[name] = {key: held for key, held in inner.items() if held is not None}
            elif isinstance(value, list):
                stored[name] = [
                    {k: v for k, v in member.items() if v is not None} for member in value
                ]
            else:
                stored[name] = value


TEXT = st.sampled_from(["", "a", "🚗", "שלום", "null", "0"])
VALUES = {
    Scalar.BOOLEAN: st.booleans(),
    Scalar.DATE_TIME: st.sampled_from(["2020-03-11T09:30:00-07:00", "2024-02-29 00:00z"]),
    Scalar.FLOAT: st.sampled_from([0, 48, 12.5, 1e-7, 999999.99]),
    Scalar.ID: st.sampled_from(["1", "a"]),
    Scalar.INT: st.sampled_from([1, 2000, 9999]),
    Scalar.STRING: TEXT,
}


def an_object(model: type[Fields]) -> st.SearchStrategy[Json]:
    """An object of a model, with some of its fields."""
    shapes = fields_of(model).values()
    return st.fixed_dictionaries(
        {shape.name: a_value(shape) for shape in shapes if shape.is_required},
        optional={shape.name: a_value(shape) for shape in shapes if not shape.is_required},
    )


def a_value(shape: FieldShape) -> st.SearchStrategy[Json]:
    """A value of a field, null where that is accepted by every verb."""
    if shape.name == "repair_number":
        return st.sampled_from(["1", "2", "01"])
    value = VALUES[shape.of.scalar] if isinstance(shape.of, Kind) else an_object(shape.of)
    if shape.is_list:
        return st.lists(value, max_size=2)
    return st.none() | value if shape.is_nullable else value


def some_batch(shops: list[int]) -> st.SearchStrategy[Json]:
    """A batch of well-formed repair orders, some of which may be in each other's way."""
    entry = st.fixed_dictionaries(
        {
            "shop_id": st.sampled_from([*shops, *shops, UNKNOWN_SHOP]),
            "repair_orders": st.lists(an_object(RepairOrder), min_size=1, max_size=3),
        }
    )
    return st.lists(entry, min_size=1, max_size=2)


def rest_problems(answer: Json) -> list[tuple[str, int, int]]:
    """The problems of a problem document."""
    problems = []
    for error in answer["errors"]:
        _, entry, _, *rest = error["pointer"].split("/")
        problems.append((error["code"], int(entry), int(rest[0]) if rest else -1))
    return problems


def graphql_problems(result: Json) -> list[tuple[str, int, int]]:
    """The problems of a result."""
    problems = []
    for error in result["errors"]:
        _, _, entry, _, *rest = error["path"]
        problems.append((error["code"], int(entry), int(rest[0]) if rest else -1))
    return problems


def test_gateway_does_what_the_model_does(embedded: Client, engine: str) -> None:
    """
    Whatever is sent, in whatever order, both doors answer as the model does and keep the same.
    """
    unused = iter(range(2_000, 3_000))

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.shops = [next(unused), next(unused)]
            self.model = Model(self.shops)

        @rule(data=st.data(), verb=st.sampled_from(["POST", "PATCH"]))
        def rest(self, data: st.DataObject, verb: str) -> None:
            batch = data.draw(some_batch(self.shops))
            answer = embedded.rest(verb, batch)
            problems = self.model.save(verb, batch)
            assert answer.status_code == {"POST": 201, "PATCH": 200}[verb] or problems, answer.text
            assert problems == (rest_problems(answer.json()) if answer.is_error else [])
            self.compare()

        @rule(data=st.data(), verb=st.sampled_from(["POST", "PATCH", "UPSERT"]))
        def graphql(self, data: st.DataObject, verb: str) -> None:
            batch = data.draw(some_batch(self.shops))
            if verb == "PATCH":
                result = embedded.patch(camel(batch))
            else:
                result = embedded.upsert(camel(batch), {"POST": "REJECT", "UPSERT": "UPDATE"}[verb])
            problems = self.model.save(verb, batch)
            rejected = result["__typename"] == "BatchRejectedError"
            assert problems == (graphql_problems(result) if rejected else [])
            self.compare()

        def compare(self) -> None:
            for shop in self.shops:
                for number in ("1", "2", "01"):
                    order = embedded.order(shop, number, EVERY_FIELD)
                    stored = self.model.shops[shop].get(number)
                    assert order == (
                        None if stored is None else as_read({"repair_number": number} | stored)
                    ), (shop, number)

    # The rules are the same on each engine, so the second one needs fewer examples of them.
    examples = {"sqlite": 25, "postgresql": 10}[engine]
    run_state_machine_as_test(
        Machine, settings=settings(max_examples=examples, stateful_step_count=10, deadline=None)
    )
