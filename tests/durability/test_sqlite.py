"""A gateway on an SQLite file, which is killed and stopped while many write."""

from pathlib import Path

import pytest

from tests.durability.chance import chance
from tests.durability.gateways import Gateway
from tests.durability.history import Answer
from tests.durability.processes import (
    GRACE_SECONDS,
    kill,
    kill_after_commit,
    kill_before_commit,
    kill_between_commit,
    stop,
)
from tests.durability.world import living

pytestmark = pytest.mark.anyio

_FAULTS = [kill, kill_before_commit, kill_between_commit, kill_after_commit, stop]


async def test_a_gateway_that_is_killed_keeps_its_word(tmp_path: Path) -> None:
    """
    Whenever it ends, what it said is true, and no batch is there in part.
    """
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    gateway = Gateway("the gateway", url, {"grace_seconds": GRACE_SECONDS})
    async with living(url, [gateway], chance(1)) as world:
        for fault in _FAULTS:
            await world.suffer(fault)

    assert world.violations() == []
    assert world.answers()[Answer.SAVED] > 0
    assert world.answers()[Answer.LOST] > 0
