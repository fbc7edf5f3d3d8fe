"""Many writers and some readers, who note all that they ask and are answered."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from itertools import takewhile
from random import Random
from time import monotonic
from typing import Any

from tests.durability.chance import chance
from tests.durability.gateways import Gateway
from tests.durability.history import Answer, Attempt, History, Key, Life, Sight, Verb
from tests.durability.http import Connection, Lost, NotConnected
from tests.durability.orders import Call, answer_of, call_of, call_to_read, number_read

SECONDS = 40
"""How long a sender waits for an answer at most, and a test for a gateway that is well again."""

_WRITERS = 8
_READERS = 2
_SHARED = 3
"""How many batches there are that every writer patches."""

_PAUSE_SECONDS = 0.08
_AWAY_SECONDS = 0.4


class Load:
    """Writers and readers of the shops of some gateways over one database."""

    def __init__(
        self, history: History, gateways: Sequence[Gateway], api_key: str, random: Random
    ) -> None:
        """Note what happens in a history; what is asked is chosen by chance."""
        self.history = history
        self._gateways = gateways
        self._api_key = api_key
        self._random = random
        self._shared: list[Attempt] = []
        self._asking: set[Attempt] = set()
        self._answered: dict[Answer, list[Attempt]] = {answer: [] for answer in Answer}
        self._changed = asyncio.Condition()
        self._is_over = False

    async def prepare(self) -> None:
        """Create the batches that every writer patches."""
        caller = _Caller(self._gateways[0], self._api_key)
        for _ in range(_SHARED):
            attempt = self.history.attempt(Verb.CREATE)
            await self._send(caller, attempt, None)
            assert attempt.answer is Answer.SAVED, attempt
            self._shared.append(attempt)
        caller.close()

    async def run(self) -> None:
        """Write and read until it is over."""
        writing = (self._write(chance(self._random.random())) for _ in range(_WRITERS))
        reading = (self._read(chance(self._random.random())) for _ in range(_READERS))
        await asyncio.gather(*writing, *reading)

    def end(self) -> None:
        """Send nothing more."""
        self._is_over = True

    async def flows(self, count: int = 10, *, since: float | None = None) -> float:
        """Wait until each gateway has saved batches that were sent since a moment, or now.

        Returns how long it took until the first was saved.
        Raises TimeoutError when it does not come to that.
        """
        start = monotonic() if since is None else since
        await self._until(
            lambda: all(len(self._saved_since(start, one.life)) >= count for one in self._gateways)
        )
        return min(min(self._saved_since(start, one.life)) for one in self._gateways) - start

    async def until_answered(self, *answers: Answer, count: int = 1) -> None:
        """Wait until so many batches were answered in one of some ways, from now on."""
        aim = self._count(answers) + count
        await self._until(lambda: self._count(answers) >= aim)

    async def until_all_wait(self) -> None:
        """Wait until no writer has an answer."""
        await self._until(lambda: len(self._asking) == _WRITERS)

    async def until_waits(self, life: Life, count: int = 4) -> None:
        """Wait until so many writers wait for answers of a gateway."""
        await self._until(lambda: sum(attempt.life is life for attempt in self._asking) >= count)

    async def until_given_up(self, life: Life) -> None:
        """Wait until nobody expects an answer of a gateway that has ended."""
        await self._until(lambda: not any(attempt.life is life for attempt in self._asking))

    async def _until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS), self._changed:
            await self._changed.wait_for(is_so)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _count(self, answers: Collection[Answer]) -> int:
        return sum(len(self._answered[answer]) for answer in answers)

    def _saved_since(self, since: float, life: Life) -> list[float]:
        """When a run of a gateway answered that it saved batches that were sent since then."""
        recent = takewhile(
            lambda one: one.answered_at > since, reversed(self._answered[Answer.SAVED])
        )
        return [one.answered_at for one in recent if one.sent_at > since and one.life is life]

    async def _write(self, random: Random) -> None:
        """Create batches, wrong ones too, and patch own and shared ones."""
        callers = [_Caller(gateway, self._api_key) for gateway in self._gateways]
        own: list[Attempt] = []
        while not self._is_over:
            is_wrong = random.random() < 0.1
            known = random.choice([*self._shared, *own])
            if random.random() < 0.5:
                attempt = self.history.attempt(Verb.CREATE, is_wrong=is_wrong)
                also = known.keys[0]
            else:
                attempt = self.history.attempt(Verb.PATCH, known.keys, is_wrong=is_wrong)
                also = (known.keys[0][0], "nowhere")
            await self._send(random.choice(callers), attempt, also if is_wrong else None)
            if attempt.verb is Verb.CREATE and attempt.answer is Answer.SAVED:
                own = [*own[-2:], attempt]
            is_away = attempt.code == "NOT_CONNECTED"
            await asyncio.sleep(random.random() * (_AWAY_SECONDS if is_away else _PAUSE_SECONDS))
        for caller in callers:
            caller.close()

    async def _send(self, caller: "_Caller", attempt: Attempt, also: Key | None) -> None:
        # Both doors, and the same batch by the same one when a history is repeated.
        call = call_of(attempt, also, is_rest=attempt.number % 2 == 0)
        try:
            async with asyncio.timeout(SECONDS):
                attempt.life = await caller.life()
                self._asking.add(attempt)
                await self._tell()
                answer, attempt.code = answer_of(*await caller.ask(call, f"b{attempt.number}"))
        except NotConnected:
            answer, attempt.code = Answer.REFUSED, "NOT_CONNECTED"
        except Lost:
            answer = Answer.LOST
        except TimeoutError:
            answer = Answer.LATE
            caller.close()
        attempt.answered_at = monotonic()
        attempt.answer = answer
        self._asking.discard(attempt)
        if not attempt.is_wrong:
            self._answered[answer].append(attempt)
        await self._tell()

    async def _read(self, random: Random) -> None:
        callers = [_Caller(gateway, self._api_key) for gateway in self._gateways]
        while not self._is_over:
            caller = random.choice(callers)
            recent = [one for one in self.history.attempts[-50:] if one.verb is Verb.CREATE]
            key = random.choice(random.choice([*self._shared, *recent]).keys)
            sent_at = monotonic()
            try:
                async with asyncio.timeout(SECONDS):
                    await caller.life()
                    _, body = await caller.ask(call_to_read(key), "reader")
            except NotConnected:
                await asyncio.sleep(_AWAY_SECONDS)
            except Lost:
                pass
            else:
                if "errors" not in body:
                    number = number_read(body)
                    self.history.sights.append(Sight(key, number, sent_at, monotonic()))
            await asyncio.sleep(_PAUSE_SECONDS)
        for caller in callers:
            caller.close()


class _Caller:
    """Keeps a connection to a gateway, and makes another when it is lost."""

    def __init__(self, gateway: Gateway, api_key: str) -> None:
        self._gateway = gateway
        self._api_key = api_key
        self._open: tuple[Connection, Life] | None = None

    async def life(self) -> Life:
        """Be connected; returns the run of the gateway that answers."""
        if self._open and self._open[0].is_closed:
            self.close()
        if self._open is None:
            connection = await Connection.open(self._gateway.port)
            self._open = connection, self._gateway.life
        return self._open[1]

    async def ask(self, call: Call, request_id: str) -> tuple[int, Any]:
        """Send a request."""
        assert self._open
        try:
            return await self._open[0].ask(call, self._api_key, request_id)
        except Lost:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._open:
            self._open[0].close()
        self._open = None


@asynccontextmanager
async def under_load(
    history: History, gateways: Sequence[Gateway], api_key: str, random: Random
) -> AsyncGenerator[Load]:
    """Have much asked of gateways; at the end all of it has been answered, or given up."""
    load = Load(history, gateways, api_key, random)
    await load.prepare()
    running = asyncio.create_task(load.run())
    try:
        yield load
    finally:
        load.end()
        await running
