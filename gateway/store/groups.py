"""Batches that wait at the same moment share a transaction; each has an outcome of its own."""

import asyncio
from dataclasses import dataclass, field

from gateway.contract import InternalServerError, OrderKey, RateLimited, Saved
from gateway.store.database import Database
from gateway.store.orders import BatchWrite, GroupWrite
from gateway.telemetry import meters

_MAX_ORDERS = 1_000
"""How many repair orders a group is about at most; a larger batch is written alone."""

_PATIENCE_SECONDS = 0.02
"""How long a batch waits for the transaction that runs, before another begins beside it."""


class Groups:
    """The batches that are to be written, in order of arrival.

    While a transaction is running batches wait, and all that wait go into the next one. Only when
    it takes long others begin beside it, as many as the database carries out side by side.
    Nobody is answered before the own transaction is durable.
    """

    def __init__(self, database: Database, max_waiting: int) -> None:
        """Write to a database, with at most so many batches waiting."""
        self._database = database
        self._max_waiting = max_waiting
        self._waiting: list[_Waiting] = []
        self._running: set[asyncio.Task[None]] = set()
        self._is_closed = False

    async def write(self, batch: BatchWrite) -> Saved:
        """Have a batch written, and return what its decision says once that is durable.

        It is carried out even when the caller is cancelled.
        Raises RateLimited when too many batches wait, or this one has waited too long.
        """
        if self._is_closed:
            raise InternalServerError
        if len(self._waiting) >= self._max_waiting:
            raise RateLimited(retry_after_seconds=1)
        waiting = _Waiting(batch, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        meters().waiting_batches.inc()
        if not self._running:
            self._begin()
        if waiting in self._waiting[-1:]:
            self._hurry(waiting)
        return await waiting.answer

    async def close(self) -> None:
        """Write what waits."""
        self._is_closed = True
        while self._running:
            await asyncio.wait(self._running)

    def _begin(self) -> None:
        """Write what waits, if there is room for another transaction."""
        if self._waiting and len(self._running) < self._database.side_by_side:
            writing = asyncio.create_task(self._write(self._next()))
            self._running.add(writing)
            writing.add_done_callback(self._end)

    def _end(self, writing: asyncio.Task[None]) -> None:
        self._running.discard(writing)
        if not self._running or any(waiting.is_impatient for waiting in self._waiting[:1]):
            self._begin()

    def _hurry(self, waiting: "_Waiting") -> None:
        """See that a batch does not wait too long."""
        later = asyncio.get_running_loop().call_later
        waiting.timers.append(later(_PATIENCE_SECONDS, self._begin_beside, waiting))
        if self._database.wait is not None:
            waiting.timers.append(later(self._database.wait, self._give_up, waiting))

    def _begin_beside(self, waiting: "_Waiting") -> None:
        waiting.is_impatient = True
        self._begin()

    def _give_up(self, waiting: "_Waiting") -> None:
        self._waiting.remove(waiting)
        meters().waiting_batches.dec()
        waiting.settle(RateLimited(retry_after_seconds=1))

    def _next(self) -> list["_Waiting"]:
        """Take the batches that are written next, no two of which are about the same order.

        One that has to wait keeps its place before the later ones about the same orders.
        """
        group: list[_Waiting] = []
        left: list[_Waiting] = []
        named: set[OrderKey] = set()
        room = _MAX_ORDERS
        for waiting in self._waiting:
            keys = waiting.batch.wanted.keys
            is_next = not group or (len(keys) <= room and named.isdisjoint(keys))
            (group if is_next else left).append(waiting)
            named.update(keys)
            room -= len(keys) if is_next else 0
        self._waiting = left
        meters().waiting_batches.dec(len(group))
        for waiting in group:
            waiting.stop_timers()
        return group

    async def _write(self, group: list["_Waiting"]) -> None:
        meters().shared_commits.observe(len(group))
        with meters().transactions.time():
            await self._write_together(group)

    async def _write_together(self, group: list["_Waiting"]) -> None:
        if len(group) == 1:
            await self._write_alone(group[0])
            return
        together = GroupWrite([waiting.batch for waiting in group])
        try:
            await self._database.write(together)
        except BaseException as error:  # noqa: BLE001  # it is raised again where it is awaited
            if together.has_begun and isinstance(error, InternalServerError):
                # One is in the way of the others, or all of them fail: each finds out alone.
                await asyncio.gather(*map(self._write_alone, group))
                return
            for waiting, outcome in zip(group, together.outcomes_after(error), strict=True):
                waiting.settle(outcome)
        else:
            for waiting, outcome in zip(group, together.outcomes, strict=True):
                waiting.settle(outcome)

    async def _write_alone(self, waiting: "_Waiting") -> None:
        try:
            outcome = await self._database.write(waiting.batch)
        except BaseException as error:  # noqa: BLE001  # the same
            waiting.settle(error)
        else:
            waiting.settle(outcome)


@dataclass(eq=False)
class _Waiting:
    """A batch, and where its outcome goes."""

    batch: BatchWrite
    answer: asyncio.Future[Saved]
    timers: list[asyncio.TimerHandle] = field(default_factory=list[asyncio.TimerHandle])
    is_impatient: bool = False

    def stop_timers(self) -> None:
        """End the wait for others."""
        for timer in self.timers:
            timer.cancel()

    def settle(self, outcome: Saved | BaseException) -> None:
        """Answer with an outcome, if anybody still waits for it."""
        if self.answer.cancelled():
            return
        if isinstance(outcome, BaseException):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)
