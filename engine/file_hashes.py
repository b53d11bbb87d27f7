"""SHA-256 of model files: gigabytes each, so computed in pieces, one file at a time, and remembered while the file
has the same size and time of change.
"""

import asyncio
import hashlib
from pathlib import Path

from engine.database import Database

PIECE = 64 * 1024**2
"""Bytes read at a time; between two of them the work can be ended."""


class FileHashes:
    """Known and new ones."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()

    async def of(self, path: Path) -> str:
        """The hash of a file as it is now; raises OSError."""
        async with self._turn:
            found = await asyncio.to_thread(path.stat)
            sql = "SELECT sha256 FROM file_hashes WHERE path = ? AND size_bytes = ? AND changed_ns = ?"
            known = await self._database.one(sql, str(path), found.st_size, found.st_mtime_ns)
            if known is not None:
                return str(known["sha256"])
            sha256 = await hashed(path)
            await self._database.write(
                "INSERT INTO file_hashes (path, size_bytes, changed_ns, sha256) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (path) DO UPDATE SET size_bytes = excluded.size_bytes,"
                " changed_ns = excluded.changed_ns, sha256 = excluded.sha256",
                *(str(path), found.st_size, found.st_mtime_ns, sha256),
            )
            return sha256


async def hashed(path: Path) -> str:
    digest = hashlib.sha256()

    def piece_at(place: int) -> int:
        with path.open("rb") as file:
            file.seek(place)
            data = file.read(PIECE)
        digest.update(data)
        return len(data)

    place = 0
    while size := await asyncio.to_thread(piece_at, place):
        place += size
    return digest.hexdigest()
