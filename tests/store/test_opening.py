"""Opening a store: which URLs, and what keeps an SQLite file from being used."""

import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gateway.store import StoreError, open_store
from gateway.store import sqlite as sqlite_store
from tests.store.other_process import finish, start

pytestmark = pytest.mark.anyio


async def refusal_of(url: str) -> str:
    """Why a database cannot be opened."""
    with pytest.raises(StoreError) as caught:
        async with open_store(url):
            pass
    message = str(caught.value)
    assert message.endswith(".")
    return message


async def test_a_path_without_a_leading_slash_is_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Three slashes name a file in the current folder, also when that changes later.
    """
    monkeypatch.chdir(tmp_path)
    async with open_store("sqlite:///here.db") as store:
        monkeypatch.chdir("/")
        assert await store.shops() == []

    assert (tmp_path / "here.db").is_file()


async def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    """
    The folder that the file is to be in is made.
    """
    async with open_store(f"sqlite:///{tmp_path}/new/gateway.db") as store:
        assert await store.shops() == []


@pytest.mark.parametrize("folder", ["no/such", "file"])
async def test_other_folders_are_not_made(tmp_path: Path, folder: str) -> None:
    """
    A folder in a folder that does not exist is most likely misspelt.
    """
    (tmp_path / "file").touch()

    assert "folder" in await refusal_of(f"sqlite:///{tmp_path}/{folder}/gateway.db")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://gateway:secret@localhost/gateway", "Only SQLite and PostgreSQL"),
        ("postgresql+asyncpg://gateway:secret@localhost/gateway", "Only SQLite and PostgreSQL"),
        ("sqlite+aiosqlite:///gateway.db", "Only SQLite and PostgreSQL"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite://gateway.db", "must name a file"),
        ("sqlite:///gateway.db?mode=ro", "must name a file"),
        ("gateway.db", "cannot be read"),
        ("mysql://gateway:secret@localhost:port/gateway", "cannot be read"),
    ],
)
async def test_other_urls_are_refused(url: str, words: str) -> None:
    """
    The message says what to give, and repeats no password.
    """
    message = await refusal_of(url)

    assert words in message
    assert "sqlite:///" in message
    assert "secret" not in message


async def test_a_file_of_another_kind_is_refused(sqlite_url: str, path: Path) -> None:
    """
    A file that is no database is not changed.
    """
    text = "shop_id,repair_number\n" * 1_000
    path.write_text(text)

    assert "another kind of file" in await refusal_of(sqlite_url)
    assert path.read_text() == text


async def test_a_folder_in_place_of_the_file_is_refused(sqlite_url: str, path: Path) -> None:
    """
    A path that cannot be opened is named.
    """
    path.mkdir()

    message = await refusal_of(sqlite_url)

    assert "cannot be opened" in message
    assert str(path) in message


@pytest.fixture
def open_folder() -> Generator[Path]:
    """
    A folder that is reached without the rights of its owner.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        yield folder
        folder.chmod(0o700)


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o444), (0o777, 0o444)])
async def test_a_read_only_database_is_refused(
    open_folder: Path, folder_mode: int, file_mode: int
) -> None:
    """
    A database that can be read but not written is refused at once.
    """
    path = open_folder / "gateway.db"
    url = f"sqlite:///{path}"
    async with open_store(url):
        pass
    path.chmod(file_mode)
    open_folder.chmod(folder_mode)

    (said,) = finish(start("open-without-rights", url))

    assert "is read-only" in said


async def test_a_read_only_folder_is_refused(open_folder: Path) -> None:
    """
    A database that cannot be made is refused at once.
    """
    open_folder.chmod(0o555)

    (said,) = finish(start("open-without-rights", f"sqlite:///{open_folder}/gateway.db"))

    assert "cannot be opened" in said


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
async def test_a_file_that_another_program_uses_is_refused(
    sqlite_url: str, path: Path, lock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The wait for another program has an end.
    """
    monkeypatch.setattr(sqlite_store, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(lock)
        assert "in use by another program" in await refusal_of(sqlite_url)


async def test_a_file_that_another_program_lets_go_of_is_opened(
    sqlite_url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A lock that SQLite itself does not wait for is waited for too.
    """
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(sqlite_store, "sleep", lambda _: other.execute("ROLLBACK"))

        async with open_store(sqlite_url) as store:
            assert await store.shops() == []
