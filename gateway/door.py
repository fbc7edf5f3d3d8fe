"""What both doors do with a batch: see who sent it, read it, save it, note what became of it."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from gateway.batch_api import BatchApi, OrderReader
from gateway.contract import (
    BatchRejected,
    Caller,
    InternalServerError,
    Limits,
    RequestError,
    Saved,
    Sender,
    Unauthenticated,
    Verb,
    in_turns,
    reading_batch,
)
from gateway.rate_limits import Turnstile
from gateway.telemetry import log_failure, note, span

Authenticate = Callable[[str | None], Awaitable[Caller | None]]
"""Finds who holds an API key; None is nobody."""

_MAX_LOGGED_SHOPS = 20


@dataclass(frozen=True)
class Door:
    """Where requests come in, whichever of the two languages they speak.

    `orders` is None where repair orders cannot be read.
    """

    batches: BatchApi
    orders: OrderReader | None
    authenticate: Authenticate
    api_key_header: str
    limits: Limits
    turnstile: Turnstile

    def sender(self, request: Request) -> Sender:
        """Who sends a request."""
        api_key = request.headers.get(self.api_key_header)
        return self.turnstile.sender(api_key, request.scope)

    @asynccontextmanager
    async def entered(self, sender: Sender) -> AsyncGenerator[Caller]:
        """Let in who holds the key of a request, for as long as that is answered.

        Raises Unauthenticated when nobody does, and RateLimited when there are too many requests;
        what a remote AutoSpot says of the key is to be raised within.
        """
        async with self.turnstile.passing(sender):
            caller = await self._holder(sender)
            note(caller=caller.name)
            await self.turnstile.count(sender)
            yield caller

    async def ask_for_key(self, sender: Sender) -> None:
        """Refuse whoever holds no key, before there is work to do; no request is counted.

        Raises Unauthenticated and RateLimited.
        """
        async with self.turnstile.passing(sender):
            await self._holder(sender)

    async def _holder(self, sender: Sender) -> Caller:
        caller = await self.authenticate(sender.api_key)
        if caller is None:
            wrong = "missing" if sender.api_key is None else "not valid"
            raise Unauthenticated(
                message=f"The API key is {wrong}: send a valid one in the "
                f"{self.api_key_header} header."
            )
        return caller

    async def save(self, shops: object, verb: Verb, caller: Caller) -> Saved:
        """Save a batch that was sent as plain data. Raises RequestError when nothing is saved."""
        with span("check"):
            batch = await in_turns(reading_batch(shops, verb, self.limits))
        shop_ids = {entry.shop_id for entry in batch.entries if entry.shop_id is not None}
        note(operation=verb.value, shops=sorted(shop_ids)[:_MAX_LOGGED_SHOPS], orders=len(batch))
        save = {
            Verb.CREATE: self.batches.create,
            Verb.UPDATE: self.batches.update,
            Verb.UPSERT: self.batches.upsert,
        }[verb]
        with span(verb.value):
            saved = await save(batch, caller)
        note(outcome="SAVED")
        return saved


@contextmanager
def only_request_errors() -> Generator[None]:
    """Let only the contract's errors out, each noted; what is unexpected is logged and masked."""
    try:
        yield
    except RequestError as error:
        _note_error(error)
        raise
    except ClientDisconnect:
        # Nobody is left to be told.
        raise
    except Exception as error:
        unexpected = InternalServerError()
        unexpected.__cause__ = error
        _note_error(unexpected)
        raise unexpected from error


def _note_error(error: RequestError) -> None:
    note(outcome=error.outcome.value, code=error.code)
    if isinstance(error, BatchRejected):
        problems = sorted({problem.code for problem in error.errors})
        note(errors=error.error_count, problems=problems)
    if isinstance(error, InternalServerError):
        log_failure(error)
