"""The GraphQL door: schema, result unions, and their endpoint."""

from gateway.graphql.endpoint import GRAPHQL_PATH, graphql_routes
from gateway.graphql.refusal import METHODS as GRAPHQL_METHODS
from gateway.graphql.refusal import graphql_refusal
from gateway.graphql.schema import schema_text

__all__ = ["GRAPHQL_METHODS", "GRAPHQL_PATH", "graphql_refusal", "graphql_routes", "schema_text"]
