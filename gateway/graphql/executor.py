"""Execution of operations, without the work that graphql-core would do for each repair order."""

from typing import Any, Self, cast

from graphql import GraphQLError

from gateway.contract import DecodedVariables
from gateway.graphql.batch_variables import put_batches
from gateway.graphql.numbers import VerbatimNumbers
from gateway.graphql.outputs import SavedRows


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

    def complete_list_value(  # noqa: PLR0913, PLR0917  # graphql-core's signature
        self,
        return_type: Any,  # noqa: ANN401  # graphql-core's type parameters
        field_details_list: Any,  # noqa: ANN401  # the same
        info: Any,  # noqa: ANN401  # the same
        path: Any,  # noqa: ANN401  # the same
        result: Any,  # noqa: ANN401  # the same
        position_context: Any,  # noqa: ANN401  # the same
    ) -> Any:  # noqa: ANN401  # the same
        """Complete a list; what was saved is completed at once if only plain values are asked."""
        if isinstance(result, SavedRows):
            entry = return_type.of_type.of_type
            selected = self.collect_subfields(entry, field_details_list).grouped_field_set
            fields = {name: details[0].node.name.value for name, details in selected.items()}
            completed = result.completed(fields)
            if completed is not None:
                return completed
        complete = cast("Any", super()).complete_list_value
        return complete(return_type, field_details_list, info, path, result, position_context)
