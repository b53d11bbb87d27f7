"""Keeps everything in one SQLite file, so that a killed server comes back as it was.

Values are written behind: changes gather in memory and settle() writes them in one transaction; whoever is
about to say "ok" settles first. Knows records by kind and key, nothing of what they mean. Without a path
everything stays in memory.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS records (kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key))
WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, data BLOB NOT NULL);
"""
Change = str | bytes | None
"""What to write under a key; None removes it."""
Batch = dict[tuple[str, str], Change]
FILE = "file-bytes"


class Store:
    """Records and file contents; use open_store()."""

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sandbox-store")
        self._pending: Batch = {}
        self._lock = asyncio.Lock()
        self._files: dict[str, bytes] = {}

    @property
    def keeps(self) -> bool:
        """Whether anything outlives the process."""
        return self._connection is not None

    def put(self, kind: str, key: str, body: str) -> None:
        if self._connection is not None:
            self._pending[kind, key] = body

    def drop(self, kind: str, key: str) -> None:
        if self._connection is not None:
            self._pending[kind, key] = None

    def put_file(self, file_id: str, data: bytes) -> None:
        self._files[file_id] = data
        if self._connection is not None:
            self._pending[FILE, file_id] = data

    def drop_file(self, file_id: str) -> None:
        self._files.pop(file_id, None)
        self.drop(FILE, file_id)

    async def file(self, file_id: str) -> bytes | None:
        """The bytes of a file; those that lie on disk are read from there each time."""
        if file_id in self._files or self._connection is None:
            return self._files.get(file_id)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _read_file, self._connection, file_id)

    def everything(self) -> list[tuple[str, str, str]]:
        """All records at start: kind, key, body."""
        if self._connection is None:
            return []
        return self._connection.execute("SELECT kind, key, body FROM records").fetchall()

    async def settle(self) -> None:
        """Return when all that was changed before this call is on disk."""
        if self._connection is None:
            return
        async with self._lock:
            if self._pending:
                batch, self._pending = self._pending, {}
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._thread, _write, self._connection, batch)
                for kind, key in batch:
                    if kind == FILE and (kind, key) not in self._pending:
                        self._files.pop(key, None)

    async def close(self) -> None:
        await self.settle()
        self._thread.shutdown()
        if self._connection is not None:
            self._connection.close()


@asynccontextmanager
async def open_store(path: Path | None) -> AsyncIterator[Store]:
    """Open the file (made when absent), or memory when there is no path."""
    store = Store(None if path is None else _connect(path))
    try:
        yield store
    finally:
        await store.close()


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, check_same_thread=False, timeout=10)
    # No WAL: a deleted message would stay readable in it until the next checkpoint.
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA secure_delete = ON")
    connection.executescript(SCHEMA)
    return connection


def _write(connection: sqlite3.Connection, batch: Batch) -> None:
    with connection:
        for (kind, key), body in batch.items():
            if kind == FILE and body is not None:
                connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (key, body))
            elif kind == FILE:
                connection.execute("DELETE FROM files WHERE id = ?", (key,))
            elif body is not None:
                connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (kind, key, body))
            else:
                connection.execute("DELETE FROM records WHERE kind = ? AND key = ?", (kind, key))


def _read_file(connection: sqlite3.Connection, file_id: str) -> bytes | None:
    row = connection.execute("SELECT data FROM files WHERE id = ?", (file_id,)).fetchone()
    return None if row is None else bytes(row[0])
