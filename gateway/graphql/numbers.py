"""Numbers as they were sent: 48 hours read back as 48, not as 48.0."""

from typing import Any

from graphql import GraphQLFloat, GraphQLLeafType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


class VerbatimNumbers(StrawberryGraphQLCoreExecutionContext):
    """Executes operations as Strawberry does, but leaves a whole number of a Float field whole."""

    @staticmethod
    def complete_leaf_value(return_type: GraphQLLeafType, result: Any) -> Any:  # noqa: ANN401  # graphql-core's signature
        """Complete a value; graphql-core would write every Float with a fraction."""
        coerced = StrawberryGraphQLCoreExecutionContext.complete_leaf_value(return_type, result)
        is_whole = return_type is GraphQLFloat and coerced.is_integer()
        return int(coerced) if is_whole else coerced
