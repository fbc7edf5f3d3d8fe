"""PostgreSQL fails, or is in the way: what is tried again, what is in doubt, and what is saved."""

import asyncio
import itertools
from collections.abc import Generator
from contextlib import contextmanager

import asyncpg
import pytest
from sqlalchemy import Connection

from gateway.contract import InternalServerError, OutcomeUnknown
from gateway.store import Decision, PoolLimits, Store, Stored, open_store
from gateway.store.postgres import ATTEMPTS
from tests.postgres import PostgresServer, name_of, run_sql, through
from tests.store.batches import SHOP, Paused, create, creating, order, stored_of, wanted
from tests.store.engines import open_database
from tests.store.middle import Cut, in_the_middle

pytestmark = pytest.mark.anyio

FAILING = """
    CREATE SEQUENCE attempt;
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('attempt') <= {times} THEN
            {failure};
        END IF;
        RETURN NEW;
    END $$;
"""
AT_INSERT = (
    "CREATE TRIGGER failing BEFORE INSERT ON repair_order FOR EACH ROW EXECUTE FUNCTION fail()"
)
AT_COMMIT = (
    "CREATE CONSTRAINT TRIGGER failing AFTER INSERT ON repair_order "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()"
)
SERIALIZATION = "RAISE EXCEPTION USING ERRCODE = '40001'"
DEADLOCK = "RAISE EXCEPTION USING ERRCODE = '40P01'"
REFUSAL = "RAISE EXCEPTION USING ERRCODE = '23514'"
UNKNOWN = "RAISE EXCEPTION USING ERRCODE = '40003'"
TERMINATE = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = '{}' AND pid <> pg_backend_pid()
"""
END_OF_CONNECTION = "PERFORM pg_terminate_backend(pg_backend_pid())"


@pytest.fixture
def url(postgres_url: str) -> str:
    """
    The database of the store.
    """
    return postgres_url


def failing(url: str, when: str, failure: str, times: int) -> None:
    """Let the first times that an order is created fail."""
    text = FAILING.replace("{times}", str(times)).replace("{failure}", failure)
    run_sql(url, f"{text} {when}")


def attempts(url: str) -> int:
    """How often an order was created, or tried to be."""
    return int(run_sql(url, "SELECT last_value FROM attempt")[0])


@pytest.mark.parametrize("when", [AT_INSERT, AT_COMMIT], ids=["insert", "commit"])
@pytest.mark.parametrize("failure", [SERIALIZATION, DEADLOCK], ids=["serialization", "deadlock"])
async def test_transactions_in_each_others_way_are_tried_again(
    store: Store, url: str, when: str, failure: str
) -> None:
    """
    The caller learns nothing of a transaction that the server ended in favour of another.
    """
    failing(url, when, failure, times=2)

    await create(store, [order()])

    assert await stored_of(store, [order()]) == [order()]
    assert attempts(url) == 3


async def test_a_transaction_is_not_tried_for_ever(store: Store, url: str) -> None:
    """
    After some attempts the caller is told, and may come again.
    """
    failing(url, AT_INSERT, SERIALIZATION, times=1_000)

    with pytest.raises(InternalServerError):
        await create(store, [order()])

    assert attempts(url) == ATTEMPTS
    assert await stored_of(store, [order()]) == []


async def test_a_connection_that_ends_before_the_commit_is_replaced(store: Store, url: str) -> None:
    """
    A transaction whose connection broke is carried out on another one: nothing was saved yet.
    """
    failing(url, AT_INSERT, END_OF_CONNECTION, times=2)

    await create(store, [order()])

    assert await stored_of(store, [order()]) == [order()]
    assert attempts(url) == 3


async def test_a_commit_that_is_refused_saves_nothing(store: Store, url: str) -> None:
    """
    What the server refuses at the end of a transaction is not in doubt.
    """
    failing(url, AT_COMMIT, REFUSAL, times=1)

    with pytest.raises(InternalServerError):
        await create(store, [order()])

    assert await stored_of(store, [order()]) == []
    await create(store, [order()])


@pytest.mark.parametrize("failure", [END_OF_CONNECTION, UNKNOWN], ids=["connection", "unknown"])
async def test_a_commit_that_is_not_answered_is_in_doubt(
    store: Store, url: str, failure: str
) -> None:
    """
    When the connection ends with the commit nobody is told that nothing was saved.
    """
    failing(url, AT_COMMIT, failure, times=1)

    with pytest.raises(OutcomeUnknown):
        await create(store, [order()])

    assert attempts(url) == 1
    assert await stored_of(store, [order()]) == []


@pytest.mark.parametrize(
    ("cut", "kept"), [(Cut.BEFORE_COMMIT, []), (Cut.AFTER_COMMIT, [order()])], ids=["lost", "kept"]
)
async def test_a_network_that_fails_in_a_commit_leaves_it_in_doubt(
    postgres: PostgresServer, url: str, cut: Cut, kept: list[object]
) -> None:
    """
    Whether a commit got through is not known to the one who sent it; it is not sent again.
    """
    async with (
        in_the_middle(postgres.port) as middle,
        open_store(through(url, middle.port)) as store,
    ):
        await store.add_shops([SHOP])
        middle.cut = cut

        with pytest.raises(OutcomeUnknown):
            await create(store, [order()])

        middle.cut = Cut.NEVER
        assert await stored_of(store, [order()]) == kept


@pytest.mark.parametrize(
    ("failure", "times", "expected"),
    [(END_OF_CONNECTION, 1, OutcomeUnknown), (REFUSAL, 1_000, InternalServerError)],
    ids=["in doubt", "refused"],
)
async def test_a_shared_commit_that_fails(
    url: str, failure: str, times: int, expected: type
) -> None:
    """
    It fails for all that had something to save, and is told as what it is; a refusal stands.
    """
    failing(url, AT_COMMIT, failure, times)
    paused = Paused(creating([]))

    def refuse(_: Stored) -> Decision:
        raise LookupError

    async with open_store(url, pool=PoolLimits(size=1)) as store:
        await store.add_shops([SHOP])
        first = await paused.asked_of(store)
        writing = [
            asyncio.create_task(store.write(wanted([order("1")]), refuse)),
            asyncio.create_task(store.write(wanted([order("2")]), creating([order("2")]))),
            asyncio.create_task(store.write(wanted([order("3")]), creating([order("3")]))),
        ]
        await asyncio.sleep(0)
        paused.may_go_on.set()
        await first
        outcomes = await asyncio.gather(*writing, return_exceptions=True)

        assert [type(outcome) for outcome in outcomes] == [LookupError, expected, expected]
        assert await stored_of(store, [order("1"), order("2"), order("3")]) == []


async def test_a_commit_that_takes_too_long_is_in_doubt(url: str) -> None:
    """
    The wait for a commit has an end too.
    """
    failing(url, AT_COMMIT, "PERFORM pg_sleep(60)", times=1)
    async with open_store(url, pool=PoolLimits(statement=1)) as store:
        await store.add_shops([SHOP])

        with pytest.raises(OutcomeUnknown):
            await create(store, [order()])

        await create(store, [order("next")])


@contextmanager
def waiting_for_a_standby(postgres: PostgresServer) -> Generator[None]:
    """Have commits wait for a standby that does not come."""
    postgres.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    postgres.sql("postgres", "SELECT pg_reload_conf()")
    try:
        yield
    finally:
        postgres.sql("postgres", "ALTER SYSTEM RESET synchronous_standby_names")
        postgres.sql("postgres", "SELECT pg_reload_conf()")


async def test_a_commit_that_its_standby_may_not_have_is_in_doubt(
    postgres: PostgresServer, store: Store
) -> None:
    """
    When the wait for a standby is broken off PostgreSQL says COMMIT, with a warning.
    """
    cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    numbers = itertools.count()

    with waiting_for_a_standby(postgres):
        writing = asyncio.create_task(create(store, [order("first")]))
        while not await asyncio.to_thread(postgres.sql, "postgres", cancel):
            if writing.done():
                # The server had not yet read its settings again.
                writing = asyncio.create_task(create(store, [order(str(next(numbers)))]))

        with pytest.raises(OutcomeUnknown):
            await writing


async def test_a_connection_that_ended_before_the_commit_was_sent(url: str) -> None:
    """
    A commit that was never sent is not in doubt: the transaction is carried out again.
    """
    ended: list[int] = []

    async with open_database(url) as database:

        def end(connection: Connection, pid: int) -> None:
            run_sql(url, f"SELECT pg_terminate_backend({pid}, 10000)")
            driver = connection.connection.driver_connection
            assert isinstance(driver, asyncpg.Connection)
            while not driver.is_closed():
                pass

        def change(connection: Connection) -> int:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            if not ended:
                database.rows.aside(lambda: end(connection, pid))
            ended.append(pid)
            return pid

        assert await database.write(change) == ended[1]
    assert len(ended) == 2


async def test_a_primary_that_is_none_any_more(postgres: PostgresServer, url: str) -> None:
    """
    While no host is of the kind that the URL asks for nothing is saved, and callers are told so.
    """
    name = name_of(url)
    primary = f"{through(url, postgres.port)}?target_session_attrs=read-write"
    async with open_store(primary) as store:
        await store.add_shops([SHOP])
        postgres.sql(name, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        postgres.sql("postgres", TERMINATE.format(name))

        with pytest.raises(InternalServerError):
            await create(store, [order()])

        postgres.sql("postgres", f"ALTER DATABASE {name} SET default_transaction_read_only = off")
        await create(store, [order()])


async def test_a_server_that_comes_back_is_used_again(
    store: Store, postgres: PostgresServer
) -> None:
    """
    While the server is away callers are told that nothing was saved; then all is well again.
    """
    await create(store, [order()])
    await asyncio.to_thread(postgres.stop, "immediate")
    try:
        with pytest.raises(InternalServerError):
            await create(store, [order("lost")])
        with pytest.raises(InternalServerError):
            await store.shops()
    finally:
        await asyncio.to_thread(postgres.start)

    await create(store, [order("next")])
    assert len(await stored_of(store, [order(), order("lost"), order("next")])) == 2
