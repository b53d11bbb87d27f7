"""Questions: stored before anything is done with them, each made of one or several messages of a chat.

waiting -> running -> answered | stopped | failed
              `-----> interrupted (the program ended in the middle; offered again at the next start)
"""

import time
from dataclasses import dataclass
from typing import Literal

from engine.backends.base import GUIDE_NAME
from engine.database import Database, Row, Transaction, marks

QuestionState = Literal["waiting", "running", "answered", "stopped", "failed", "interrupted"]

NOT_OF_THE_GUIDE = f"NOT (answers.server IS 'llama_cpp' AND answers.model IS '{GUIDE_NAME}')"
"""Of questions joined with the answers that were chosen."""

WITH_TEXT = """
    SELECT questions.*,
           (SELECT group_concat(text, char(10)) FROM
               (SELECT text FROM question_parts WHERE question_id = questions.id ORDER BY message_id)) AS text,
           (SELECT max(message_id) FROM question_parts WHERE question_id = questions.id) AS message_id,
           (SELECT max(chat_id) FROM question_parts WHERE question_id = questions.id) AS chat_id
      FROM questions"""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of the chat, as a part of a question."""

    chat_id: int
    message_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """`text` joins the parts; `message_id` is the newest of them; `answer_id` the answer that counts."""

    id: int
    dialog_id: int
    author_id: int
    state: QuestionState
    answer_id: int | None
    text: str
    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the past with the answer that counts, "" if there was none."""

    question_id: int
    question: str
    answer: str


class Questions:
    """What people asked, in order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, question_id: int) -> Question | None:
        row = await self._database.one(f"{WITH_TEXT} WHERE id = ?", question_id)
        return question_of(row) if row else None

    async def here(self, question_id: int, chat_id: int) -> Question | None:
        """The question, if its dialog belongs to that chat: what a button may reach."""
        sql = f"{WITH_TEXT} WHERE id = ? AND dialog_id IN (SELECT id FROM dialogs WHERE chat_id = ?)"
        row = await self._database.one(sql, question_id, chat_id)
        return question_of(row) if row else None

    async def add(self, dialog_id: int, author_id: int, part: Part, join_running: bool = False) -> Question | None:
        """Store a message: as a part of the author's question that still waits (with `join_running`: also of the
        one being answered, which then waits again), or as a new question. None if it was stored before.
        """
        async with self._database.transaction() as transaction:
            known = "SELECT 1 FROM question_parts WHERE chat_id = ? AND message_id = ?"
            if await transaction.one(known, part.chat_id, part.message_id):
                return None
            question_id = await open_question(transaction, dialog_id, author_id, join_running)
            if question_id is None:
                question_id = await transaction.insert(
                    "INSERT INTO questions (dialog_id, author_id, state, created_at) VALUES (?, ?, 'waiting', ?)",
                    *(dialog_id, author_id, time.time()),
                )
            await transaction.execute(
                "INSERT INTO question_parts (chat_id, message_id, question_id, text) VALUES (?, ?, ?, ?)",
                *(part.chat_id, part.message_id, question_id, part.text),
            )
            await transaction.execute("UPDATE dialogs SET used_at = ? WHERE id = ?", time.time(), dialog_id)
            row = await transaction.one(f"{WITH_TEXT} WHERE id = ?", question_id)
        assert row is not None
        return question_of(row)

    async def edit(self, part: Part) -> Question | None:
        """A person edited their message; None if it is no part of a question, or its text is the same."""
        async with self._database.transaction() as transaction:
            changed = await transaction.execute(
                "UPDATE question_parts SET text = ? WHERE chat_id = ? AND message_id = ? AND text != ?",
                *(part.text, part.chat_id, part.message_id, part.text),
            )
            if not changed:
                return None
            row = await transaction.one(
                f"{WITH_TEXT} WHERE id = (SELECT question_id FROM question_parts WHERE chat_id = ? AND message_id = ?)",
                *(part.chat_id, part.message_id),
            )
        await self._database.forget()
        return question_of(row) if row else None

    async def next(self, dialog_id: int) -> Question | None:
        """The oldest question of the dialog that waits for an answer."""
        sql = f"{WITH_TEXT} WHERE dialog_id = ? AND state = 'waiting' ORDER BY id LIMIT 1"
        row = await self._database.one(sql, dialog_id)
        return question_of(row) if row else None

    async def last(self, dialog_id: int) -> Question | None:
        """The newest question of the dialog."""
        row = await self._database.one(f"{WITH_TEXT} WHERE dialog_id = ? ORDER BY id DESC LIMIT 1", dialog_id)
        return question_of(row) if row else None

    async def of_message(self, chat_id: int, message_id: int) -> Question | None:
        """The question that a message of the chat belongs to."""
        sql = f"{WITH_TEXT} WHERE id = (SELECT question_id FROM question_parts WHERE chat_id = ? AND message_id = ?)"
        row = await self._database.one(sql, chat_id, message_id)
        return question_of(row) if row else None

    async def set_state(self, question_id: int, state: QuestionState, *, only_from: tuple[QuestionState, ...]) -> bool:
        """Move to `state` if the question is in one of `only_from`; False if it is not."""
        sql = f"UPDATE questions SET state = ? WHERE id = ? AND state IN ({marks(only_from)})"
        return await self._database.write(sql, state, question_id, *only_from) > 0

    async def delete(self, question_id: int) -> None:
        """Forget a question with its answers, in every file."""
        await self._database.write("DELETE FROM questions WHERE id = ?", question_id)
        await self._database.forget()

    async def waiting_dialogs(self) -> list[int]:
        """Dialogs with a question that waits and somebody to answer it."""
        rows = await self._database.all(
            "SELECT DISTINCT dialog_id FROM questions JOIN dialogs ON dialogs.id = dialog_id"
            " WHERE state = 'waiting' AND CASE mode WHEN 'chat' THEN model_id IS NOT NULL"
            " WHEN 'manual' THEN pipeline_id IS NOT NULL ELSE 1 END ORDER BY questions.id"
        )
        return [row["dialog_id"] for row in rows]

    async def turns(self, dialog_id: int, since: int, before: int) -> list[Turn]:
        """The past from question `since` up to, and without, `before`.

        What the guide was asked and said is not told to other models: they would take after it.
        """
        rows = await self._database.all(
            f"""SELECT asked.id AS id, asked.text AS question, coalesce(answers.text, '') AS answer
                  FROM ({WITH_TEXT} WHERE dialog_id = ? AND id >= ? AND id < ? AND state != 'waiting') AS asked
                  LEFT JOIN answers ON answers.id = asked.answer_id
                 WHERE {NOT_OF_THE_GUIDE}
                 ORDER BY asked.id""",
            *(dialog_id, since, before),
        )
        return [Turn(row["id"], row["question"], row["answer"]) for row in rows]

    async def count_before(self, dialog_id: int, question_id: int) -> int:
        """How many turns there are before a question, without the guide's."""
        row = await self._database.one(
            f"""SELECT count(*) FROM questions LEFT JOIN answers ON answers.id = questions.answer_id
                WHERE dialog_id = ? AND questions.id < ? AND questions.state != 'waiting'
                  AND {NOT_OF_THE_GUIDE}""",
            *(dialog_id, question_id),
        )
        return int(row[0]) if row else 0


async def open_question(transaction: Transaction, dialog_id: int, author_id: int, join_running: bool) -> int | None:
    """The author's question that another message may still join: nothing was asked after it, nor answered to it."""
    row = await transaction.one("SELECT * FROM questions WHERE dialog_id = ? ORDER BY id DESC LIMIT 1", dialog_id)
    if row is None or row["author_id"] != author_id:
        return None
    if await transaction.one("SELECT 1 FROM answers WHERE question_id = ? AND state != 'running'", row["id"]):
        return None
    if row["state"] == "running" and join_running:
        await transaction.execute("UPDATE questions SET state = 'waiting' WHERE id = ?", row["id"])
        return int(row["id"])
    return int(row["id"]) if row["state"] == "waiting" else None


def question_of(row: Row) -> Question:
    return Question(
        id=row["id"],
        dialog_id=row["dialog_id"],
        author_id=row["author_id"],
        state=row["state"],
        answer_id=row["answer_id"],
        text=row["text"] or "",
        chat_id=row["chat_id"] or 0,
        message_id=row["message_id"] or 0,
    )
