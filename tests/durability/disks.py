"""What happens to the disk of an SQLite file, to the file, and to the clock of the machine."""

import resource
import sqlite3
import subprocess
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import TemporaryDirectory

from tests.durability.history import Answer
from tests.durability.processes import stop_in_time
from tests.durability.world import World

_HOUR = 3_600
_BLOCK = 4_096


async def refuse_writes(world: World) -> None:
    """Have the system refuse what a gateway writes beyond some size of a file, as a disk may."""
    (gateway,) = world.gateways
    await world.load.until_answered(Answer.SAVED, count=world.random.randrange(1, 30))
    size = _log_of(world).stat().st_size + world.random.randrange(_BLOCK)
    before = resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE, (size, before[1]))
    await world.load.until_answered(Answer.REFUSED, Answer.UNKNOWN, count=10)
    resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE, before)


async def fill_disk(world: World) -> None:
    """Leave no room on the disk, and then some again."""
    ballast = _file_of(world).with_name("ballast")
    await world.load.until_answered(Answer.SAVED, count=world.random.randrange(1, 30))
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(_BLOCK))
    await world.load.until_answered(Answer.REFUSED, Answer.UNKNOWN, count=10)
    ballast.unlink()


async def lock_for_a_moment(world: World) -> None:
    """Lock the file in another program until everybody waits; that harms nobody."""
    before = len(world.history.attempts)
    with _locked(world):
        await world.load.until_all_wait()
    await world.load.flows()
    codes = {attempt.code for attempt in world.history.attempts[before:]}
    if "INTERNAL_SERVER_ERROR" in codes:
        world.problems.append("A file that was locked for a moment made batches fail.")


async def lock_too_long(world: World) -> None:
    """Lock the file in another program until that takes too long."""
    with _locked(world):
        await world.load.until_answered(Answer.REFUSED, count=10)


async def stop_while_locked(world: World) -> None:
    """Ask a gateway to stop when all wait for a file that another program has locked."""
    (gateway,) = world.gateways
    with _locked(world):
        await world.load.until_all_wait()
        await stop_in_time(world, gateway)
    await gateway.start()


async def set_clock_back(world: World) -> None:
    """Set the clock of a gateway back by some hours, while it runs."""
    gateway = world.random.choice(world.gateways)
    gateway.fate.set_clock(-_HOUR * world.random.randrange(1, 100))
    await world.load.until_answered(Answer.SAVED, count=30)


def may_have_small_disks() -> bool:
    """Whether there may be disks of the tests' own."""
    with (
        TemporaryDirectory() as folder,
        suppress(OSError, CalledProcessError),
        small_disk(Path(folder)),
    ):
        return True
    return False


@contextmanager
def small_disk(folder: Path) -> Generator[Path]:
    """A disk of its own at a folder; only root may have one."""
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def _file_of(world: World) -> Path:
    return Path(world.url.removeprefix("sqlite:///"))


def _log_of(world: World) -> Path:
    return Path(f"{_file_of(world)}-wal")


@contextmanager
def _locked(world: World) -> Generator[None]:
    with closing(sqlite3.connect(_file_of(world), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
