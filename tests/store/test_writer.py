"""The thread that writes, when those who asked it are gone."""

import asyncio
from pathlib import Path
from threading import Event

from sqlalchemy import Connection, create_engine

from gateway.store.writer import Writer
from tests.store.batches import SECONDS


def test_a_change_is_carried_out_although_its_event_loop_is_closed(path: Path) -> None:
    """
    The thread goes on when an event loop ends before the answer, and serves the next one.
    """
    has_started, may_go_on = Event(), Event()
    engine = create_engine(f"sqlite:///{path}")
    writer = Writer(engine)

    def change(connection: Connection) -> None:
        has_started.set()
        assert may_go_on.wait(SECONDS)
        connection.exec_driver_sql("CREATE TABLE written (number INTEGER)")

    def tables(connection: Connection) -> list[str]:
        return list(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())

    async def ask_and_go_away() -> None:
        task = asyncio.create_task(writer.write(change))
        await asyncio.to_thread(has_started.wait, SECONDS)
        assert not task.done()

    asyncio.run(ask_and_go_away())
    may_go_on.set()

    assert asyncio.run(writer.write(tables)) == ["written"]
    writer.close()
    engine.dispose()
