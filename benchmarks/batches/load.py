"""The load: batches on kept connections, each with numbers of its own, and every answer checked."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import uvloop

from benchmarks.batches.cases import Case
from benchmarks.batches.orders import UNIQUE, graphql_body, rest_body
from benchmarks.batches.servers import Server
from benchmarks.failure import BenchmarkFailed

_LARGEST_ANSWER = 2**28
_serial = iter(range(10**8))


class Load(NamedTuple):
    """Requests of one kind for one server."""

    server: Server
    case: Case
    body: bytes

    def requests(self, count: int) -> list[bytes]:
        """Make so many requests, no number of a repair order twice."""
        head = (
            f"POST {self.server.path} HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Type: application/json\r\nX-API-Key: {self.server.api_key}\r\n"
            f"Content-Length: {len(self.body)}\r\n\r\n"
        ).encode()
        return [head + self.body.replace(UNIQUE, b"%08d" % next(_serial)) for _ in range(count)]

    def check(self, answer: bytes) -> None:
        """Raise BenchmarkFailed unless an answer says that everything was saved."""
        if not _is_right(json.loads(answer), self):
            raise BenchmarkFailed(f"{self.server.name} did not save all: {answer[:300]!r}")


class Sample(NamedTuple):
    """What callers saw."""

    seconds: float
    """From the first request to the last answer."""
    latencies: list[float]
    """Seconds of each request."""


def load_for(server: Server, case: Case) -> Load:
    """Requests of a case for a server, in GraphQL or REST."""
    graphql = server.speaks_graphql
    body = graphql_body(case.orders, case.operation) if graphql else rest_body(case.orders)
    return Load(server, case, body)


def send(load: Load, count: int) -> Sample:
    """Send so many requests, as many at once as the case says, and check the answers."""
    return uvloop.run(_send(load, load.requests(count)))


async def _send(load: Load, requests: list[bytes]) -> Sample:
    callers = min(load.case.connections, len(requests))
    remaining = iter(requests)
    started = time.perf_counter()
    latencies = await asyncio.gather(*(call(load, remaining, load.check) for _ in range(callers)))
    return Sample(time.perf_counter() - started, [one for own in latencies for one in own])


async def call(
    load: Load, requests: Iterator[bytes], check: Callable[[bytes], None]
) -> list[float]:
    """Send requests one after another on one connection; returns the seconds of each."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", load.server.port, limit=_LARGEST_ANSWER
    )
    latencies: list[float] = []
    for request in requests:
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        latencies.append(time.perf_counter() - started)
        check(body)
    writer.close()
    await writer.wait_closed()
    return latencies


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))


def _is_right(answer: dict[str, Any], load: Load) -> bool:
    orders = load.case.orders
    if not load.server.speaks_graphql:
        return answer.get("saved") == orders
    data: dict[str, Any] = answer.get("data") or {}
    outcome: dict[str, Any] = data.get("upsertRepairOrders") or {}
    if outcome.get("savedCount") != orders:
        return False
    if load.case.operation == "count":
        return True
    last = outcome["saved"][-1]
    return (
        len(outcome["saved"]) == orders
        and last["path"] == ["input", "shops", "0", "repairOrders", str(orders - 1)]
        and last["action"] == "CREATED"
        and last["repairNumber"].endswith(f"-{orders - 1}")
    )
