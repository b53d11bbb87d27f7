"""Pipelines made by hand: each belongs to a person, has a name and may have a code by which others take a copy.

Kept as the YAML that a person would write. One in the making may lack stages and models; config.pipeline.lacks
tells what.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from config.pipeline import Pipeline
from config.pipeline_file import MAX_FILE, read_pipeline
from config.pipeline_nodes import PipelineProblem
from config.pipeline_writing import write_pipeline
from engine.database import Database, Row

CODE_BYTES = 9
MAX_PIPELINES = 100
"""Of one person."""


@dataclass(frozen=True, slots=True)
class SavedPipeline:
    """`body` is YAML; `changed_at` in Unix seconds."""

    id: int
    owner_id: int
    name: str
    body: str
    share_code: str | None
    changed_at: float

    def read(self) -> Pipeline:
        """The pipeline as far as it is made; raises PipelineProblem if a later version wrote it otherwise."""
        return read_pipeline(self.body, self.name, draft=True)


class Pipelines:
    """All pipelines made by hand. Who may see which is decided by their owner."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, pipeline_id: int) -> SavedPipeline | None:
        row = await self._database.one("SELECT * FROM pipelines WHERE id = ?", pipeline_id)
        return saved_of(row) if row else None

    async def list(self, owner_id: int) -> list[SavedPipeline]:
        """A person's pipelines, the one changed last first."""
        sql = "SELECT * FROM pipelines WHERE owner_id = ? ORDER BY changed_at DESC, id DESC"
        return [saved_of(row) for row in await self._database.all(sql, owner_id)]

    async def add(self, owner_id: int, pipeline: Pipeline) -> SavedPipeline:
        """A new one, under the name it has."""
        now = time.time()
        async with self._database.transaction() as transaction:
            row = await transaction.one(
                "INSERT INTO pipelines (owner_id, name, body, created_at, changed_at) VALUES (?, ?, ?, ?, ?)"
                " RETURNING *",
                *(owner_id, pipeline.name, written(pipeline), now, now),
            )
        assert row is not None
        return saved_of(row)

    async def change(self, pipeline_id: int, pipeline: Pipeline) -> bool:
        """Put `pipeline` in its place, name included; False if it is gone."""
        sql = "UPDATE pipelines SET name = ?, body = ?, changed_at = ? WHERE id = ?"
        return await self._database.write(sql, pipeline.name, written(pipeline), time.time(), pipeline_id) > 0

    async def edit(self, pipeline_id: int, owner_id: int, edit: Callable[[Pipeline], Pipeline]) -> SavedPipeline | None:
        """Put what `edit` makes of it in its place, with no other change between; None if that person has none such.

        What `edit` raises leaves everything as it was.
        """
        async with self._database.transaction() as transaction:
            sql = "SELECT * FROM pipelines WHERE id = ? AND owner_id = ?"
            row = await transaction.one(sql, pipeline_id, owner_id)
            if row is None:
                return None
            pipeline = edit(saved_of(row).read())
            row = await transaction.one(
                "UPDATE pipelines SET name = ?, body = ?, changed_at = ? WHERE id = ? RETURNING *",
                *(pipeline.name, written(pipeline), time.time(), pipeline_id),
            )
        assert row is not None
        return saved_of(row)

    async def dialogs_with(self, pipeline_id: int) -> int:
        """How many dialogs it answers in."""
        sql = "SELECT count(*) AS dialogs FROM dialogs WHERE pipeline_id = ? AND mode = 'manual'"
        row = await self._database.one(sql, pipeline_id)
        return int(row["dialogs"]) if row else 0

    async def answers_in(self, pipeline_id: int, chat_id: int) -> bool:
        """Whether it answers in a dialog of that chat, and so may be looked at by its members."""
        sql = "SELECT 1 FROM dialogs WHERE pipeline_id = ? AND chat_id = ? AND mode = 'manual' LIMIT 1"
        return await self._database.one(sql, pipeline_id, chat_id) is not None

    async def rename(self, saved: SavedPipeline, name: str) -> bool:
        return await self.change(saved.id, replace(saved.read(), name=name))

    async def delete(self, pipeline_id: int) -> None:
        """Remove it from every file; dialogs that used it have none then."""
        await self._database.write("DELETE FROM pipelines WHERE id = ?", pipeline_id)
        await self._database.forget()

    async def share(self, pipeline_id: int) -> str | None:
        """The code by which others take a copy, made at the first call; None if the pipeline is gone."""
        async with self._database.transaction() as transaction:
            row = await transaction.one(
                "UPDATE pipelines SET share_code = coalesce(share_code, ?) WHERE id = ? RETURNING share_code",
                *(secrets.token_urlsafe(CODE_BYTES), pipeline_id),
            )
        return str(row["share_code"]) if row else None

    async def unshare(self, pipeline_id: int) -> None:
        """The code opens nothing from now on; copies stay with those who took them."""
        await self._database.write("UPDATE pipelines SET share_code = NULL WHERE id = ?", pipeline_id)

    async def by_code(self, code: str) -> SavedPipeline | None:
        row = await self._database.one("SELECT * FROM pipelines WHERE share_code = ?", code)
        return saved_of(row) if row else None


def written(pipeline: Pipeline) -> str:
    """The body; raises PipelineProblem for one that would be too long to read back."""
    body = write_pipeline(pipeline)
    if len(body) > MAX_FILE:
        raise PipelineProblem(1, "too_long", given=str(len(body)), allowed=f"≤ {MAX_FILE}")
    return body


def saved_of(row: Row) -> SavedPipeline:
    return SavedPipeline(
        id=row["id"],
        owner_id=row["owner_id"],
        name=row["name"],
        body=row["body"],
        share_code=row["share_code"],
        changed_at=row["changed_at"],
    )
