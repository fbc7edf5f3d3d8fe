"""The GraphQL door: schema, result unions, and their endpoint."""

from gateway.graphql.endpoint import GRAPHQL_PATH, graphql_refusal, graphql_router
from gateway.graphql.schema import schema_text

__all__ = ["GRAPHQL_PATH", "graphql_refusal", "graphql_router", "schema_text"]
