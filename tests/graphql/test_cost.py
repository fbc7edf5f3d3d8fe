"""What a document may cost: each limit, what is at it and what is over it."""

import asyncio
import sys
from typing import Any

import pytest
from graphql import GraphQLError, Source, get_introspection_query
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract import Limits
from gateway.graphql.documents import Documents, WrongDocument
from gateway.graphql.schema import GatewaySchema
from gateway.graphql.source import LinedSource
from tests.client import PATCH, UPSERT, Client

GATEWAY = GatewaySchema()
SCHEMA = GATEWAY._schema  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  # the types as they run
TYPES = "{ __schema { types { fields { type { %s } } } } }"


def refused(document: str, **limits: int) -> tuple[str, str] | None:
    """The code and the message with which a document is refused; None when it is not."""
    try:
        Documents(SCHEMA, Limits(**limits)).prepared(document, None)
    except GraphQLError as error:
        return (error.extensions or {}).get("code", ""), error.message
    except WrongDocument as wrong:
        return (wrong.errors[0].extensions or {}).get("code", ""), wrong.errors[0].message
    return None


def costly(most: int | str, what: str) -> tuple[str, str]:
    """The refusal of what costs too much."""
    return "DOCUMENT_TOO_COSTLY", f"The document costs too much: {most} {what} are allowed."


def deep(most: int, what: str) -> tuple[str, str]:
    """The refusal of what is nested too deeply."""
    return "DOCUMENT_TOO_DEEP", f"The document is nested too deeply: {most} {what} are allowed."


@pytest.mark.parametrize(
    ("limit", "document", "cost", "refusal"),
    [
        ("max_document_depth", "{ gateway { limits { maxRequestBytes } } }", 3,
         deep(2, "levels of fields")),
        ("max_document_depth", "{ ...F } fragment F on Query { ... { gateway { mode } } }", 2,
         deep(1, "levels of fields")),
        ("max_introspection_depth", TYPES % "possibleTypes { name }", 2,
         deep(1, "levels of lists of an introspection")),
        ("max_introspection_depth", TYPES % "...F" + "fragment F on __Type { inputFields { name }}",
         2, deep(1, "levels of lists of an introspection")),
        ("max_document_fields", "{ gateway { mode version } viewer { name } }", 5,
         costly(4, "fields")),
        ("max_document_fields", "{ ...F ...F viewer { name } } fragment F on Query { __typename }",
         4, costly(3, "fields")),
        ("max_document_root_fields", "{ __typename ...F ... { viewer { name } } } "
         "fragment F on Query { gateway { mode } }", 3, costly(2, "fields of the root")),
        ("max_document_aliases", "{ a: __typename b: __typename c: gateway { d: mode mode } }", 4,
         costly(3, "aliases")),
        ("max_document_aliases", "{ a: gateway { ...F } b: gateway { ...F } } "
         "fragment F on Gateway { c: mode }", 4, costly(3, "aliases")),
        ("max_document_repeats", "{ __typename __typename __typename }", 3,
         costly(2, "fields of one name side by side")),
        ("max_document_repeats", "{ a: __typename a: __typename }", 2,
         costly(1, "fields of one name side by side")),
        ("max_document_repeats", "{ ...F ...F } fragment F on Query { __typename }", 2,
         costly(1, "fields of one name side by side")),
        ("max_document_repeats", "{ ... { __typename } ... { __typename } }", 2,
         costly(1, "fields of one name side by side")),
        ("max_document_repeats", "{ ... on Query { __typename } ... on Query { __typename } }", 2,
         costly(1, "fields of one name side by side")),
        ("max_document_directives", "query($s: Boolean!) { __typename @skip(if: $s) "
         "... @include(if: $s) { a: __typename ...F @skip(if: $s) } } "
         "fragment F on Query { b: __typename @skip(if: $s) }", 4, costly(3, "directives")),
        ("max_document_fragments", "{ ...F ...G } fragment F on Query { __typename } "
         "fragment G on Query { __typename }", 2, costly(1, "fragments")),
        ("max_document_variables", "query($a: Int!, $b: String!) "
         "{ repairOrder(shopId: $a, repairNumber: $b) { id } }", 2, costly(1, "variables")),
    ],
)  # fmt: skip
def test_limit(limit: str, document: str, cost: int, refusal: tuple[str, str]) -> None:
    """
    A document passes when it costs as much as a limit allows, and one less is too little.
    """
    assert refused(document, **{limit: cost}) is None
    assert refused(document, **{limit: cost - 1}) == refusal


@pytest.mark.parametrize(
    ("document", "most"),
    [
        ("query @a @a { __typename }", 1),
        ("query($s: Int @a @a) { __typename }", 1),
        ("{ __typename @a @a }", 1),
        ("{ ...F @a @a }", 1),
        ("{ ... @a @a { __typename } }", 1),
        ("{ ...F } fragment F on Query @a @a { __typename }", 1),
    ],
)
def test_repeated_directive(document: str, most: int) -> None:
    """
    A directive that stands too often in one place is refused by that, before it is looked up.
    """
    refusal = refused(document, max_document_repeats=most)

    assert refusal == costly(most, "directives of one name in one place")


def test_fragments_that_double_each_other() -> None:
    """
    A document whose fields double with each fragment is refused without counting them out.
    """
    doubling = (f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(49))
    document = f"{{ ...F0 }} {' '.join(doubling)} fragment F49 on Query {{ __typename }}"

    assert refused(document) == costly("1,000", "fields")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{ ...F } fragment F on Query { ...F }", "Cannot spread fragment 'F' within itself."),
        (
            "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
            "Cannot spread fragment 'F' within itself via 'G'.",
        ),
        ("{ ...F }", "Unknown fragment 'F'."),
    ],
)
def test_wrong_fragments(document: str, message: str) -> None:
    """
    A cycle of fragments, and one that is not there, are refused for what they are.
    """
    assert refused(document) == ("GRAPHQL_VALIDATION_FAILED", message)


def test_long_chain_of_fragments() -> None:
    """
    Where many fragments are allowed, those that lead too far are refused, and fail nothing.
    """
    chain = (f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(1_000))
    document = f"{{ ...F0 }} {' '.join(chain)} fragment F1000 on Query {{ __typename }}"

    refusal = refused(document, max_document_fragments=2_000, max_document_tokens=20_000)

    assert refusal == deep(20, "levels of fields")


@pytest.mark.parametrize(
    "document",
    [
        get_introspection_query(
            specified_by_url=True,
            directive_is_repeatable=True,
            schema_description=True,
            input_value_deprecation=True,
        ),
        UPSERT,
        PATCH,
    ],
)
def test_usual_document(document: str) -> None:
    """
    The introspection of GraphiQL and of other tools, and whole results, are within the defaults.
    """
    assert refused(document) is None


def steps(document: str) -> int:
    """How many lines of Python are run until it is known what is wrong with a document."""
    count, before = 0, sys.gettrace()
    run = GATEWAY.execute(f"{document} query Other {{ __typename }}")

    def step(*_: object) -> Any:
        nonlocal count
        count += 1
        return step

    sys.settrace(step)
    try:
        asyncio.run(run)
    finally:
        sys.settrace(before)
    return count


@pytest.fixture(scope="module")
def steps_of_a_right_document() -> int:
    """
    What a document of 4,000 names, values and marks costs when it is right.
    """
    asyncio.run(GATEWAY.execute("{ __typename }"))  # From now on its schema is known to be right.
    order = '{repairNumber: "1", status: "Active"}'
    shops = f"{{shopId: 1, repairOrders: [{order * 500}]}}"
    return steps(
        f"mutation A {{ upsertRepairOrders(input: {{shops: [{shops}]}}) {{ __typename }} }}"
    )


@pytest.mark.parametrize(
    "document",
    [
        "{ repairOrder(" + "".join(f"a{n}: 1 " for n in range(1_300)) + ") { status } }",
        "{ repairOrder(%s) { status } }" % ("a: 1 " * 1_300),
        "{ repairOrder(%s) { status } }" % ("\n" * 4_000 + "a: 1 " * 1_300),
        "{ gateway {" + "\n" * 4_000 + "".join(f"f{n} " for n in range(990)) + "} }",
        "query A { __typename } " * 800,
        "{ __typename } " + "type A { a: Int } " * 500,
        '{ repairOrder(shopId: [%s], repairNumber: "1") { status } }' % ("$a " * 2_000),
    ],
)
def test_wrong_document(document: str, steps_of_a_right_document: int) -> None:
    """
    A document that is wrong in a thousand places costs less than a right one.
    """
    assert steps(document) < steps_of_a_right_document


@given(st.text(st.sampled_from("a\n\r"), max_size=30))
def test_places_in_a_text(text: str) -> None:
    """
    Lines and columns are those of graphql-core.
    """
    source, lined = Source(text), LinedSource(text)
    places = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]

    assert [lined.get_location(at) for at in places] == [source.get_location(at) for at in places]
    assert lined.lines == source.get_location(len(text)).line


def test_refusal(gateway: Client) -> None:
    """
    A caller is told which limit a document is over, with a code.
    """
    aliases = " ".join(f"a{n}: __typename" for n in range(51))

    answer = gateway.execute(f"{{ gateway {{ {aliases} }} }}")

    message = "The document costs too much: 50 aliases are allowed."
    assert answer == {
        "errors": [{"message": message, "extensions": {"code": "DOCUMENT_TOO_COSTLY"}}]
    }


def test_batch_of_operations(gateway: Client) -> None:
    """
    A list of operations is refused as a whole.
    """
    operation: Any = {"query": "{ __typename }"}

    answer = gateway.request("POST", "/graphql", json=[operation] * 10)

    message = "A list of operations is not executed: send each operation as a request."
    assert answer.status_code == 400
    assert answer.json() == {
        "errors": [{"message": message, "extensions": {"code": "ONE_OPERATION_PER_REQUEST"}}]
    }
