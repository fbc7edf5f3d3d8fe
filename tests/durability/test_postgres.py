"""Two gateways over one PostgreSQL database: they, the server and the network fail under load."""

import pytest

from tests.durability.chance import chance
from tests.durability.history import Answer
from tests.durability.places import on_postgres
from tests.durability.processes import kill, kill_workers, stop
from tests.durability.servers import KillableServer
from tests.nest import Nest

pytestmark = pytest.mark.anyio


async def test_gateways_that_are_killed_keep_their_word(nest: Nest, server: KillableServer) -> None:
    """
    Wherever in a commit one of them ends, no batch is there in part, and the other goes on.
    """
    async with on_postgres(nest, server, chance(1)) as (world, outages):
        for fault in (
            outages.kill_before_commit,
            outages.kill_between_commit,
            outages.kill_after_commit,
            kill,
            stop,
        ):
            await world.suffer(fault)

    assert world.violations() == []
    assert world.answers()[Answer.LOST] > 0


async def test_workers_that_are_killed_keep_the_word_of_all(
    nest: Nest, server: KillableServer
) -> None:
    """
    Whichever of two ends, and wherever in a commit, the other goes on and is joined by a new one.
    """
    async with on_postgres(nest, server, chance(4), workers=2) as (world, outages):
        for fault in (kill_workers, outages.kill_between_commit, outages.kill_after_commit, kill):
            await world.suffer(fault)

    assert world.violations() == []
    assert world.answers()[Answer.LOST] > 0


async def test_gateways_keep_their_word_when_the_server_ends(
    nest: Nest, server: KillableServer
) -> None:
    """
    What was saved is there when the server comes back, and the gateways find it by themselves.
    """
    async with on_postgres(nest, server, chance(2)) as (world, outages):
        for fault in (
            outages.kill_server,
            outages.kill_first_of_server,
            outages.kill_backend,
            outages.restart_server,
            outages.terminate,
        ):
            await world.suffer(fault)

    assert world.violations() == []
    assert world.answers()[Answer.REFUSED] > 0


async def test_gateways_stop_in_time_while_the_network_is_frozen(
    nest: Nest, server: KillableServer
) -> None:
    """
    However long they are told to wait for the server, all are answered within the grace time.
    """
    async with on_postgres(nest, server, chance(5), patience=60) as (world, outages):
        await world.suffer(outages.stop_while_frozen)

    assert world.violations() == []
    assert world.answers()[Answer.UNKNOWN] > 0


async def test_gateways_keep_their_word_when_the_network_fails(
    nest: Nest, server: KillableServer
) -> None:
    """
    A commit whose answer got lost is in doubt, and nothing else is.
    """
    async with on_postgres(nest, server, chance(3)) as (world, outages):
        for fault in (outages.lose_commit, outages.reset, outages.break_off, outages.freeze):
            await world.suffer(fault)

    assert world.violations() == []
    assert world.answers()[Answer.UNKNOWN] > 0
    assert world.answers()[Answer.LOST] == 0
