"""GraphQL over HTTP: the endpoint."""

from functools import partial
from typing import cast

from fastapi import Request, Response
from starlette.routing import BaseRoute, Route
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from gateway import __version__
from gateway.contract import (
    BatchRejected,
    InvalidInput,
    RequestError,
    Sender,
    reading_json,
    without_variables,
)
from gateway.door import Door, only_request_errors
from gateway.graphql.answer import result_response
from gateway.graphql.context import Context
from gateway.graphql.introspection import Introspection
from gateway.graphql.media_type import accepted
from gateway.graphql.page import PAGE_FILE_PATH, GraphiQLPage, PageFacts
from gateway.graphql.parameters import Parameters, from_json, from_query_string
from gateway.graphql.refusal import METHODS, Refused, error_refusal, graphql_refusal
from gateway.graphql.schema import GatewaySchema
from gateway.hang_up import CallerWatch
from gateway.http_body import json_body, json_in_turns
from gateway.telemetry import span

GRAPHQL_PATH = "/graphql"

_NO_OPERATION = "The document has no operation of that name, or none at all."
_NO_PAGE = "GraphiQL is turned off here; GraphQL itself is served, by POST and GET."
_NOT_ACCEPTABLE = "Accept application/graphql-response+json or application/json."


def graphql_routes(
    door: Door, *, introspection: Introspection, graphiql: bool, known_key: str = ""
) -> list[BaseRoute]:
    """List the routes of GraphQL on a door; its page may show a key that everybody knows."""
    schema = GatewaySchema(door.limits, introspection=introspection)
    facts = PageFacts(
        version=__version__,
        mode="embedded" if door.orders else "proxy",
        introspection=introspection,
        api_key_header=door.api_key_header,
        api_key=known_key,
    )
    page = GraphiQLPage(facts) if graphiql else None
    endpoint = _Endpoint(door, schema, page)
    files = [Route(PAGE_FILE_PATH, page.file)] if page else []
    return [Route(GRAPHQL_PATH, endpoint.answer, methods=METHODS), *files]


class _Endpoint:
    """Runs operations that come by GET or by POST, and gives browsers a page."""

    def __init__(self, door: Door, schema: GatewaySchema, page: GraphiQLPage | None) -> None:
        self._door = door
        self._schema = schema
        self._page = page

    async def answer(self, request: Request) -> Response:
        """Answer a request; one that is not executed is answered in GraphQL's form, too."""
        try:
            return await self._answer(request)
        except BatchRejected as rejected:
            problem = cast("InvalidInput", rejected.errors[0])
            return graphql_refusal(
                request, rejected.http_status, problem.reason.value, problem.message
            )
        except RequestError as error:
            return error_refusal(request, error)
        except Refused as refused:
            return graphql_refusal(request, refused.status, refused.code, str(refused))

    async def _answer(self, request: Request) -> Response:
        if _asks_for_page(request):
            if self._page is None:
                raise Refused(404, "NOT_FOUND", _NO_PAGE)
            return self._page.page()
        if accepted(request.headers.get("accept")) is None:
            raise Refused(406, "NOT_ACCEPTABLE", _NOT_ACCEPTABLE)
        sender = self._door.sender(request)
        if request.method == "POST":
            parameters = await self._sent(request, sender)
        else:
            parameters = await from_query_string(request.query_params, self._door.limits)
        context = Context(self._door, sender)
        result = await self._execute(request, parameters, context)
        return result_response(request, result, context.headers)

    async def _sent(self, request: Request, sender: Sender) -> Parameters:
        limits = self._door.limits
        body = await json_body(request, limits, partial(self._ask_for_key, sender))
        with span("decode"):
            decoded = await self._decoded(body)
            if decoded:
                return decoded
            return from_json(await json_in_turns(reading_json(body, limits.max_json_depth)))

    async def _ask_for_key(self, sender: Sender) -> None:
        with only_request_errors():
            await self._door.ask_for_key(sender)

    async def _decoded(self, body: bytes) -> Parameters | None:
        """Read an operation whose variables hold a batch; None when it is to be read plainly."""
        for parts in without_variables(body, self._door.limits.max_json_depth):
            try:
                parameters = from_json(parts.rest)
            except Refused:
                continue
            variables = await self._schema.decoded_variables(
                parameters.query, parameters.operation_name, parts.member
            )
            if variables is not None:
                return parameters._replace(variables=variables)
        return None

    async def _execute(
        self, request: Request, parameters: Parameters, context: Context
    ) -> ExecutionResult:
        try:
            with CallerWatch(request.scope, request.receive):
                return await self._schema.execute(
                    parameters.query,
                    parameters.variables,
                    context,
                    operation_name=parameters.operation_name,
                    allowed_operation_types=_ALLOWED[request.method],
                )
        except CannotGetOperationTypeError:
            raise Refused(400, "OPERATION_RESOLUTION_FAILURE", _NO_OPERATION) from None
        except InvalidOperationTypeError:
            raise Refused(405, "METHOD_NOT_ALLOWED", "Send mutations with POST.") from None


def _asks_for_page(request: Request) -> bool:
    is_browser = "text/html" in request.headers.get("accept", "")
    return is_browser and request.method != "POST" and "query" not in request.query_params


_ALLOWED = {
    "GET": OperationType.from_http("GET"),
    "HEAD": OperationType.from_http("GET"),
    "POST": OperationType.from_http("POST"),
}
