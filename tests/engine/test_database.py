"""The database file: transactions, cancellation, migrations, erasure, and trouble with the disk."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.database import Database, connect, migrate, open_database
from engine.errors import DatabaseLocked, DatabaseNewer, StorageError

ADD_USER = "INSERT INTO users (id, name, role, created_at) VALUES (?, ?, 'member', 0)"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "data" / "consilium.db") as database:
        yield database


async def names(database: Database) -> list[str]:
    return [row["name"] for row in await database.all("SELECT name FROM users ORDER BY id")]


async def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as transaction:
            await transaction.execute(ADD_USER, 1, "Anna")
            raise ZeroDivisionError
    assert await names(database) == []


async def test_a_cancelled_transaction_leaves_nothing_and_blocks_nobody(database: Database) -> None:
    inside = asyncio.Event()

    async def interrupted() -> None:
        async with database.transaction() as transaction:
            await transaction.execute(ADD_USER, 1, "Anna")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(interrupted())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    await database.write(ADD_USER, 2, "Boris")
    assert await names(database) == ["Boris"]


async def test_a_cancellation_at_any_await_keeps_the_file_usable(database: Database) -> None:
    for steps in range(12):
        task = asyncio.create_task(database.write(ADD_USER, 100 + steps, "x"))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await database.write(ADD_USER, 1, "Anna")
    assert "Anna" in await names(database)


async def test_a_reader_sees_only_what_is_committed(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.execute(ADD_USER, 1, "Anna")
        assert await names(database) == []
    assert await names(database) == ["Anna"]


async def test_what_is_deleted_is_in_no_file(database: Database) -> None:
    await database.write(ADD_USER, 1, "canary-in-the-mine" * 50)
    await database.write("DELETE FROM users")
    await database.forget()
    for file in database.path.parent.iterdir():
        assert b"canary-in-the-mine" not in file.read_bytes()


async def test_a_file_of_a_later_version_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "later.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseNewer) as caught:
        async with open_database(path):
            pass
    assert caught.value.found == 999
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (999,)
    connection.close()
    assert before


async def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    async with connect(tmp_path / "a.db") as connection:
        await migrate(connection, ["CREATE TABLE one (a)"])
        with pytest.raises(sqlite3.OperationalError):
            await migrate(connection, ["CREATE TABLE one (a)", "CREATE TABLE two (a); CREATE TABLE one (a)"])
        tables = await connection.execute_fetchall("SELECT name FROM sqlite_master")
        assert [row["name"] for row in tables] == ["one"]


async def test_a_lock_held_by_another_program_is_a_typed_error(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database._writer.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(database.path)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(DatabaseLocked):
            await database.write(ADD_USER, 1, "Anna")
    finally:
        other.rollback()
        other.close()
    await database.write(ADD_USER, 1, "Anna")
    assert await names(database) == ["Anna"]


async def test_a_file_that_is_no_database_is_a_typed_error(tmp_path: Path) -> None:
    path = tmp_path / "consilium.db"
    path.write_bytes(b"this is not a database" * 100)
    with pytest.raises(StorageError):
        async with open_database(path):
            pass


async def test_a_full_disk_is_a_typed_error_and_the_rest_stays(database: Database) -> None:
    await database.write(ADD_USER, 1, "Anna")
    (pages,) = (await database.all("PRAGMA page_count"))[0]
    await database._writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError) as caught:
        await database.write(ADD_USER, 2, "B" * 1_000_000)
    assert type(caught.value).__name__ == "DiskFull"
    assert await names(database) == ["Anna"]
