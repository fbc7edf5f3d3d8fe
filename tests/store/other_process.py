"""What tests have another process do with a database: open it, write to it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.store import StoreError, open_store
from tests.store.batches import create, order, orders, raising, wanted
from tests.unmeasured import unmeasured

_FOLDER = Path(__file__).parents[2]
_NOBODY = 65_534


def start(*arguments: str) -> "subprocess.Popen[str]":
    """Start a process; it says `ready`, and begins when it gets a line."""
    command = [sys.executable, "-m", "tests.store.other_process", *arguments]
    process = subprocess.Popen(
        command,
        cwd=_FOLDER,
        env=unmeasured(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def finish(*processes: "subprocess.Popen[str]") -> list[str]:
    """Let processes begin at the same moment; returns what they say until they end."""
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    return [process.communicate()[0] for process in processes]


async def opening(url: str) -> str:
    """Open a store; returns how that went."""
    try:
        async with open_store(url):
            return "open"
    except StoreError as error:
        return str(error)


async def writing(url: str, prefix: str, count: str) -> None:
    """Create orders one by one, and raise the version of a shared one each time."""
    shared = wanted([order()])
    async with open_store(url) as store:
        for one in orders(int(count), prefix=prefix):
            await create(store, [one])
            await store.write(shared, raising)


def without_rights() -> None:
    """Stop to be root, for whom no file is read-only; what is imported later is imported first."""
    with TemporaryDirectory() as folder:
        asyncio.run(opening(f"sqlite:///{folder}/warm.db"))
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)


def _main(action: str, *arguments: str) -> None:
    if action == "open-without-rights":
        without_rights()
    print("ready", flush=True)
    sys.stdin.readline()
    if action == "write":
        asyncio.run(writing(*arguments))
    else:
        print(asyncio.run(opening(*arguments)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
