"""AutoSpot's REST batch API, served here: POST creates repair orders, PATCH changes them."""

import json

from fastapi import Request, Response

from gateway.contract import RequestError, Verb, reading_shops
from gateway.door import Door, only_request_errors
from gateway.http_body import json_body, json_in_turns
from gateway.rest.caching import NO_STORE
from gateway.rest.problem import error_response
from gateway.telemetry import request_id, span

_VERBS = {"POST": (Verb.CREATE, 201), "PATCH": (Verb.UPDATE, 200)}
METHODS = tuple(_VERBS)


class BatchEndpoint:
    """The batch endpoint of a door."""

    def __init__(self, door: Door) -> None:
        """Answer what comes through a door."""
        self._door = door

    async def answer(self, request: Request) -> Response:
        """Save the batch in a request, or say what is wrong with it."""
        response = await self._answer(request)
        response.headers.add_vary_header(self._door.api_key_header)
        return response

    async def _answer(self, request: Request) -> Response:
        verb, status = _VERBS[request.method]
        try:
            with only_request_errors():
                async with self._door.entered(self._door.sender(request)) as caller:
                    saved = await self._door.save(await self._sent(request), verb, caller)
        except RequestError as error:
            return error_response(error)
        answer = {"saved": len(saved.orders), "request_id": request_id()}
        return Response(json.dumps(answer), status, NO_STORE, "application/json")

    async def _sent(self, request: Request) -> object:
        body = await json_body(request, self._door.limits)
        with span("decode"):
            reading = reading_shops(body, self._door.limits.max_json_depth)
            return await json_in_turns(reading)
