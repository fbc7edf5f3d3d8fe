"""A gateway on an SQLite file: it is killed, and its disk fails, while many write."""

from pathlib import Path

import pytest

from tests.durability.chance import chance
from tests.durability.disks import (
    fill_disk,
    lock_for_a_moment,
    may_have_small_disks,
    refuse_writes,
    set_clock_back,
    small_disk,
    stop_while_locked,
)
from tests.durability.history import Answer
from tests.durability.places import on_sqlite
from tests.durability.processes import (
    kill,
    kill_after_commit,
    kill_before_commit,
    kill_between_commit,
    kill_workers,
    stop,
)
from tests.nest import Nest

pytestmark = pytest.mark.anyio


async def test_a_gateway_that_is_killed_keeps_its_word(nest: Nest, tmp_path: Path) -> None:
    """
    Wherever in a commit it ends, what it said is true, and no batch is there in part.
    """
    async with on_sqlite(nest, tmp_path, chance(1)) as world:
        for fault in (kill, kill_before_commit, kill_between_commit, kill_after_commit, stop):
            await world.suffer(fault)

    assert world.violations() == []
    assert world.answers()[Answer.LOST] > 0


async def test_workers_that_are_killed_keep_the_word_of_all(nest: Nest, tmp_path: Path) -> None:
    """
    Whichever of two ends, and wherever in a commit, the other goes on and is joined by a new one.
    """
    async with on_sqlite(nest, tmp_path, chance(4), workers=2) as world:
        for fault in (kill_workers, kill_between_commit, kill_after_commit, kill):
            await world.suffer(fault)

    assert world.violations() == []
    assert world.answers()[Answer.LOST] > 0


async def test_a_gateway_keeps_its_word_on_a_file_that_fails(nest: Nest, tmp_path: Path) -> None:
    """
    A disk that fails in a commit leaves it in doubt; a lock and the clock do no harm.
    """
    async with on_sqlite(nest, tmp_path, chance(2)) as world:
        for fault in (refuse_writes, lock_for_a_moment, set_clock_back):
            await world.suffer(fault)

    assert world.violations() == []
    assert world.answers()[Answer.UNKNOWN] > 0


async def test_a_gateway_stops_in_time_while_its_file_is_locked(nest: Nest, tmp_path: Path) -> None:
    """
    However long it would wait for the file, all are answered within the grace time.
    """
    async with on_sqlite(nest, tmp_path, chance(5)) as world:
        await world.suffer(stop_while_locked)

    assert world.violations() == []
    assert world.answers()[Answer.REFUSED] > 0


async def test_a_full_disk_saves_nothing(nest: Nest, tmp_path: Path) -> None:
    """
    What does not fit is refused, and not in doubt; once there is room, batches are saved again.
    """
    if not may_have_small_disks():
        pytest.skip("only root may have a disk of its own")
    with small_disk(tmp_path) as disk:
        async with on_sqlite(nest, disk, chance(3)) as world:
            await world.suffer(fill_disk)

    assert world.violations() == []
    codes = {attempt.code for attempt in world.history.attempts}
    assert codes == {"", "BATCH_REJECTED", "INTERNAL_SERVER_ERROR"}
