"""Answers: variants of a question's answer, kept while they grow and stored before they are sent."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from engine.database import Database, Row, Transaction
from engine.errors import QuestionGone
from engine.messages import FinishReason, Usage

AnswerState = Literal["running", "done", "stopped", "failed", "interrupted"]
EndState = Literal["done", "stopped", "failed", "interrupted"]
QUESTION_STATE_AFTER: dict[EndState, str] = {
    "done": "answered",
    "stopped": "stopped",
    "failed": "failed",
    "interrupted": "interrupted",
}


@dataclass(frozen=True, slots=True)
class Council:
    """How the answer of a pipeline came about. `heard` of `asked` count the stages in which somebody failed, 0 of 0
    where nobody did; `details` are those of the last vote or verdict.
    """

    mode: Literal["base", "manual"]
    pipeline: str
    heard: int = 0
    asked: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """One variant. `council` is None where one model answered; `left_out` counts the turns that did not fit into the
    window; times are Unix seconds.
    """

    id: int
    question_id: int
    variant: int
    state: AnswerState
    model: str
    server: str
    text: str
    thought: str
    finish: FinishReason | None
    left_out: int
    usage: Usage
    started_at: float
    finished_at: float | None
    council: Council | None = None


class Answers:
    """Every answer of every dialog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, answer_id: int) -> Answer | None:
        row = await self._database.one("SELECT * FROM answers WHERE id = ?", answer_id)
        return answer_of(row) if row else None

    async def variants(self, question_id: int) -> list[Answer]:
        """All answers of a question, the first one first."""
        rows = await self._database.all("SELECT * FROM answers WHERE question_id = ? ORDER BY variant", question_id)
        return [answer_of(row) for row in rows]

    async def last_of(self, server: str) -> list[tuple[str, int, float]]:
        """The models of a server that answered, the latest first: name, the dialog of the last answer, its time."""
        rows = await self._database.all(
            "SELECT a.model, q.dialog_id, max(a.started_at) AS at"
            " FROM answers a JOIN questions q ON q.id = a.question_id"
            " WHERE a.server = ? AND a.state != 'failed' GROUP BY a.model ORDER BY at DESC",
            server,
        )
        return [(row["model"], row["dialog_id"], row["at"]) for row in rows]

    async def begin(self, question_id: int, model: str, server: str) -> int:
        """A new variant, which the question runs on from now; returns its id. Raises QuestionGone."""
        async with self._database.transaction() as transaction:
            if await transaction.one("SELECT 1 FROM questions WHERE id = ?", question_id) is None:
                raise QuestionGone
            answer_id = await transaction.insert(
                "INSERT INTO answers (question_id, variant, state, model, server, started_at) VALUES"
                " (?, (SELECT coalesce(max(variant), 0) + 1 FROM answers WHERE question_id = ?), 'running', ?, ?, ?)",
                *(question_id, question_id, model, server, time.time()),
            )
            sql = "UPDATE questions SET state = 'running', answer_id = ? WHERE id = ?"
            await transaction.execute(sql, answer_id, question_id)
        return answer_id

    async def reopen(self, answer_id: int | None) -> bool:
        """Go on with a variant that was broken off; False if it was not kept."""
        async with self._database.transaction() as transaction:
            sql = "UPDATE answers SET state = 'running', finished_at = NULL WHERE id = ? RETURNING question_id"
            row = await transaction.one(sql, answer_id)
            if row is not None:
                sql = "UPDATE questions SET state = 'running', answer_id = ? WHERE id = ?"
                await transaction.execute(sql, answer_id, row["question_id"])
        return row is not None

    async def keep(self, answer_id: int, text: str, thought: str) -> None:
        """Keep what was said so far, for the case that the power goes."""
        sql = "UPDATE answers SET text = ?, thought = ? WHERE id = ? AND state = 'running'"
        await self._database.write(sql, text, thought, answer_id)

    async def end(
        self,
        answer_id: int,
        state: EndState,
        text: str,
        thought: str,
        *,
        finish: FinishReason | None = None,
        left_out: int = 0,
        usage: Usage | None = None,
        council: Council | None = None,
    ) -> Answer | None:
        """Store the answer as it will be sent; None if its dialog was deleted meanwhile."""
        async with self._database.transaction() as transaction:
            row = await transaction.one(
                "UPDATE answers SET state = ?, text = ?, thought = ?, finish = ?, left_out = ?, usage = ?,"
                " council = ?, finished_at = ? WHERE id = ? RETURNING *",
                *(state, text, thought, finish, left_out, usage_json(usage)),
                *(json.dumps(asdict(council)) if council else "", time.time(), answer_id),
            )
            if row is None:
                return None
            await close_question(transaction, row, state)
        return answer_of(row)

    async def choose(self, answer: Answer) -> None:
        """From now on this variant is the one that counts."""
        sql = "UPDATE questions SET answer_id = ? WHERE id = ? AND state != 'running'"
        await self._database.write(sql, answer.id, answer.question_id)

    async def interrupt_running(self) -> int:
        """At the start: what ran when the program ended was interrupted. Returns how many there were."""
        async with self._database.transaction() as transaction:
            sql = "UPDATE answers SET state = 'interrupted' WHERE state = 'running' RETURNING *"
            rows = await transaction.all(sql)
            for row in rows:
                await close_question(transaction, row, "interrupted")
        return len(rows)


async def close_question(transaction: Transaction, answer: Row, state: EndState) -> None:
    """Close the question of an answer, unless it waits again because a message joined it.

    A variant that ended without a word is not kept: the one before it, if any, counts again.
    """
    counts: Row | None = answer
    if not answer["text"] and state != "done":
        await transaction.execute("DELETE FROM answers WHERE id = ?", answer["id"])
        counts = await transaction.one(
            "SELECT * FROM answers WHERE question_id = ? ORDER BY variant DESC LIMIT 1", answer["question_id"]
        )
    question_state = QUESTION_STATE_AFTER[counts["state"] if counts else state]
    await transaction.execute(
        "UPDATE questions SET answer_id = ?, state = CASE state WHEN 'running' THEN ? ELSE state END WHERE id = ?",
        *(counts["id"] if counts else None, question_state, answer["question_id"]),
    )


def usage_json(usage: Usage | None) -> str:
    return json.dumps({key: value for key, value in asdict(usage or Usage()).items() if value is not None})


def answer_of(row: Row) -> Answer:
    return Answer(
        id=row["id"],
        question_id=row["question_id"],
        variant=row["variant"],
        state=row["state"],
        model=row["model"],
        server=row["server"],
        text=row["text"],
        thought=row["thought"],
        finish=row["finish"],
        left_out=row["left_out"],
        usage=Usage(**json.loads(row["usage"])),
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        council=Council(**json.loads(row["council"])) if row["council"] else None,
    )
