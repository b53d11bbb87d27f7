"""What people were asked to send for a pipeline: a name, a prompt, a template, a value.

They answer by a reply to the message that asks, so nothing that was meant for a model is taken; what was asked for
stands in the database and outlives a restart.
"""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from bot.pipes.taps import NO_VOICE
from engine.database import Database

What = Literal["pipeline", "stage", "prompt", "merge", "template", "param"]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the words go: into pipeline `pipe`, stage `stage`, model `voice` of it, parameter `key`.

    `mark` is how the pipeline looked when it was asked.
    """

    what: What
    pipe: int
    stage: int = 0
    voice: int = NO_VOICE
    mark: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """`message_id` asks; `screen_id` is the editor's message, from which it was asked."""

    target: Target
    message_id: int
    screen_id: int | None


class Asked:
    """One asking a person in each chat; a new one replaces the one before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, chat_id: int, user_id: int, asking: Asking) -> None:
        await self._database.write(
            "INSERT OR REPLACE INTO asked_words (chat_id, user_id, message_id, screen_id, pipeline_id, target)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(chat_id, user_id, asking.message_id, asking.screen_id, asking.target.pipe),
            json.dumps(asdict(asking.target)),
        )

    async def get(self, chat_id: int, user_id: int) -> Asking | None:
        row = await self._database.one("SELECT * FROM asked_words WHERE chat_id = ? AND user_id = ?", chat_id, user_id)
        if row is None:
            return None
        return Asking(Target(**json.loads(row["target"])), row["message_id"], row["screen_id"])

    async def drop(self, chat_id: int, user_id: int) -> None:
        await self._database.write("DELETE FROM asked_words WHERE chat_id = ? AND user_id = ?", chat_id, user_id)
