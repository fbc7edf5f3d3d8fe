"""What is wrong with variables and literals, in words that never repeat the caller's values.

graphql-core stops after some problems and quotes what was sent. Customer data must not come back in
an error, nor reach a log, so a refused input is walked once more, and every problem is named.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol, cast

from graphql import (
    ArgumentNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValidationRule,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    is_required_input_field,
    located_error,
    type_from_ast,  # pyright: ignore[reportUnknownVariableType]  # see InputType
)

from gateway.contract import Steps
from gateway.graphql.coercion import InputType

MISSING = object()
LeafType = GraphQLScalarType | GraphQLEnumType


class InputProblem(NamedTuple):
    """One thing wrong with an input: where, and what was expected there."""

    path: tuple[str, ...]
    expected: str


PAUSE = InputProblem((), "")
"""No problem, but a place where somebody else may have a turn."""
_MOST_AT_ONCE = 500


class Form(Protocol):
    """The form in which an input is written."""

    def opened(self, value: Any) -> Any:
        """Return the value as None, a list, a dict or a leaf; MISSING when it is not known yet."""
        ...

    def is_accepted(self, value: Any, leaf: LeafType) -> bool:
        """Whether a leaf type takes the value."""
        ...


def finding_variable_errors(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    variables: Mapping[str, object],
    limit: int,
) -> Steps[list[GraphQLError]]:
    """Name every problem of the variables of an operation, up to a limit."""
    errors: list[GraphQLError] = []
    for definition in operation.variable_definitions or ():
        subject = f'Variable "${definition.variable.name.value}"'
        for problem in _variable_problems(schema, definition, variables):
            if problem is PAUSE:
                yield
                continue
            errors.append(input_error(subject, problem, "BAD_USER_INPUT", definition))
            if len(errors) == limit:
                return errors
    return errors


def null_error(error: GraphQLError) -> GraphQLError | None:
    """Reword the error of a variable that is null where it must not be, as execution finds it.

    Validation lets such a variable pass when it, or the place where it stands, has a default.
    """
    match error.nodes:
        case [VariableNode(name=name) as variable]:
            problem = InputProblem((name.value,), "a value, not null")
            reworded = input_error(f'Variable "${name.value}"', problem, "BAD_USER_INPUT", variable)
            return located_error(reworded, error.nodes, error.path)
        case _:
            return None


def input_error(subject: str, problem: InputProblem, code: str, node: Any) -> GraphQLError:
    """Make the error of a problem, with its code and its path."""
    inside = ".".join(problem.path[1:])
    at = f" at {inside}" if inside else ""
    return GraphQLError(
        f"{subject} is wrong{at}: expected {problem.expected}.",
        node,
        extensions={"code": code, "path": list(problem.path)},
    )


class LiteralsRule(ValidationRule):
    """Names every problem of the literals in a document."""

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        """Look at an argument."""
        argument = self.context.get_argument()
        if argument:
            type_: InputType = cast("Any", argument).type
            self._report(f'Argument "{node.name.value}"', node.name.value, node.value, type_)

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        """Look at a variable's default."""
        name = node.variable.name.value
        type_: InputType = type_from_ast(self.context.schema, node.type)
        if node.default_value and type_:
            self._report(f'The default of variable "${name}"', name, node.default_value, type_)

    def _report(self, subject: str, name: str, value: ValueNode, type_: Any) -> None:
        for problem in problems_of(value, type_, (name,), LITERAL):
            if problem is PAUSE:
                continue
            self.report_error(input_error(subject, problem, "GRAPHQL_VALIDATION_FAILED", value))


def _variable_problems(
    schema: GraphQLSchema, definition: VariableDefinitionNode, variables: Mapping[str, object]
) -> Iterator[InputProblem]:
    name = definition.variable.name.value
    type_: InputType = type_from_ast(schema, definition.type)  # pyright: ignore[reportUnknownVariableType]  # see InputType
    if name in variables:
        yield from problems_of(variables[name], type_, (name,), JSON)
    elif isinstance(type_, GraphQLNonNull) and definition.default_value is None:
        yield InputProblem((name,), expected(type_))


def problems_of(
    value: Any,
    type_: InputType,
    path: tuple[str, ...],
    form: Form,
) -> Iterator[InputProblem]:
    """Name every problem of an input, by the rules of the GraphQL specification, section 3.

    In a long list there is a PAUSE now and then.
    """
    opened = form.opened(value)
    if opened is MISSING:
        return
    if isinstance(type_, GraphQLNonNull):
        if opened is None:
            yield InputProblem(path, f"{expected(type_)}, not null")
            return
        type_ = cast("Any", type_).of_type
    if opened is None:
        return
    if isinstance(type_, GraphQLList):
        yield from _problems_of_list(value, opened, type_, path, form)
    elif isinstance(type_, GraphQLInputObjectType):
        yield from _problems_of_object(opened, type_, path, form)
    elif not form.is_accepted(value, type_):
        yield InputProblem(path, expected(type_))


def _problems_of_list(
    value: Any,
    opened: Any,
    type_: InputType,
    path: tuple[str, ...],
    form: Form,
) -> Iterator[InputProblem]:
    if not isinstance(opened, list):
        # A lone entry counts as a list of one.
        yield from problems_of(value, type_.of_type, path, form)
        return
    for index, entry in enumerate(cast("list[Any]", opened)):
        if index and index % _MOST_AT_ONCE == 0:
            yield PAUSE
        yield from problems_of(entry, type_.of_type, (*path, str(index)), form)


def _problems_of_object(
    opened: Any,
    type_: GraphQLInputObjectType,
    path: tuple[str, ...],
    form: Form,
) -> Iterator[InputProblem]:
    if not isinstance(opened, dict):
        yield InputProblem(path, expected(type_))
        return
    entries = cast("dict[str, Any]", opened)
    for name, field in type_.fields.items():
        if name in entries:
            yield from problems_of(entries[name], field.type, (*path, name), form)
        elif is_required_input_field(field):
            yield InputProblem((*path, name), expected(field.type))
    for name in entries:
        if name not in type_.fields:
            yield InputProblem((*path, name), f"one of {', '.join(type_.fields)}")


def expected(type_: InputType) -> str:
    """What a type expects, in words."""
    if isinstance(type_, GraphQLNonNull):
        return expected(cast("Any", type_).of_type)
    if isinstance(type_, GraphQLList):
        return "a list"
    if isinstance(type_, GraphQLInputObjectType):
        return f"an object ({type_.name})"
    if isinstance(type_, GraphQLEnumType):
        return f"one of {', '.join(type_.values)}"
    return _EXPECTED[type_.name]


_EXPECTED = {
    "Boolean": "Boolean (true or false)",
    "DateTime": "DateTime (text)",
    "Float": "Float (a number)",
    "ID": "ID (text or a whole number)",
    "Int": "Int (a whole number of 32 bits)",
    "String": "String (text)",
}


class _Json:
    """Inputs as they stand in the variables of a request."""

    def opened(self, value: Any) -> Any:
        return value

    def is_accepted(self, value: Any, leaf: LeafType) -> bool:
        try:
            leaf.coerce_input_value(value)
        except Exception:  # noqa: BLE001  # graphql-core takes any exception as a refusal
            return False
        return True


class _Literal:
    """Inputs as they stand in a document."""

    def opened(self, value: Any) -> Any:
        match value:
            case VariableNode():
                return MISSING
            case NullValueNode():
                return None
            case ListValueNode():
                return list(value.values)
            case ObjectValueNode():
                return {field.name.value: field.value for field in value.fields}
            case _:
                return value

    def is_accepted(self, value: Any, leaf: LeafType) -> bool:
        try:
            # As graphql-core chooses: a type of one's own may have only the older of the two.
            (leaf.coerce_input_literal or leaf.parse_literal)(value)
        except Exception:  # noqa: BLE001  # graphql-core takes any exception as a refusal
            return False
        return True


JSON = _Json()
LITERAL = _Literal()
