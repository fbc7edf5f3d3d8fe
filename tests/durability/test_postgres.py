"""Two gateways over one PostgreSQL database: they, the server and the network fail under load."""

import pytest

from tests.durability.chance import chance
from tests.durability.history import Answer
from tests.durability.places import on_postgres
from tests.durability.processes import kill, stop
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
