"""The SQLite file: one writer, one reader, numbered migrations.

WAL lets the reader go on while the writer waits for the disk; synchronous=FULL keeps a committed question
through a power cut; secure_delete overwrites what is removed. Knows no table; each store owns its own.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from engine.errors import DatabaseInUse, DatabaseLocked, DatabaseNewer, DiskFull, StorageError

log = logging.getLogger(__name__)

Row = aiosqlite.Row
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_S = 5.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
T = TypeVar("T")
SEARCH_INDEXES = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE % USING fts5%'"
CHECKPOINT_TRIES = 3
"""Each waits BUSY_TIMEOUT_S for readers to finish."""


class Transaction:
    """An open write transaction; only Database.transaction makes one."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, *args: Any) -> int:
        """Run one statement; returns the number of rows it changed."""
        cursor = await self._connection.execute(sql, args)
        return cursor.rowcount

    async def insert(self, sql: str, *args: Any) -> int:
        """Run one INSERT; returns the id of the new row."""
        cursor = await self._connection.execute(sql, args)
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    async def one(self, sql: str, *args: Any) -> Row | None:
        rows = list(await self._connection.execute_fetchall(sql, args))
        return rows[0] if rows else None

    async def all(self, sql: str, *args: Any) -> list[Row]:
        return list(await self._connection.execute_fetchall(sql, args))


class Database:
    """Reads at any time; writes one transaction after another."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader
        self._turn = asyncio.Lock()
        self._files_of_rows: list[Callable[[], Awaitable[None]]] = []

    def also_forget(self, remove: Callable[[], Awaitable[None]]) -> None:
        """From now on `remove` is called after each deletion, for files that belonged to the rows."""
        self._files_of_rows.append(remove)

    async def one(self, sql: str, *args: Any) -> Row | None:
        """The first row or None."""
        rows = await self.all(sql, *args)
        return rows[0] if rows else None

    async def all(self, sql: str, *args: Any) -> list[Row]:
        """All rows, as last committed."""
        with renamed_errors():
            return list(await self._reader.execute_fetchall(sql, args))

    async def write(self, sql: str, *args: Any) -> int:
        """A transaction of one statement; returns the number of rows it changed."""
        async with self.transaction() as transaction:
            return await transaction.execute(sql, *args)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Everything inside is committed together, or, on any error or cancellation, not at all."""
        async with self._turn:
            with renamed_errors():
                try:
                    await self._writer.execute("BEGIN IMMEDIATE")
                    yield Transaction(self._writer)
                    await self._writer.execute("COMMIT")
                except BaseException:
                    # A cancelled statement still runs in SQLite's thread; this runs after it.
                    await self._writer.rollback()
                    raise

    async def forget(self) -> None:
        """After a deletion: remove the files that belonged to what was deleted; take its words out of the search
        indexes; move the overwritten pages out of the write-ahead log, and empty it.
        """
        for remove in self._files_of_rows:
            await remove()
        await self._forget_words()
        async with self._turn:
            with renamed_errors():
                for _ in range(CHECKPOINT_TRIES):
                    (row,) = await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
                    if not row["busy"]:
                        return
        log.warning("the write-ahead log is in use; what was deleted leaves it with the next deletion")

    async def _forget_words(self) -> None:
        """FTS5 only marks what is deleted; merging an index into one piece takes the words out."""
        for index in await self.all(SEARCH_INDEXES):
            await self.write(f"INSERT INTO {index['name']} ({index['name']}) VALUES ('optimize')")


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[Database]:
    """Open `path`, creating and migrating it; raises DatabaseNewer for a file of a later version."""
    with renamed_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
        async with connect(path) as writer:
            await migrate(writer, migrations())
            async with connect(path) as reader:
                await reader.execute("PRAGMA query_only = ON")
                yield Database(path, writer, reader)


@asynccontextmanager
async def held(path: Path) -> AsyncIterator[None]:
    """Nobody else holds `path` meanwhile, or DatabaseInUse is raised; SQLite's lock ends with the process, however
    that ends, on every system.
    """
    with renamed_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
        async with aiosqlite.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None) as connection:
            try:
                await connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if isinstance(renamed(error), DatabaseLocked):
                    raise DatabaseInUse(str(path.parent)) from error
                raise
            yield


@asynccontextmanager
async def connect(path: Path) -> AsyncIterator[aiosqlite.Connection]:
    """One connection with the house's pragmas; statements commit by themselves outside BEGIN."""
    async with aiosqlite.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None) as connection:
        connection.row_factory = aiosqlite.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            await connection.execute(f"PRAGMA {pragma}")
        yield connection


async def insisted(write: Callable[[], Awaitable[T]]) -> T:
    """Make a write that must not be lost, again and again while the disk is full or another program has the file."""
    pause_s = FIRST_PAUSE_S
    while True:
        try:
            return await write()
        except (DiskFull, DatabaseLocked) as error:
            log.warning("the database cannot be written (%s), trying again in %.1f s", error, pause_s)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


def migrations() -> list[str]:
    """The scripts 0001_name.sql, 0002_… in their order."""
    return [path.read_text(encoding="utf-8") for path in sorted(MIGRATIONS.glob("*.sql"))]


async def migrate(connection: aiosqlite.Connection, scripts: Sequence[str]) -> None:
    """Apply the scripts above the file's user_version, each in a transaction of its own."""
    (row,) = await connection.execute_fetchall("PRAGMA user_version")
    version, known = int(row[0]), len(scripts)
    if version > known:
        raise DatabaseNewer(found=version, known=known)
    for number, script in enumerate(scripts[version:], start=version + 1):
        try:
            await connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
        except sqlite3.Error:
            await connection.rollback()
            raise


@contextmanager
def renamed_errors() -> Iterator[None]:
    """Foreign errors of storage become ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise renamed(error) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise StorageError(str(error)) from error


def renamed(error: sqlite3.OperationalError) -> StorageError:
    match getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").split("_")[0]:
        case "FULL":
            return DiskFull(str(error))
        case "BUSY" | "LOCKED":
            return DatabaseLocked(str(error))
        case _:
            return StorageError(str(error))


def marks(values: Sequence[object]) -> str:
    """`?, ?, ?` for an IN list."""
    return ", ".join("?" * len(values))
