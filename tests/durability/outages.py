"""What happens to a PostgreSQL server, and to the network between it and its gateways."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping

from tests.durability.fate import Step
from tests.durability.gateways import Gateway
from tests.durability.history import Answer
from tests.durability.network import Network
from tests.durability.pids import holder_of
from tests.durability.processes import stop_in_time
from tests.durability.servers import KillableServer
from tests.durability.world import World
from tests.postgres import name_of

TERMINATE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = '{}' AND pid <> pg_backend_pid()
"""


class Outages:
    """Faults of a server and of the networks to it, one for each gateway."""

    def __init__(self, server: KillableServer, networks: Mapping[Gateway, Network]) -> None:
        """Break these."""
        self._server = server
        self._networks = networks

    async def kill_before_commit(self, world: World) -> None:
        """Kill a gateway, or one of its workers, whose COMMIT has not arrived."""
        await self._end_at(world, Step.BEFORE)

    async def kill_between_commit(self, world: World) -> None:
        """Kill a gateway, or one of its workers, whose COMMIT has arrived."""
        await self._end_at(world, Step.BETWEEN)

    async def kill_after_commit(self, world: World) -> None:
        """Kill a gateway, or one of its workers, whose COMMIT was carried out."""
        await self._end_at(world, Step.AFTER)

    async def lose_commit(self, world: World) -> None:
        """End connections at each step of a COMMIT."""
        for network in self._networks.values():
            for step in Step:
                done = asyncio.Event()
                network.at_commit(step, lambda _, done=done: done.set())
                await done.wait()
                await world.load.flows(1)

    async def kill_server(self, world: World) -> None:
        """Kill the server, and start it again."""
        await self._break_server(world, self._server.kill)

    async def kill_first_of_server(self, world: World) -> None:
        """Kill the process of the server that starts the others."""
        await self._break_server(world, self._server.kill_first)

    async def kill_backend(self, world: World) -> None:
        """Kill a process of the server that serves one connection."""
        await self._some_are_saved(world)
        number = world.random.randrange(100)
        await asyncio.to_thread(self._server.kill_backend, number)

    async def restart_server(self, world: World) -> None:
        """Stop the server as an operator does."""
        await self._break_server(world, self._server.stop)

    async def terminate(self, world: World) -> None:
        """End the connections of the gateways from the server's side, again and again."""
        statement = TERMINATE.format(name_of(world.url))
        for _ in range(3):
            await self._some_are_saved(world)
            await asyncio.to_thread(self._server.sql, "postgres", statement)

    async def reset(self, world: World) -> None:
        """End the connections of a gateway in the middle, again and again."""
        network = self._one(world)
        for _ in range(5):
            await self._some_are_saved(world)
            network.reset()

    async def break_off(self, world: World) -> None:
        """End connections at any byte."""
        network = self._one(world)
        for _ in range(5):
            await self._some_are_saved(world)
            network.break_after(world.random.randrange(1, 5_000))

    async def freeze(self, world: World) -> None:
        """Let nothing pass, until somebody is told that it takes too long."""
        network = self._one(world)
        await self._some_are_saved(world)
        network.freeze()
        await world.load.until_answered(Answer.REFUSED, Answer.UNKNOWN, count=5)
        network.thaw()

    async def stop_while_frozen(self, world: World) -> None:
        """Ask a gateway to stop when nothing passes to the server, and all wait for it."""
        gateway = world.random.choice(world.gateways)
        await self._some_are_saved(world)
        self._networks[gateway].freeze()
        await world.load.until_waits(gateway.life)
        await stop_in_time(world, gateway)
        self._networks[gateway].thaw()
        await gateway.start()

    def _one(self, world: World) -> Network:
        return self._networks[world.random.choice(world.gateways)]

    async def _some_are_saved(self, world: World) -> None:
        await world.load.until_answered(Answer.SAVED, count=world.random.randrange(1, 30))

    async def _end_at(self, world: World, step: Step) -> None:
        gateway = world.random.choice(world.gateways)
        serving = gateway.workers or [gateway.pid]

        def kill(port: int) -> None:
            os.kill(holder_of(port, serving), signal.SIGKILL)

        await gateway.killed_by(lambda: self._networks[gateway].at_commit(step, kill))

    async def _break_server(self, world: World, end: Callable[[], None]) -> None:
        await self._some_are_saved(world)
        await asyncio.to_thread(end)
        await world.load.until_answered(Answer.REFUSED, Answer.UNKNOWN)
        await asyncio.to_thread(self._server.start_again)
