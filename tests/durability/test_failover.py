"""A primary that is lost under load, and the synchronous standby in its place."""

import pytest

from tests.durability.chance import chance
from tests.durability.failover import Pair, on_pair
from tests.durability.servers import running_server
from tests.nest import Nest

pytestmark = pytest.mark.anyio


async def test_nothing_saved_is_lost_with_the_primary(nest: Nest) -> None:
    """
    The gateway finds the promoted standby by itself, and all that it said is true there.
    """
    with running_server() as primary, running_server() as standby:
        pair = Pair(primary, standby)
        async with on_pair(nest, pair, chance(1)) as world:
            await world.suffer(pair.lose_primary)

        assert world.violations() == []
        assert len(pair.gaps) == 1
