"""Deliveries: in which messages an answer is shown, and whether its last state has arrived there.

What is due when the program starts is delivered then; so an answer survives any end of the program.
"""

import json
from dataclasses import dataclass

from engine.database import Database, Row
from engine.dialogs import Place


@dataclass(frozen=True, slots=True)
class Delivery:
    """`message_ids` are the messages that show the answer, in their order; `file_id` is the one with the
    whole text of answer `file_of`, where that is too long for messages.
    """

    question_id: int
    place: Place
    message_ids: tuple[int, ...]
    file_id: int | None
    file_of: int | None


class Deliveries:
    """One delivery a question."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, question_id: int, place: Place, *, anew: bool = False) -> Delivery:
        """The answer will be shown at `place`, in the messages it had before or, with `anew`, in new ones."""
        async with self._database.transaction() as transaction:
            row = await transaction.one(
                "INSERT INTO deliveries (question_id, chat_id, thread_id) VALUES (?, ?, ?)"
                " ON CONFLICT (question_id) DO UPDATE SET due = 1, chat_id = excluded.chat_id,"
                " thread_id = excluded.thread_id, message_ids = iif(?, '[]', message_ids),"
                " file_id = iif(?, NULL, file_id) RETURNING *",
                *(question_id, place.chat_id, place.thread_id, anew, anew),
            )
        assert row is not None
        return delivery_of(row)

    async def get(self, question_id: int) -> Delivery | None:
        row = await self._database.one("SELECT * FROM deliveries WHERE question_id = ?", question_id)
        return delivery_of(row) if row else None

    async def record(self, question_id: int, message_ids: list[int]) -> bool:
        """Note the messages as soon as Telegram has given them ids; False if the question was forgotten meanwhile."""
        sql = "UPDATE deliveries SET message_ids = ? WHERE question_id = ?"
        return await self._database.write(sql, json.dumps(message_ids), question_id) > 0

    async def record_file(self, question_id: int, file_id: int | None, answer_id: int | None) -> None:
        """Note the message with the file of an answer, or that there is none any more."""
        sql = "UPDATE deliveries SET file_id = ?, file_of = ? WHERE question_id = ?"
        await self._database.write(sql, file_id, answer_id, question_id)

    async def done(self, question_id: int) -> None:
        """The last state has arrived."""
        await self._database.write("UPDATE deliveries SET due = 0 WHERE question_id = ?", question_id)

    async def due(self) -> list[int]:
        """Questions whose answer has not arrived."""
        rows = await self._database.all("SELECT question_id FROM deliveries WHERE due = 1 ORDER BY question_id")
        return [row["question_id"] for row in rows]

    async def question_of(self, chat_id: int, message_id: int) -> int | None:
        """The question whose answer stands in a message."""
        row = await self._database.one(
            "SELECT question_id FROM deliveries WHERE chat_id = ?"
            " AND (file_id = ? OR EXISTS (SELECT 1 FROM json_each(message_ids) WHERE value = ?))",
            *(chat_id, message_id, message_id),
        )
        return row["question_id"] if row else None

    async def messages_since(self, dialog_id: int, since: float) -> list[int]:
        """Messages that show answers of a dialog to questions asked after `since` (Unix time)."""
        rows = await self._database.all(
            "SELECT value FROM questions JOIN deliveries ON question_id = questions.id, json_each(message_ids)"
            " WHERE dialog_id = ? AND created_at >= ? ORDER BY value",
            *(dialog_id, since),
        )
        return [row["value"] for row in rows]


def delivery_of(row: Row) -> Delivery:
    place = Place(row["chat_id"], row["thread_id"])
    return Delivery(row["question_id"], place, tuple(json.loads(row["message_ids"])), row["file_id"], row["file_of"])
