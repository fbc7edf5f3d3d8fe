"""Batches as JSON texts, right and wrong, made from the contract for property tests."""

from collections.abc import Callable

from hypothesis import strategies as st

from gateway.contract import Fields, FieldShape, Kind, Scalar, ShopRepairOrders, fields_of
from gateway.contract.values import MAX_SHOP_ID

Spelling = Callable[[str], str]

_RIGHT: dict[Scalar, list[str]] = {
    Scalar.BOOLEAN: ["true", "false"],
    Scalar.DATE_TIME: [
        '"2020-03-11T09:30:00-07:00"',
        '"2024-02-29t23:59"',
        '"9999-12-31 00:00:00.123456789z"',
    ],
    Scalar.FLOAT: [
        "48",
        "48.0",
        "0",
        "-0",
        "-0.0",
        "12.5",
        "1e6",
        "1e-7",
        "0.1",
        "4.8E1",
        "1e-400",
    ],
    Scalar.ID: ['"4849843"', "4849843", "-3", '" 7 "'],
    Scalar.INT: ["1", "2000", "9999"],
    Scalar.STRING: [
        *(f'"{number}"' for number in range(100)),
        *('"0"', '"a\\"b\\\\"', '"Örtlich 🚗"', '"\\u00e9\\/"', '"\\ud83d\\ude97"'),
    ],
}
_ODD = [
    *("2000.0", "2e3", "12345678901234567890123", "-9223372036854775809"),
    *("null", "true", "0", "1", "-1", "1.5", "1e999", "-1e999", "[]", "{}", "[[]]", "[null]"),
    *('""', '" "', '"\\t"', '"\\u2003"', '"\\u0000"', '"\\\\u0000"', '"\\ud800"', '"\\u0085"'),
    *('"2020-02-30T09:30"', '"2020-03-11T09:30\\n"', '"2020-03-11"', '"true"', '"48"', '"1"'),
    *("10000", "1000000.5", str(MAX_SHOP_ID), str(MAX_SHOP_ID + 1), "9" * 30, "9" * 700),
    *(f'"{"x" * 64}"', f'"{"x" * 65}"', f'"{"🚗" * 1_000}"', f'"{"🚗" * 1_001}"'),
    *('{"name":"x"}', '{"id":"1"}', '[{"id":1}]', '{"shop_id":1}', "[" * 99 + "]" * 99, "nul", '"'),
]


def shops_texts(spelled: Spelling) -> st.SearchStrategy[str]:
    """The JSON of the entries of a batch, with its fields spelled in some way."""
    entries = st.lists(_objects(ShopRepairOrders, spelled), min_size=1, max_size=3)
    return _mostly(entries.map(_list_text), [*_ODD, "[]"])


def _objects(model: type[Fields], spelled: Spelling) -> st.SearchStrategy[str]:
    shapes = list(fields_of(model).values())
    members = {shape: _member(shape, spelled) for shape in shapes}
    required = st.tuples(*(members[shape] for shape in shapes if shape.is_required))
    some = st.lists(st.one_of(list(members.values())), max_size=5)
    odd = _rarely(st.sampled_from(['"nothing_like_it":1', '"shop_id":1', '"firstName":"x"']))
    whole = st.tuples(required, some, odd).map(lambda parts: [*parts[0], *parts[1], *parts[2]])
    # Without the last member, what is required may be missing; and names may stand there twice.
    lists = st.integers(0, 99).flatmap(lambda n: whole if n else whole.map(lambda every: every[1:]))
    return st.tuples(lists, st.sampled_from(["{%s}", "{%s}", " {\n%s\t}"])).map(
        lambda parts: parts[1] % ",".join(parts[0])
    )


def _member(shape: FieldShape, spelled: Spelling) -> st.SearchStrategy[str]:
    name = spelled(shape.name)
    escaped = f"\\u{ord(name[0]):04x}{name[1:]}"
    names = st.sampled_from([name] * 8 + [escaped])  # which is the same name
    right = (
        st.sampled_from(_RIGHT[shape.of.scalar])
        if isinstance(shape.of, Kind)
        else _objects(shape.of, spelled)
    )
    if shape.is_list:
        lone, several = right, st.lists(right, min_size=1, max_size=3).map(_list_text)
        right = st.integers(0, 49).flatmap(lambda n: several if n else lone)
    if shape.is_nullable:
        right = st.one_of(right, right, st.just("null"))
    colon = st.sampled_from([":", ": "])
    return st.tuples(names, colon, _mostly(right, _ODD)).map(
        lambda parts: f'"{parts[0]}"{parts[1]}{parts[2]}'
    )


def _mostly(right: st.SearchStrategy[str], odd: list[str]) -> st.SearchStrategy[str]:
    return st.integers(0, 149).flatmap(lambda n: right if n else st.sampled_from(odd))


def _rarely(one: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.integers(0, 149).flatmap(lambda n: st.just([]) if n else one.map(lambda x: [x]))


def _list_text(entries: list[str]) -> str:
    return f"[{', '.join(entries)}]"
