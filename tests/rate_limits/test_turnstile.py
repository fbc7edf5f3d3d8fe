"""Who is stopped, and who is not."""

import pytest

from gateway.contract import (
    BatchRejected,
    InvalidInput,
    InvalidInputReason,
    RateLimited,
    Sender,
    Unauthenticated,
)
from gateway.rate_limits import Addresses, Counters, Turnstile

pytestmark = pytest.mark.anyio

RIGHT, WRONG = "ask_right", "ask_wrong"


def turnstile(rate: str = "off", failed_keys_rate: str = "2/day") -> Turnstile:
    """What is tested."""
    return Turnstile(Counters(), Addresses(), rate=rate, failed_keys_rate=failed_keys_rate)


async def outcome(tested: Turnstile, api_key: str | None, address: str = "192.0.2.1") -> str:
    """What becomes of a request: `in`, or the code of the error."""
    try:
        async with tested.passing(Sender(api_key, address)):
            if api_key != RIGHT:
                raise Unauthenticated
            return "in"
    except (Unauthenticated, RateLimited) as error:
        return error.code


async def test_guessing_ends() -> None:
    """
    After too many wrong keys none of that address is judged, the right one neither.
    """
    tested = turnstile()

    tried = [await outcome(tested, key) for key in (WRONG, WRONG, WRONG, RIGHT)]

    assert tried == ["UNAUTHENTICATED", "UNAUTHENTICATED", "RATE_LIMITED", "RATE_LIMITED"]
    assert await outcome(tested, RIGHT, "192.0.2.2") == "in"


async def test_known_keys_still_pass() -> None:
    """
    A key that was used from an address is not stopped by somebody else's wrong ones.
    """
    tested = turnstile()
    await outcome(tested, RIGHT)
    for _ in range(3):
        await outcome(tested, WRONG)

    assert await outcome(tested, RIGHT) == "in"
    assert await outcome(tested, WRONG) == "RATE_LIMITED"


async def test_known_keys_become_wrong() -> None:
    """
    A key that is revoked is a wrong one, and is known no more.
    """
    tested = turnstile()
    await outcome(tested, RIGHT)

    for _ in range(2):
        with pytest.raises(Unauthenticated):
            async with tested.passing(Sender(RIGHT, "192.0.2.1")):
                raise Unauthenticated

    assert await outcome(tested, RIGHT) == "RATE_LIMITED"


async def test_a_refused_batch_proves_no_key() -> None:
    """
    A batch may be refused before a remote AutoSpot has seen the key: that makes it no known one.
    """
    tested = turnstile()
    problem = InvalidInput(place=(), reason=InvalidInputReason.REQUIRED)
    with pytest.raises(BatchRejected):
        async with tested.passing(Sender(RIGHT, "192.0.2.1")):
            raise BatchRejected(errors=[problem], error_count=1)
    for _ in range(2):
        await outcome(tested, WRONG)

    assert await outcome(tested, RIGHT) == "RATE_LIMITED"


async def test_no_key_is_no_guess() -> None:
    """
    A request without a key is answered as ever, and counts for nothing.
    """
    tested = turnstile()

    tried = [await outcome(tested, key) for key in (None, "", None, WRONG, WRONG, WRONG, None)]

    assert tried[3:] == ["UNAUTHENTICATED", "UNAUTHENTICATED", "RATE_LIMITED", "UNAUTHENTICATED"]


async def test_no_limit() -> None:
    """
    What is off stops nobody.
    """
    tested = turnstile(failed_keys_rate="off")

    assert [await outcome(tested, WRONG) for _ in range(200)] == ["UNAUTHENTICATED"] * 200
    assert await outcome(tested, RIGHT) == "in"
    for _ in range(200):
        await tested.count(Sender(RIGHT, "192.0.2.1"))


async def test_memory_is_bounded() -> None:
    """
    Ten thousand other addresses later, a key counts as new; one that was used since is known.
    """
    tested = turnstile()
    await outcome(tested, RIGHT, "first")
    await outcome(tested, RIGHT, "second")
    await outcome(tested, RIGHT, "first")
    for number in range(9_999):
        await outcome(tested, RIGHT, str(number))
    for address in ("first", "second"):
        for _ in range(2):
            await outcome(tested, WRONG, address)

    assert await outcome(tested, RIGHT, "first") == "in"
    assert await outcome(tested, RIGHT, "second") == "RATE_LIMITED"


@pytest.mark.parametrize("api_key", [RIGHT, "\ud800"])
async def test_rate_of_a_key(api_key: str) -> None:
    """
    A key is counted wherever it comes from, and others by themselves.
    """
    tested = turnstile(rate="2/day")
    await tested.count(Sender(api_key, "192.0.2.1"))
    await tested.count(Sender(api_key, "192.0.2.2"))

    with pytest.raises(RateLimited) as caught:
        await tested.count(Sender(api_key, "192.0.2.3"))

    assert 0 < (caught.value.retry_after_seconds or 0) <= 86_400
    await tested.count(Sender("another", "192.0.2.1"))
