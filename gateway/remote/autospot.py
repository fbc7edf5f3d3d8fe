"""The port over HTTP: batches become calls of a remote AutoSpot."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from gateway import __version__
from gateway.contract import (
    Batch,
    Caller,
    LazyOrders,
    Saved,
    SavedAction,
    SavedOrder,
    UpstreamUnavailable,
    Verb,
)
from gateway.remote.answers import RemoteAnswer
from gateway.remote.refusals import outcome_unknown
from gateway.remote.upsert import upsert
from gateway.remote.verdict import understood
from gateway.telemetry import UpstreamCall, meters, request_id, trace_headers
from gateway.upstream import (
    Answer,
    NoFreeConnection,
    NotConnected,
    Upstream,
    UpstreamError,
    UpstreamRequest,
)

_METHODS = {Verb.CREATE: b"POST", Verb.UPDATE: b"PATCH"}
_MAX_ANSWER_BYTES = 1024 * 1024
_MAX_ATTEMPTS = 3
_WAIT_SECONDS = 0.05
_LONGEST_WAIT_SECONDS = 1.0


@dataclass(frozen=True)
class RemoteApi:
    """Where a remote AutoSpot takes batches.

    `deadline_seconds` is for one call of it, with all attempts to connect.
    """

    target: bytes
    host: bytes
    api_key_header: str
    deadline_seconds: float


class RemoteAutoSpot:
    """AutoSpot, far away. Implements BatchApi.

    Each batch is one call, but for an upsert, which may take two. A call that may have arrived is
    never repeated: a creation would be doubled, and a late change could undo the caller's next.
    """

    def __init__(self, upstream: Upstream, api: RemoteApi) -> None:
        """Call an API by an engine."""
        self._upstream = upstream
        self._api = api
        self._key_header = api.api_key_header.encode()
        self._same_in_each_call = [
            (b"Host", api.host),
            (b"User-Agent", f"autospot-gateway/{__version__}".encode()),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"identity"),
            (b"Content-Type", b"application/json"),
        ]

    async def create(self, batch: Batch, caller: Caller) -> Saved:
        """Create repair orders; a number that its shop already has is a duplicate."""
        await self._call(Verb.CREATE, batch, caller)
        return _saved(batch, SavedAction.CREATED)

    async def update(self, batch: Batch, caller: Caller) -> Saved:
        """Change repair orders that exist; fields that were not sent stay."""
        await self._call(Verb.UPDATE, batch, caller)
        return _saved(batch, None)

    async def upsert(self, batch: Batch, caller: Caller) -> Saved:
        """Change repair orders that exist, or create repair orders that do not.

        Raises MixedUpsert when the batch holds both: no single call could save them all or none.
        """

        async def call(verb: Verb, batch: Batch) -> None:
            await self._call(verb, batch, caller)

        verb = await upsert(call, batch)
        return _saved(batch, SavedAction.CREATED if verb is Verb.CREATE else None)

    async def _call(self, verb: Verb, batch: Batch, caller: Caller) -> None:
        """Have a batch saved by one call. Raises RequestError when it is not, or may not be."""
        if batch.problems:
            raise batch.rejected()
        with _network_errors(verb):
            answer = await self._answer(_METHODS[verb], batch.to_json(), caller.api_key)
        remote = RemoteAnswer(answer.status, answer.headers, answer.body, answer.is_complete)
        understood(remote, batch, verb)

    async def _answer(self, method: bytes, body: bytes, api_key: str) -> Answer:
        """Send a request once, trying to connect more than once."""
        deadline = asyncio.get_running_loop().time() + self._api.deadline_seconds
        with UpstreamCall(method.decode()) as call:
            request = UpstreamRequest(method, self._api.target, self._headers(api_key), body)
            exchange = partial(
                self._upstream.exchange,
                request,
                max_answer_bytes=_MAX_ANSWER_BYTES,
                deadline=deadline,
            )
            try:
                answer = await exchange()
            except NotConnected as error:
                answer = await self._tried_again(exchange, error)
            call.answered(answer.status)
        return answer

    async def _tried_again(
        self, exchange: Callable[[], Awaitable[Answer]], error: NotConnected
    ) -> Answer:
        """The answer to a later attempt, after the first could not connect."""
        failures = [error]

        async def attempt() -> Answer:
            if failures:
                raise failures.pop()
            return await exchange()

        attempts = AsyncRetrying(
            retry=retry_if_exception_type(NotConnected),
            stop=stop_after_attempt(_MAX_ATTEMPTS) | stop_before_delay(self._api.deadline_seconds),
            wait=wait_random_exponential(multiplier=_WAIT_SECONDS, max=_LONGEST_WAIT_SECONDS),
            before_sleep=_count_retry,
            reraise=True,
        )
        return await attempts(attempt)

    def _headers(self, api_key: str) -> list[tuple[bytes, bytes]]:
        return [
            *self._same_in_each_call,
            (b"X-Request-Id", request_id().encode()),
            *((name.encode(), value.encode()) for name, value in trace_headers().items()),
            (self._key_header, api_key.encode("latin-1")),
        ]


def _count_retry(_: RetryCallState) -> None:
    meters().upstream_retries("graphql").inc()


@contextmanager
def _network_errors(verb: Verb) -> Generator[None]:
    """Turn failures of the engine into the contract's errors, by what can have arrived."""
    try:
        yield
    except NoFreeConnection as error:
        raise UpstreamUnavailable(
            message="All connections to the remote API are busy; nothing was saved. "
            "Send the same request again.",
            retryable=True,
        ) from error
    except UpstreamError as error:
        if error.was_sent:
            raise outcome_unknown(verb) from error
        raise UpstreamUnavailable(retryable=True) from error


def _saved(batch: Batch, action: SavedAction | None) -> Saved:
    def orders() -> list[SavedOrder]:
        return [SavedOrder(place, key, action, None) for place, key in batch.keys()]

    return Saved(LazyOrders(len(batch), orders))
