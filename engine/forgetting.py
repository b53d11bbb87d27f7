"""Forgetting outside the database: what servers keep of a dialog goes when something in it was deleted or changed.

The database notes such dialogs itself, in the same transaction; a power cut between loses nothing but time.
"""

import logging

from engine.database import Database
from engine.errors import StorageError
from engine.servers import Servers

log = logging.getLogger(__name__)


class Forgetting:
    """`finish` after each deletion and once at the start."""

    def __init__(self, database: Database, servers: Servers) -> None:
        self._database = database
        self._servers = servers

    async def finish(self) -> None:
        """Have everything dropped that is kept of what was deleted; what a disk refuses is tried again next time."""
        rows = await self._database.all(
            "SELECT dialog_id, max(id) AS id, max(wholly) AS wholly FROM forgotten GROUP BY dialog_id"
        )
        for row in rows:
            try:
                await self._servers.forget(str(row["dialog_id"]), wholly=bool(row["wholly"]))
            except StorageError as error:
                log.warning("what was computed of a deleted dialog cannot be removed yet: %s", error)
                continue
            sql = "DELETE FROM forgotten WHERE dialog_id = ? AND id <= ?"
            await self._database.write(sql, row["dialog_id"], row["id"])
