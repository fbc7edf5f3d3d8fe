"""Opening a PostgreSQL database: which URLs, and what keeps one from being used."""

import asyncio
import socket
import ssl
from pathlib import Path

import pytest
import trustme

from gateway.store import PoolLimits, StoreError, open_store
from tests.postgres import PostgresServer, name_of
from tests.store.batches import (
    SHOP,
)
from tests.store.middle import in_the_middle

pytestmark = pytest.mark.anyio


@pytest.fixture
def name(postgres_url: str) -> str:
    """
    The name of a database that has the tables.
    """
    return name_of(postgres_url)


async def refusal_of(url: str, pool: PoolLimits | None = None) -> str:
    """Why a database cannot be opened."""
    with pytest.raises(StoreError) as caught:
        async with open_store(url, pool=pool or PoolLimits()):
            pass
    message = str(caught.value)
    assert message.startswith("The database ")
    assert message.endswith(".")
    assert "secret" not in f"{message} {caught.value.__cause__}"
    return message


@pytest.mark.parametrize(
    "form",
    [
        "postgresql://postgres@127.0.0.1:{port}/{name}",
        "postgres://postgres@/{name}?host={folder}&port={port}",
        "postgresql://postgres@{encoded}:{port}/{name}?connect_timeout=3",
        "postgresql://postgres@127.0.0.1:1,127.0.0.1:{port}/{name}?target_session_attrs=read-write",
        "postgresql:///?host=/nowhere,{folder}&port=1,{port}&user=postgres&dbname={name}",
        "postgresql:///?host=/nowhere,{folder}&port={port}&user=postgres&dbname={name}",
        "postgresql://postgres@127.0.0.1:{port}/{name}?application_name=shop&sslmode=disable",
    ],
)
async def test_hosts_are_written_as_libpq_does(
    postgres: PostgresServer, name: str, form: str
) -> None:
    """
    A host may be a name, an address or the folder of a socket, and there may be several.
    """
    url = form.format(
        port=postgres.port,
        name=name,
        folder=postgres.folder,
        encoded=str(postgres.folder).replace("/", "%2F"),
    )

    async with open_store(url) as store:
        assert await store.add_shops([SHOP]) == [SHOP]


@pytest.mark.parametrize(
    "form",
    [
        "postgresql://postgres@127.0.0.1:{silent},127.0.0.1:{port}/{name}",
        "postgresql://postgres@/{name}?host=127.0.0.1,127.0.0.1&port={silent},{port}",
        "postgresql://postgres@127.0.0.1:{silent},127.0.0.1:{port}/{name}?connect_timeout=1",
    ],
)
async def test_a_silent_host_does_not_use_up_the_time_of_the_next(
    postgres: PostgresServer, name: str, form: str
) -> None:
    """
    A host that accepts a connection and says nothing is passed over in its share of the time.
    """
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = form.format(port=postgres.port, name=name, silent=silent.getsockname()[1])

        async with open_store(url, pool=PoolLimits(wait=2)) as store:
            assert await store.add_shops([SHOP]) == [SHOP]


@pytest.mark.parametrize(
    ("host", "trusted", "words"),
    [
        ("localhost", "ours", "does not exist"),
        ("127.0.0.1", "ours", "cannot be reached with TLS"),
        ("localhost", "another", "cannot be reached with TLS"),
    ],
)
async def test_tls_is_checked_as_libpq_does(
    postgres: PostgresServer, tmp_path: Path, host: str, trusted: str, words: str
) -> None:
    """
    With sslmode=verify-full the certificate must be of a trusted CA, and name the host.
    """
    authorities = {"ours": trustme.CA(), "another": trustme.CA()}
    authorities[trusted].cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authorities["ours"].issue_cert("localhost").configure_cert(context)

    async with in_the_middle(postgres.port, context) as middle:
        url = f"postgresql://postgres@{host}:{middle.port}/nosuch"
        options = f"sslmode=verify-full&sslrootcert={tmp_path}/ca.pem"
        assert words in await refusal_of(f"{url}?{options}")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("postgresql://postgres:secret@127.0.0.1:1/{name}", "cannot be reached (Connect call"),
        ("postgresql://postgres@/{name}?host=/nowhere", "cannot be reached (No such file"),
        ("postgresql://postgres:secret@127.0.0.1:{port}/nosuch", "does not exist"),
        ("postgresql://nobody:secret@127.0.0.1:{port}/{name}", "refuses the user or the password"),
        ("postgresql://postgres@127.0.0.1:{port}/{name}?no=1", "does not know an option"),
        ("postgresql://postgres@127.0.0.1:{port}/{name}?keepalives=1", "not know: keepalives"),
        ("postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=secret", "URL cannot be read"),
        ("postgresql://postgres@127.0.0.1:{port}/{name}?connect_timeout=x", "URL cannot be read"),
        ("postgresql://postgres:secret@[::1/{name}", "URL cannot be read"),
        ("postgresql://postgres:secret@localhost:port/{name}", "URL cannot be read"),
        ("postgresql://postgres@127.0.0.1:{port}/{name}?target_session_attrs=standby", "no host"),
    ],
)
async def test_other_urls_are_refused(
    postgres: PostgresServer, name: str, form: str, words: str
) -> None:
    """
    The message says what is wrong, and repeats no password.
    """
    assert words in await refusal_of(form.format(port=postgres.port, name=name))


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ("ALTER DATABASE {name} SET default_transaction_read_only = on", "is read-only"),
        ("ALTER DATABASE {name} CONNECTION LIMIT 0; CREATE ROLE {role} LOGIN", "no connection"),
        ("CREATE ROLE {role} LOGIN", "may not be changed by this user"),
        ("CREATE ROLE {role} LOGIN; DROP SCHEMA public", "reports error"),
    ],
)
async def test_a_database_that_cannot_be_used_is_refused(
    postgres: PostgresServer, statements: str, words: str
) -> None:
    """
    What stands in the way is found when the database is opened, and not by the first caller.
    """
    name = postgres.new_database()
    role = f"role_{name}"
    postgres.sql(name, statements.format(name=name, role=role))
    user = role if "ROLE" in statements else "postgres"

    assert words in await refusal_of(postgres.url(name).replace("postgres@", f"{user}@"))


@pytest.mark.parametrize(
    ("answer", "tls", "words"),
    [
        (b"", "disable", "cannot be reached"),
        (b"no", "require", "cannot be reached (the connection broke)"),
        (bytes.fromhex("520000000800000002"), "disable", "the driver reports InterfaceError"),
        (None, "disable", "did not answer in time"),
    ],
    ids=["nothing", "no TLS", "Kerberos", "silence"],
)
async def test_a_port_of_something_else_is_refused(
    answer: bytes | None, tls: str, words: str
) -> None:
    """
    What does not speak as PostgreSQL does is not waited for.
    """
    is_over = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        if answer is None:
            await is_over.wait()
        else:
            writer.write(answer)
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        url = f"postgresql://gateway:secret@127.0.0.1:{port}/gateway?sslmode={tls}"
        pool = PoolLimits(wait=0.2) if answer is None else PoolLimits()
        assert words in await refusal_of(url, pool)
        is_over.set()
