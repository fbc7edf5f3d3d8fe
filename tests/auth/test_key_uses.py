"""How seldom uses of keys are written, and that nobody waits for it."""

import asyncio
import io
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from gateway.auth.key_uses import KeyUses
from gateway.contract import InternalServerError
from gateway.store import ApiKey, Store
from gateway.telemetry import configure_logging
from tests.logs import logging_as_before

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, tzinfo=UTC)
KEYS = [
    ApiKey(bytes([number]), str(number), can_write=True, shop_ids=None, created_at=NOW)
    for number in range(3)
]


@pytest.fixture
def anyio_backend() -> str:
    """
    The event loop that the gateway runs on.
    """
    return "asyncio"


@dataclass
class Notes:
    """A store that takes its time to note uses, until it is let go."""

    is_free: asyncio.Event = field(default_factory=asyncio.Event)
    is_broken: bool = False
    noted: list[Mapping[bytes, datetime]] = field(default_factory=list[Mapping[bytes, datetime]])

    async def note_uses(self, uses: Mapping[bytes, datetime]) -> None:
        await self.is_free.wait()
        self.noted.append(uses)
        if self.is_broken:
            raise InternalServerError


@pytest.fixture
def notes() -> Notes:
    """
    A store that notes nothing yet.
    """
    return Notes()


@pytest.fixture
def uses(notes: Notes) -> KeyUses:
    """
    What is tested, over that store.
    """
    return KeyUses(cast("Store", notes))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Generator[io.StringIO]:
    """
    Everything that is logged.
    """
    stream = io.StringIO()
    with logging_as_before():
        monkeypatch.setattr("sys.stderr", stream)
        configure_logging("json")
        yield stream


@pytest.mark.parametrize(
    ("seconds", "written"), [(None, True), (0, False), (59, False), (60, True), (-1, False)]
)
async def test_at_most_once_in_a_minute(
    uses: KeyUses, notes: Notes, seconds: int | None, *, written: bool
) -> None:
    """
    A use is written when the store knows none, or one of a minute ago.
    """
    notes.is_free.set()
    last = None if seconds is None else NOW - timedelta(seconds=seconds)

    uses.note(replace(KEYS[0], last_used_at=last), NOW)
    await uses.close()

    assert notes.noted == ([{KEYS[0].digest: NOW}] if written else [])


async def test_one_transaction_at_a_time(uses: KeyUses, notes: Notes) -> None:
    """
    While uses are written, others gather, and share the next transaction.
    """
    uses.note(KEYS[0], NOW)
    await asyncio.sleep(0)
    for key in KEYS[1:]:
        uses.note(key, NOW)
    notes.is_free.set()
    await uses.close()

    assert notes.noted == [{b"\0": NOW}, {b"\1": NOW, b"\2": NOW}]


async def test_failure_is_logged_and_forgotten(
    uses: KeyUses, notes: Notes, log: io.StringIO
) -> None:
    """
    A use that could not be written fails no request, and keeps no later one from being written.
    """
    notes.is_free.set()
    notes.is_broken = True
    uses.note(KEYS[0], NOW)
    await uses.close()
    notes.is_broken = False
    uses.note(KEYS[1], NOW)
    await uses.close()

    assert notes.noted[1:] == [{b"\1": NOW}]
    assert log.getvalue().count('"event":"failure"') == 1


async def test_nothing_to_close(uses: KeyUses, notes: Notes) -> None:
    """
    Who noted nothing has nothing to write.
    """
    await uses.close()

    assert notes.noted == []
