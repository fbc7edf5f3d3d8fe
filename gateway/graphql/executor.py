"""Execution of operations, without the work that graphql-core would do for each repair order."""

from typing import Any, Self, cast

from graphql import GraphQLError

from gateway.contract import DecodedVariables
from gateway.graphql.batch_variables import put_batches
from gateway.graphql.numbers import VerbatimNumbers


class BatchExecutor(VerbatimNumbers):
    """Executes operations whose batches were decoded already."""

    @classmethod
    def build(cls, *arguments: Any, **options: Any) -> list[GraphQLError] | Self:  # noqa: ANN401  # graphql-core's arguments
        """Build what executes an operation; graphql-core coerces all but the batches."""
        built: list[GraphQLError] | Self = cast("Any", super()).build(*arguments, **options)
        _, _, _, _, sent, *_ = arguments
        if isinstance(built, cls) and isinstance(sent, DecodedVariables):
            put_batches(sent, built.variable_values.coerced)
        return built
