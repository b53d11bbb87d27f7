"""Transcripts: everything said in a dialog, in order; of each answer the variant that counts.

Only reads; knows nothing of file formats.
"""

from dataclasses import dataclass

from engine.database import Database
from engine.questions import WITH_TEXT


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer; `answer` and `model` are "" where there is none. Times are Unix seconds."""

    question: str
    asked_at: float
    answer: str
    thought: str
    model: str
    answered_at: float | None


async def transcript(database: Database, dialog_id: int) -> list[Exchange]:
    """The whole dialog, the oldest question first."""
    rows = await database.all(
        f"""SELECT asked.text AS question, asked.created_at AS asked_at, answers.text AS answer,
                   answers.thought AS thought, answers.model AS model, answers.finished_at AS answered_at
              FROM ({WITH_TEXT} WHERE dialog_id = ?) AS asked
              LEFT JOIN answers ON answers.id = asked.answer_id
             ORDER BY asked.id""",
        dialog_id,
    )
    return [
        Exchange(
            question=row["question"] or "",
            asked_at=row["asked_at"],
            answer=row["answer"] or "",
            thought=row["thought"] or "",
            model=row["model"] or "",
            answered_at=row["answered_at"],
        )
        for row in rows
    ]
