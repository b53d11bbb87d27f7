"""History: the runs of the past, and a full-text search over questions, answers and steps.

Sees what belongs to one chat and no more; what is deleted is not found, and leaves the index by Database.forget.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.answers import Answer, answer_of
from engine.database import Database, Row, marks

EXCERPT_WORDS = 16
LEAST_STEM = 4
LONGEST_ENDING = 3
"""A Russian word is searched without its last letters, for its endings change with its case."""
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)

QUESTION_TEXT = """(SELECT group_concat(text, char(10)) FROM
    (SELECT text FROM question_parts WHERE question_id = questions.id ORDER BY message_id))"""
PAST = f"""
    SELECT answers.*, dialogs.id AS dialog_id, dialogs.title AS dialog_title, {QUESTION_TEXT} AS question,
           (SELECT max(id) FROM sessions WHERE sessions.answer_id = answers.id) AS session_id
      FROM answers JOIN questions ON questions.id = answers.question_id JOIN dialogs ON dialogs.id = questions.dialog_id
     WHERE dialogs.chat_id = ?"""
FOUND = f"""
    WITH hits AS MATERIALIZED (SELECT rowid AS passage, rank AS score FROM words WHERE words MATCH ?),
         owned AS (SELECT passage, score, CASE passage % 4
                          WHEN 0 THEN passage / 4
                          WHEN 1 THEN (SELECT question_id FROM answers WHERE answers.id = passage / 4)
                          ELSE (SELECT question_id FROM step_words WHERE step_words.id = passage / 4) END AS question_id
                     FROM hits),
         best AS (SELECT question_id, passage, min(score) AS score FROM owned GROUP BY question_id)
    SELECT questions.id, questions.answer_id, dialogs.title, {QUESTION_TEXT} AS question, best.passage
      FROM best JOIN questions ON questions.id = best.question_id JOIN dialogs ON dialogs.id = questions.dialog_id
     WHERE dialogs.chat_id = ? ORDER BY best.score, questions.id DESC LIMIT ? OFFSET ?"""
"""A bare column beside min() is that of the same row (SQLite's own rule)."""


@dataclass(frozen=True, slots=True)
class Past:
    """A run: one answer to one question. `session_id` leads to its steps, None where there are none."""

    answer: Answer
    question: str
    dialog_id: int
    dialog_title: str
    session_id: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """A question in which, in whose answers or steps, the words stand; `excerpt` is the passage around them."""

    question_id: int
    question: str
    answer_id: int | None
    dialog_title: str
    excerpt: str


class History:
    """What was asked and answered, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def runs(self, chat_id: int, *, limit: int, offset: int = 0) -> list[Past]:
        """The runs of a chat that have ended."""
        sql = f"{PAST} AND answers.state != 'running' ORDER BY answers.id DESC LIMIT ? OFFSET ?"
        return [past_of(row) for row in await self._database.all(sql, chat_id, limit, offset)]

    async def count(self, chat_id: int) -> int:
        sql = f"SELECT count(*) FROM ({PAST} AND answers.state != 'running')"
        row = await self._database.one(sql, chat_id)
        return int(row[0]) if row else 0

    async def run(self, answer_id: int, chat_id: int) -> Past | None:
        """One run, if it belongs to that chat."""
        row = await self._database.one(f"{PAST} AND answers.id = ?", chat_id, answer_id)
        return past_of(row) if row else None

    async def search(self, chat_id: int, text: str, *, limit: int, offset: int = 0) -> list[Found]:
        """Questions where all the words occur in one text, the best match first; [] if there is no word in `text`."""
        match = matching(text)
        if not match:
            return []
        rows = await self._database.all(FOUND, match, chat_id, limit, offset)
        excerpts = await self._excerpts(match, [row["passage"] for row in rows])
        return [found_of(row, excerpts) for row in rows]

    async def _excerpts(self, match: str, passages: list[int]) -> dict[int, str]:
        """The words found in each passage, with some around them."""
        sql = f"""SELECT rowid, snippet(words, 0, '', '', '…', {EXCERPT_WORDS}) AS excerpt FROM words
                   WHERE words MATCH ? AND rowid IN ({marks(passages)})"""
        rows = await self._database.all(sql, match, *passages)
        return {row["rowid"]: " ".join(row["excerpt"].split()) for row in rows}

    async def note_steps(self, session_id: int, question_id: int, texts: Iterable[str]) -> None:
        """From now on the words of a run's steps can be found; nothing, if its question is gone."""
        async with self._database.transaction() as transaction:
            if await transaction.one("SELECT 1 FROM questions WHERE id = ?", question_id) is None:
                return
            for text in filter(str.strip, texts):
                sql = "INSERT INTO step_words (session_id, question_id) VALUES (?, ?)"
                step_id = await transaction.insert(sql, session_id, question_id)
                await transaction.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", 4 * step_id + 2, text)


def matching(text: str) -> str:
    """An FTS5 query for all the words of `text`, by their beginnings."""
    return " ".join(f'"{stem(word)}"*' for word in re.findall(r"\w+", text))


def stem(word: str) -> str:
    return word[: max(LEAST_STEM, len(word) - LONGEST_ENDING)] if CYRILLIC.search(word) else word


def past_of(row: Row) -> Past:
    return Past(answer_of(row), row["question"] or "", row["dialog_id"], row["dialog_title"], row["session_id"])


def found_of(row: Row, excerpts: dict[int, str]) -> Found:
    excerpt = excerpts.get(row["passage"], "")
    return Found(row["id"], row["question"] or "", row["answer_id"], row["title"], excerpt)
