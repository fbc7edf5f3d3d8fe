"""What happens to the process of a gateway."""

import os
import signal
from functools import partial
from time import monotonic

from tests.durability.fate import Step
from tests.durability.gateways import Gateway
from tests.durability.history import Answer, Life
from tests.durability.world import World

GRACE_SECONDS = 5


async def kill(world: World) -> None:
    """Kill a gateway at any moment; its workers, when it has some, end by themselves."""
    gateway = world.random.choice(world.gateways)
    await world.load.until_answered(Answer.SAVED, count=world.random.randrange(1, 50))
    gateway.send(signal.SIGKILL)
    await gateway.ended()
    await gateway.start()


async def kill_workers(world: World) -> None:
    """Kill each worker of a gateway in turn; those in the place of the first serve at the end."""
    gateway = world.random.choice(world.gateways)
    for worker in gateway.workers:
        await world.load.until_answered(Answer.SAVED, count=world.random.randrange(1, 50))
        await gateway.lose_one_of([worker], partial(os.kill, worker, signal.SIGKILL))
        await world.load.flows(1)


async def kill_before_commit(world: World) -> None:
    """Kill a gateway, or one of its workers, when it is about to commit."""
    await _end_at(world, Step.BEFORE)


async def kill_between_commit(world: World) -> None:
    """Kill a gateway, or one of its workers, when it has written a part of a commit."""
    await _end_at(world, Step.BETWEEN)


async def kill_after_commit(world: World) -> None:
    """Kill a gateway, or one of its workers, when it has committed, and has not yet answered."""
    await _end_at(world, Step.AFTER)


async def stop(world: World) -> None:
    """Ask a gateway to stop, under load: it answers all that it has accepted."""
    gateway = world.random.choice(world.gateways)
    await stop_in_time(world, gateway)
    await gateway.start()


async def stop_in_time(world: World, gateway: Gateway) -> None:
    """Ask a gateway to stop, and note when it does not do so as it should."""
    life, since = gateway.life, monotonic()
    gateway.send(signal.SIGTERM)
    exit_code = await gateway.ended()
    seconds = monotonic() - since
    if exit_code or seconds > GRACE_SECONDS:
        world.problems.append(f"{life.name} ended after {seconds:.1f} seconds with {exit_code}.")
    await world.load.until_given_up(life)
    world.problems += await _dropped(world, gateway, life)


async def _end_at(world: World, step: Step) -> None:
    gateway = world.random.choice(world.gateways)
    number = signal.SIGXFSZ if step is Step.BETWEEN else signal.SIGKILL
    await gateway.killed_by(lambda: gateway.fate.end_at(step), number)


async def _dropped(world: World, gateway: Gateway, life: Life) -> list[str]:
    """What a gateway had accepted, and let go of unanswered."""
    lines = {line.get("request_id"): line for line in await gateway.log()}
    return [
        f"{life.name} accepted batch {attempt.number} and did not answer it."
        for attempt in world.history.attempts
        if attempt.life is life and attempt.answer is Answer.LOST
        # Those that went with a worker that was killed may have been logged, and not yet sent.
        if attempt.over_at == life.ended_at and f"b{attempt.number}" in lines
    ]
