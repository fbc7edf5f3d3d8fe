"""The one thread that writes: changes wait in a queue, and each is answered once it is durable."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine

from gateway.contract import InternalServerError
from gateway.store.failures import committing, nothing_saved

T = TypeVar("T")


class Writer:
    """A thread that carries out changes one after the other, each in its own transaction."""

    def __init__(self, engine: Engine) -> None:
        """Start to write on a connection of an engine."""
        self._engine = engine
        self._queue = _Queue()
        # A daemon, so that a process that ends without closing its store does not hang.
        self._thread = Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Have a change carried out, and return its result once it is durable."""
        answer: Future[T] = Future()
        # From here on it cannot be cancelled: a caller who goes away takes nothing back.
        answer.set_running_or_notify_cancel()
        self._queue.add(_Work(change, answer))
        return await asyncio.wrap_future(answer)

    def close(self) -> None:
        """Carry out what waits, and stop."""
        self._queue.close()
        self._thread.join()

    def _run(self) -> None:
        while work := self._queue.next():
            self._settle(work)

    def _settle(self, work: "_Work[T]") -> None:
        try:
            result = self._commit(work.change)
        except BaseException as error:  # noqa: BLE001  # it is raised again where it is awaited
            work.answer.set_exception(error)
        else:
            work.answer.set_result(result)

    def _commit(self, change: Callable[[Connection], T]) -> T:
        """Carry out a change in a transaction, which is rolled back when anything is raised."""
        with nothing_saved(), self._engine.connect() as connection:
            connection.begin()
            result = change(connection)
            with committing():
                connection.commit()
            return result


@dataclass(frozen=True)
class _Work(Generic[T]):
    """A change that waits, and where its result goes."""

    change: Callable[[Connection], T]
    answer: Future[T]


class _Queue:
    """What waits to be written, in order of arrival."""

    def __init__(self) -> None:
        self._works: deque[_Work[Any]] = deque()
        self._is_closed = False
        self._changed = Condition()

    def add(self, work: _Work[Any]) -> None:
        """Let a change wait."""
        with self._changed:
            if self._is_closed:
                raise InternalServerError
            self._works.append(work)
            self._changed.notify()

    def next(self) -> _Work[Any] | None:
        """Wait for the next change; None when the queue is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._works or self._is_closed)
            return self._works.popleft() if self._works else None

    def close(self) -> None:
        """Take no more changes."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
