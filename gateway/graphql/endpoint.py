"""GraphQL over HTTP: the endpoint, and its answers to requests that are no GraphQL."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, cast

from cross_web import AsyncHTTPRequestAdapter
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from strawberry.exceptions import MissingQueryError
from strawberry.fastapi import GraphQLRouter
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from gateway import __version__
from gateway.contract import (
    BatchOutcome,
    BatchRejected,
    InvalidInput,
    without_variables,
    write_json,
)
from gateway.door import Door
from gateway.graphql.context import Context
from gateway.graphql.page import PAGE_FILE_PATH, GraphiQLPage, PageFacts
from gateway.graphql.schema import GatewaySchema
from gateway.hang_up import CallerWatch
from gateway.http_body import json_body, json_of
from gateway.telemetry import note

GRAPHQL_PATH = "/graphql"

_NO_OPERATION = "The document has no operation of that name, or none at all."
_NO_PAGE = "GraphiQL is turned off here; GraphQL itself is served, by POST and GET."


def graphql_router(
    door: Door, *, introspection: bool, graphiql: bool, known_key: str = ""
) -> GraphQLRouter[Context, None]:
    """Make the endpoint of a door; its page may show a key that everybody knows."""

    async def context(request: Request) -> Context:
        return Context(door, request.headers.get(door.api_key_header))

    schema = GatewaySchema(door.limits, introspection=introspection)
    facts = PageFacts(
        version=__version__,
        mode="embedded" if door.orders else "proxy",
        introspection=introspection,
        api_key_header=door.api_key_header,
        api_key=known_key,
    )
    page = GraphiQLPage(facts) if graphiql else None
    endpoint = _Endpoint(
        door.limits.max_body_bytes,
        page,
        schema,
        context,
        path=GRAPHQL_PATH,
        context_getter=context,
    )
    endpoint.routes.insert(0, Route(GRAPHQL_PATH, endpoint.answer, methods=["POST"]))
    if page:
        endpoint.add_route(PAGE_FILE_PATH, page.file)
    return endpoint


class _Refused(Exception):
    """A request is not executed."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class _Endpoint(GraphQLRouter[Context, None]):
    """Strawberry's endpoint, with bounded bodies, and errors in GraphQL's form throughout."""

    def __init__(
        self,
        max_body_bytes: int,
        page: GraphiQLPage | None,
        schema: GatewaySchema,
        context: Callable[[Request], Awaitable[Context]],
        **options: Any,  # noqa: ANN401  # Strawberry's options
    ) -> None:
        super().__init__(schema, subscription_protocols=(), **options)
        self._schema = schema
        self._context = context
        self._max_body_bytes = max_body_bytes
        self._page = page

    async def run(self, request: Any, context: Any = None, root_value: Any = None) -> Any:  # noqa: ANN401  # Strawberry's signature
        return await _answer(cast("Any", super()).run(request, context, root_value))

    async def answer(self, request: Request) -> Response:
        """Answer a POST as `run` would, without the ways of Strawberry's that are not taken."""
        return await _answer(self._answer(request))

    async def _answer(self, request: Request) -> Response:
        operation = self._sent(await json_body(request, self._max_body_bytes))
        context = await self._context(request)
        result = await self._execute(request, context, operation)
        answer = await self.process_result(request, result)
        return Response(write_json(answer), media_type="application/json")

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        is_browser = "text/html" in request.headers.get("accept", "")
        return request.method == "GET" and is_browser and "query" not in request.query_params

    async def render_graphql_ide(self, request: Request) -> HTMLResponse:  # noqa: ARG002  # Strawberry's signature
        if self._page is None:
            raise _Refused(404, "NOT_FOUND", _NO_PAGE)
        return self._page.page()

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        return _operation(_from_query_string(request.query_params))

    def _sent(self, body: bytes) -> GraphQLRequestData:
        return self._decoded(body) or _operation(json_of(body))

    def _decoded(self, body: bytes) -> GraphQLRequestData | None:
        """Read an operation whose variables hold a batch; None when it is to be read plainly."""
        parts = without_variables(body)
        if parts is None:
            return None
        try:
            operation = _operation(parts.rest)
        except _Refused:
            return None
        variables = self._schema.decoded_variables(
            operation.query or "", operation.operation_name, parts.member
        )
        return None if variables is None else replace(operation, variables=variables)

    async def execute_single(  # noqa: PLR0913, PLR0917  # Strawberry's signature
        self,
        request: Any,  # noqa: ANN401  # Strawberry's signature
        request_adapter: AsyncHTTPRequestAdapter,  # noqa: ARG002  # Strawberry's signature
        sub_response: Any,  # noqa: ANN401, ARG002  # Strawberry's signature
        context: Context,
        root_value: None,  # noqa: ARG002  # Strawberry's signature
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        return await self._execute(request, context, request_data)

    async def _execute(
        self, request: Request, context: Context, operation: GraphQLRequestData
    ) -> ExecutionResult:
        try:
            with CallerWatch(request.scope, request.receive):
                return await self.schema.execute(
                    operation.query,
                    operation.variables,
                    context,
                    None,
                    operation.operation_name,
                    _OPERATION_TYPES[request.method],
                )
        except MissingQueryError:
            raise _Refused(400, "BAD_REQUEST", 'Send the document in the field "query".') from None
        except CannotGetOperationTypeError:
            raise _Refused(400, "OPERATION_RESOLUTION_FAILURE", _NO_OPERATION) from None
        except InvalidOperationTypeError:
            raise _Refused(405, "METHOD_NOT_ALLOWED", "Send mutations with POST.") from None

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        answer = await super().process_result(request, result)
        if result.errors and result.data is None and result.errors[0].path is None:
            # Nothing was executed, so there is no data: GraphQL specification, section 7.1.
            del answer["data"]
        return answer

    def encode_json(self, data: object) -> str:
        return write_json(data).decode()


async def _answer(answering: Awaitable[Any]) -> Response:
    """Await an answer; a request that is not executed is answered in GraphQL's form, too."""
    try:
        return cast("Response", await answering)
    except BatchRejected as rejected:
        problem = cast("InvalidInput", rejected.errors[0])
        return graphql_refusal(rejected.http_status, problem.reason.value, problem.message)
    except _Refused as refused:
        return graphql_refusal(refused.status, refused.code, str(refused))


def _from_query_string(parameters: Mapping[str, Any]) -> dict[str, object]:
    sent = dict(parameters)
    return sent | {
        name: json_of(sent[name].encode()) for name in ("variables", "extensions") if sent.get(name)
    }


def _operation(sent: object) -> GraphQLRequestData:
    """Read the parameters of a request: GraphQL over HTTP, section 5."""
    if not isinstance(sent, dict):
        raise _Refused(400, "BAD_REQUEST", 'Expected a JSON object with the field "query".')
    fields = cast("dict[str, Any]", sent)
    for name, (type_, meaning) in _PARAMETERS.items():
        if not isinstance(fields.get(name), type_ | None):
            raise _Refused(400, "BAD_REQUEST", f'The field "{name}" must be {meaning}.')
    return GraphQLRequestData(
        query=fields.get("query"),
        variables=fields.get("variables"),
        operation_name=fields.get("operationName") or None,
        extensions=fields.get("extensions"),
    )


_OPERATION_TYPES = {method: OperationType.from_http(method) for method in ("GET", "POST")}
_PARAMETERS: dict[str, tuple[type, str]] = {
    "query": (str, "text"),
    "variables": (dict, "an object"),
    "operationName": (str, "text"),
    "extensions": (dict, "an object"),
}


def graphql_refusal(status: int, code: str, message: str) -> Response:
    """Answer a request that is not executed."""
    note(outcome=BatchOutcome.NOTHING_SAVED.value, code=code)
    return JSONResponse(
        {"errors": [{"message": message, "extensions": {"code": code}}]},
        int(status),
        headers={"Allow": "GET, POST"} if status == HTTPStatus.METHOD_NOT_ALLOWED else None,
    )
