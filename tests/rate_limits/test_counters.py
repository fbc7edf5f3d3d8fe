"""Counting, alone and together with others."""

import asyncio
import io
from contextlib import aclosing
from dataclasses import dataclass

import pytest
from limits import parse

from gateway.rate_limits import Counters
from gateway.rate_limits.counters import AWAY_SECONDS
from tests.postgres import free_port
from tests.redis import RedisServer

pytestmark = pytest.mark.anyio

RATE = parse("2/day")
DAY = 86_400


@dataclass
class Clock:
    """A clock that is set by hand."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds


async def counted(counters: Counters, times: int, subject: str = "a") -> list[bool]:
    """Count some times; returns which of them were within the rate."""
    return [await counters.hit(RATE, subject) is None for _ in range(times)]


async def tell_when_it_is_too_much(counters: Counters) -> None:
    """Go over a rate, and look at what is told."""
    assert await counters.wait(RATE, "a") is None
    assert await counted(counters, 3) == [True, True, False]

    seconds = [await counters.hit(RATE, "a"), await counters.wait(RATE, "a")]

    assert [DAY - 60 < (wait or 0) <= DAY for wait in seconds] == [True, True]
    assert await counters.hit(RATE, "b") is None
    assert await counters.hit(parse("3/day"), "a") is None


async def test_alone() -> None:
    """
    What is over the rate waits for the end of the window; others do not.
    """
    async with aclosing(Counters()) as counters:
        await tell_when_it_is_too_much(counters)


async def test_in_redis(redis: RedisServer) -> None:
    """
    The same holds when it is counted in Redis.
    """
    async with aclosing(Counters(redis.url)) as counters:
        await tell_when_it_is_too_much(counters)


async def test_a_second_is_waited_at_least() -> None:
    """
    Whoever waits as told does not come too early.
    """
    rate = parse("1/second")
    counters = Counters()
    while await counters.hit(rate, "a") is None:
        pass

    assert await counters.hit(rate, "a") in {1, None}


async def test_together(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Two processes with one Redis have one count, also when all come at the same time.
    """
    # However slow the machine is, Redis is not given up.
    monkeypatch.setattr("gateway.rate_limits.redis_storage._ANSWER_SECONDS", 60)
    rate = parse("100/day")
    async with (
        aclosing(Counters(redis.url)) as first,
        aclosing(Counters(redis.url)) as second,
    ):
        answers = await asyncio.gather(
            *(counters.hit(rate, "a") for counters in (first, second) for _ in range(100))
        )

    assert answers.count(None) == 100


async def test_redis_goes_away_and_comes_back(redis: RedisServer, log: io.StringIO) -> None:
    """
    While Redis is away it is counted here, and it is asked again now and then.
    """
    clock = Clock()
    async with aclosing(Counters(redis.url, clock=clock)) as counters:
        before = await counted(counters, 3)
        redis.stop()
        away = await counted(counters, 3)
        redis.start()
        clock.seconds += AWAY_SECONDS - 0.1
        left_alone = await counted(counters, 1)
        clock.seconds += 0.1
        back = await counted(counters, 3)

    assert before == away == back == [True, True, False]
    assert left_alone == [False]
    assert log.getvalue().count("redis.exceptions.ConnectionError") == 1


async def test_redis_restarts(redis: RedisServer, log: io.StringIO) -> None:
    """
    Connections that ended in the meantime are made anew, and nobody notices.
    """
    async with aclosing(Counters(redis.url)) as counters:
        await counted(counters, 1)
        redis.stop()
        redis.start()

        assert await counted(counters, 3) == [True, True, False]
    assert log.getvalue() == ""


async def test_redis_does_not_answer(redis: RedisServer, log: io.StringIO) -> None:
    """
    A Redis that hangs is waited for once, and not for long.
    """
    async with aclosing(Counters(redis.url, clock=Clock())) as counters:
        redis.pause()

        assert await counted(counters, 3) == [True, True, False]
    assert log.getvalue().count("redis.exceptions.TimeoutError") == 1


async def test_no_redis(log: io.StringIO) -> None:
    """
    Without Redis everything goes on, and the log tells what is missing, but no password.
    """
    url = f"redis://:secret-of-redis@127.0.0.1:{free_port()}"
    async with aclosing(Counters(url, clock=Clock())) as counters:
        await tell_when_it_is_too_much(counters)

    assert log.getvalue().count("limits.errors.StorageError") == 1
    assert "secret" not in log.getvalue()
