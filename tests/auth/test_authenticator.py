"""Who holds an API key, and how often the store is asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from gateway.auth import Authenticator, digest
from gateway.contract import Caller, InternalServerError
from gateway.store import ApiKey, Store

pytestmark = pytest.mark.anyio

KEY = "ask_a"
TODAY = datetime(2026, 3, 1, tzinfo=UTC)
ROW = ApiKey(
    digest(KEY),
    "partner",
    can_write=True,
    shop_ids=frozenset({33}),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


@pytest.fixture
def anyio_backend() -> str:
    """
    The event loop that the gateway runs on.
    """
    return "asyncio"


@dataclass
class Keys:
    """A store that holds keys, and remembers what it was asked and told."""

    rows: list[ApiKey]
    asked: list[bytes] = field(default_factory=list[bytes])
    told: list[Mapping[bytes, datetime]] = field(default_factory=list[Mapping[bytes, datetime]])
    is_broken: bool = False

    async def key(self, key_digest: bytes) -> ApiKey | None:
        self.asked.append(key_digest)
        await asyncio.sleep(0)
        if self.is_broken:
            raise InternalServerError
        return next((row for row in self.rows if row.digest == key_digest), None)

    async def note_uses(self, uses: Mapping[bytes, datetime]) -> None:
        self.told.append(uses)


@dataclass
class Clock:
    """A clock that is set by hand."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return TODAY + timedelta(seconds=self.seconds - 1_000)


@pytest.fixture
def keys() -> Keys:
    """
    A store with one key.
    """
    return Keys([ROW])


@pytest.fixture
def clock() -> Clock:
    """
    A clock that stands still until a test sets it.
    """
    return Clock()


@pytest.fixture
def authenticator(keys: Keys, clock: Clock) -> Authenticator:
    """
    What is tested, over that store and with that clock.
    """
    return Authenticator(cast("Store", keys), clock=clock, now=clock.now)


async def test_holder_of_a_key(authenticator: Authenticator) -> None:
    """
    The caller has the rights of the key, and carries the key for a remote AutoSpot.
    """
    actual = await authenticator.caller(KEY)

    assert actual == Caller("partner", can_write=True, shop_ids=frozenset({33}), api_key=KEY)


async def test_unknown_key(authenticator: Authenticator) -> None:
    """
    A key that the store does not have is nobody's.
    """
    assert await authenticator.caller("ask_b") is None


@pytest.mark.parametrize("api_key", [None, "", "a" * 513])
async def test_no_lookup_for_what_is_no_key(
    authenticator: Authenticator, keys: Keys, api_key: str | None
) -> None:
    """
    What cannot be a key costs nothing.
    """
    assert await authenticator.caller(api_key) is None
    assert keys.asked == []


@pytest.mark.parametrize("api_key", [KEY, "ask_b", "\ud800"])
async def test_one_lookup_in_five_seconds(
    authenticator: Authenticator, keys: Keys, clock: Clock, api_key: str
) -> None:
    """
    A key is looked up once, whether it is valid or not, however often it comes.
    """
    await authenticator.caller(api_key)
    clock.seconds += 4.9
    await authenticator.caller(api_key)

    assert keys.asked == [digest(api_key)]


async def test_revoked_after_five_seconds(
    authenticator: Authenticator, keys: Keys, clock: Clock
) -> None:
    """
    A key that was revoked is nobody's once five seconds are over.
    """
    await authenticator.caller(KEY)
    keys.rows.clear()
    clock.seconds += 5

    assert await authenticator.caller(KEY) is None


async def test_expiry_takes_effect_at_once(
    authenticator: Authenticator, keys: Keys, clock: Clock
) -> None:
    """
    A key is nobody's from its end on, also between two lookups.
    """
    keys.rows[0] = replace(ROW, expires_at=TODAY + timedelta(seconds=2))

    clock.seconds += 1.9
    before = await authenticator.caller(KEY)
    clock.seconds += 0.1

    assert before is not None
    assert await authenticator.caller(KEY) is None
    assert keys.asked == [digest(KEY)]


async def test_use_is_told_with_a_lookup(
    authenticator: Authenticator, keys: Keys, clock: Clock
) -> None:
    """
    However many requests come with a key, the store is told of one use for each lookup at most.
    """
    await asyncio.gather(*(authenticator.caller(KEY) for _ in range(10)))
    clock.seconds += 4.9
    await authenticator.caller(KEY)
    await authenticator.aclose()

    assert keys.told == [{digest(KEY): TODAY}]


@pytest.mark.parametrize("row", [None, replace(ROW, expires_at=TODAY)])
async def test_no_use_of_what_is_not_valid(
    authenticator: Authenticator, keys: Keys, row: ApiKey | None
) -> None:
    """
    A key that opens nothing is not used.
    """
    keys.rows[:] = [row] if row else []

    await authenticator.caller(KEY)
    await authenticator.aclose()

    assert keys.told == []


async def test_callers_at_the_same_time_share_a_lookup(
    authenticator: Authenticator, keys: Keys
) -> None:
    """
    Requests that arrive while a key is looked up wait for the same answer.
    """
    callers = await asyncio.gather(*(authenticator.caller(KEY) for _ in range(10)))

    assert {caller.name for caller in callers if caller} == {"partner"}
    assert keys.asked == [digest(KEY)]


async def test_caller_who_goes_away_takes_no_answer_along(authenticator: Authenticator) -> None:
    """
    The request that began a lookup may be cancelled; the others get their answer.
    """
    first = asyncio.create_task(authenticator.caller(KEY))
    second = asyncio.create_task(authenticator.caller(KEY))
    await asyncio.sleep(0)
    first.cancel()

    assert await second is not None


async def test_failed_lookup_is_not_remembered(authenticator: Authenticator, keys: Keys) -> None:
    """
    When the store fails, the next request asks it again.
    """
    keys.is_broken = True
    with pytest.raises(InternalServerError):
        await authenticator.caller(KEY)
    keys.is_broken = False

    assert await authenticator.caller(KEY) is not None


async def test_memory_is_bounded(authenticator: Authenticator, keys: Keys) -> None:
    """
    Ten thousand other keys later, a key is looked up again: no more are remembered.
    """
    await authenticator.caller(KEY)
    for number in range(10_000):
        await authenticator.caller(f"ask_{number}")
    await authenticator.caller(KEY)

    assert keys.asked.count(digest(KEY)) == 2
