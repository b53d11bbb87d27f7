"""Duels: two to four models that talk with one another on a topic, and every speech of them. Only the store.

setup -> running <-> paused
            `-----> done (more turns let it run again)
"""

import json
import time
from dataclasses import asdict, dataclass, replace
from typing import Literal

from engine.database import Database, Row

DuelState = Literal["setup", "running", "paused", "done"]
Reason = Literal["", "person", "turns", "repetition", "time", "failed", "interrupted"]
"""Why it is paused or done."""
SpeechState = Literal["running", "done", "stopped", "failed", "interrupted"]

FEWEST_SPEAKERS, MOST_SPEAKERS = 2, 4
USUAL_TURNS, MOST_TURNS = 6, 60
LONGEST_TOPIC = 2_000
LONGEST_PROMPT = 4_000


@dataclass(frozen=True, slots=True)
class Speaker:
    """A model in a talk; "" as `system` leaves it to the built-in prompt."""

    model_id: int
    system: str = ""


@dataclass(frozen=True, slots=True)
class Duel:
    """`turns` counts the speeches there are to be, `first` is the place of who begins; `asks` names what the next text
    of the person sets: "topic", or "prompt" and a place.
    """

    id: int
    dialog_id: int
    author_id: int
    topic: str
    speakers: tuple[Speaker, ...]
    first: int
    turns: int
    state: DuelState
    reason: Reason
    asks: str

    @property
    def can_start(self) -> bool:
        return bool(self.topic) and len(self.speakers) >= FEWEST_SPEAKERS

    def with_speaker(self, model_id: int) -> "Duel":
        """One more, as far as there is a place."""
        return replace(self, speakers=(*self.speakers, Speaker(model_id))[:MOST_SPEAKERS])

    def without_speaker(self, place: int) -> "Duel":
        left = tuple(speaker for number, speaker in enumerate(self.speakers) if number != place)
        return replace(self, speakers=left, first=self.first if self.first < len(left) else 0)

    def with_prompt(self, place: int, system: str) -> "Duel":
        changed = tuple(
            replace(speaker, system=system[:LONGEST_PROMPT]) if number == place else speaker
            for number, speaker in enumerate(self.speakers)
        )
        return replace(self, speakers=changed)


@dataclass(frozen=True, slots=True)
class Speech:
    """`speaker` is a place among the speakers, None for a word of the person; `name` is who said it."""

    id: int
    duel_id: int
    speaker: int | None
    name: str
    state: SpeechState
    text: str
    message_ids: tuple[int, ...]
    said_at: float

    @property
    def counts(self) -> bool:
        """It is a part of the talk: a failed one is asked for again."""
        return self.state == "done" or (self.state in ("stopped", "interrupted") and bool(self.text.strip()))


class Duels:
    """Every talk of every dialog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, duel_id: int) -> Duel | None:
        row = await self._database.one("SELECT * FROM duels WHERE id = ?", duel_id)
        return duel_of(row) if row else None

    async def here(self, duel_id: int, chat_id: int) -> Duel | None:
        """The talk, if its dialog belongs to that chat: what a button may reach."""
        sql = "SELECT * FROM duels WHERE id = ? AND dialog_id IN (SELECT id FROM dialogs WHERE chat_id = ?)"
        row = await self._database.one(sql, duel_id, chat_id)
        return duel_of(row) if row else None

    async def open_in(self, dialog_id: int) -> Duel | None:
        """The talk of a dialog that is being set up, runs, or is paused."""
        sql = "SELECT * FROM duels WHERE dialog_id = ? AND state != 'done' ORDER BY id DESC LIMIT 1"
        row = await self._database.one(sql, dialog_id)
        return duel_of(row) if row else None

    async def new(self, dialog_id: int, author_id: int, topic: str, model_ids: tuple[int, ...]) -> Duel:
        """A talk to be set up; one that was open in the dialog is over, and one never begun is gone."""
        speakers = [asdict(Speaker(model_id)) for model_id in model_ids[:MOST_SPEAKERS]]
        async with self._database.transaction() as transaction:
            await transaction.execute("DELETE FROM duels WHERE dialog_id = ? AND state = 'setup'", dialog_id)
            sql = "UPDATE duels SET state = 'done', reason = 'person' WHERE dialog_id = ? AND state = 'paused'"
            await transaction.execute(sql, dialog_id)
            row = await transaction.one(
                "INSERT INTO duels (dialog_id, author_id, topic, speakers, turns, state, created_at)"
                " VALUES (?, ?, ?, ?, ?, 'setup', ?) RETURNING *",
                *(dialog_id, author_id, topic[:LONGEST_TOPIC], json.dumps(speakers), USUAL_TURNS, time.time()),
            )
        assert row is not None
        return duel_of(row)

    async def save(self, duel: Duel) -> None:
        """Keep what the person changed while setting it up."""
        await self._database.write(
            "UPDATE duels SET topic = ?, speakers = ?, first = ?, turns = ?, asks = ? WHERE id = ?",
            *(duel.topic[:LONGEST_TOPIC], json.dumps([asdict(speaker) for speaker in duel.speakers])),
            *(duel.first, min(MOST_TURNS, duel.turns), duel.asks, duel.id),
        )

    async def move(
        self, duel_id: int, state: DuelState, reason: Reason = "", *, only_from: tuple[DuelState, ...] = ()
    ) -> bool:
        """Let it run, pause or end; False if it is in none of `only_from`."""
        allowed = json.dumps(only_from or ("setup", "running", "paused", "done"))
        return (
            await self._database.write(
                "UPDATE duels SET state = ?, reason = ?, asks = '', due = 1 WHERE id = ?"
                " AND state IN (SELECT value FROM json_each(?))",
                *(state, reason, duel_id, allowed),
            )
            > 0
        )

    async def delete(self, duel_id: int) -> None:
        await self._database.write("DELETE FROM duels WHERE id = ?", duel_id)
        await self._database.forget()

    async def speeches(self, duel_id: int) -> list[Speech]:
        rows = await self._database.all("SELECT * FROM duel_speeches WHERE duel_id = ? ORDER BY id", duel_id)
        return [speech_of(row) for row in rows]

    async def speech(self, speech_id: int) -> Speech | None:
        row = await self._database.one("SELECT * FROM duel_speeches WHERE id = ?", speech_id)
        return speech_of(row) if row else None

    async def begin(self, duel_id: int, speaker: int, name: str) -> Speech:
        """A model begins to speak."""
        async with self._database.transaction() as transaction:
            row = await transaction.one(
                "INSERT INTO duel_speeches (duel_id, speaker, name, state, due, said_at)"
                " VALUES (?, ?, ?, 'running', 1, ?) RETURNING *",
                *(duel_id, speaker, name, time.time()),
            )
        assert row is not None
        return speech_of(row)

    async def keep(self, speech_id: int, text: str) -> None:
        """Keep what was said so far, for the case that the power goes."""
        sql = "UPDATE duel_speeches SET text = ? WHERE id = ? AND state = 'running'"
        await self._database.write(sql, text, speech_id)

    async def end(self, speech_id: int, state: SpeechState, text: str) -> Speech | None:
        """Store a speech as it will be shown; None if its dialog was deleted meanwhile."""
        sql = "UPDATE duel_speeches SET state = ?, text = ? WHERE id = ? RETURNING *"
        async with self._database.transaction() as transaction:
            row = await transaction.one(sql, state, text, speech_id)
        return speech_of(row) if row else None

    async def add_word(self, duel_id: int, name: str, text: str, chat_id: int, message_id: int) -> bool:
        """The person steps in; False if Telegram told the same twice."""
        sql = (
            "INSERT INTO duel_speeches (duel_id, name, state, text, chat_id, message_id, said_at)"
            " VALUES (?, ?, 'done', ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        )
        return await self._database.write(sql, duel_id, name, text, chat_id, message_id, time.time()) > 0

    async def record(self, speech_id: int, message_ids: list[int]) -> bool:
        """Note the messages that show a speech; False if it was forgotten meanwhile."""
        sql = "UPDATE duel_speeches SET message_ids = ? WHERE id = ?"
        return await self._database.write(sql, json.dumps(message_ids), speech_id) > 0

    async def speech_shown(self, speech_id: int) -> None:
        """A speech has arrived as it is stored."""
        await self._database.write("UPDATE duel_speeches SET due = 0 WHERE id = ?", speech_id)

    async def shown(self, duel_id: int) -> None:
        """How the talk stands has arrived."""
        await self._database.write("UPDATE duels SET due = 0 WHERE id = ?", duel_id)

    async def due(self) -> list[int]:
        """Talks of which not everything has arrived; those being set up show themselves."""
        rows = await self._database.all("SELECT id FROM duels WHERE due = 1 AND state != 'setup' ORDER BY id")
        return [row["id"] for row in rows]

    async def due_speeches(self, duel_id: int) -> list[Speech]:
        sql = "SELECT * FROM duel_speeches WHERE duel_id = ? AND due = 1 AND state != 'running' ORDER BY id"
        return [speech_of(row) for row in await self._database.all(sql, duel_id)]

    async def messages(self, dialog_id: int, since: float) -> list[int]:
        """Messages that show speeches said in a dialog after `since` (Unix time)."""
        rows = await self._database.all(
            "SELECT value FROM duel_speeches JOIN duels ON duels.id = duel_id, json_each(message_ids)"
            " WHERE dialog_id = ? AND said_at >= ? ORDER BY value",
            *(dialog_id, since),
        )
        return [row["value"] for row in rows]

    async def interrupt_running(self) -> None:
        """At the start: what ran when the program ended is paused."""
        async with self._database.transaction() as transaction:
            await transaction.execute("UPDATE duel_speeches SET state = 'interrupted' WHERE state = 'running'")
            sql = "UPDATE duels SET state = 'paused', reason = 'interrupted', due = 1 WHERE state = 'running'"
            await transaction.execute(sql)


def duel_of(row: Row) -> Duel:
    return Duel(
        id=row["id"],
        dialog_id=row["dialog_id"],
        author_id=row["author_id"],
        topic=row["topic"],
        speakers=tuple(Speaker(**speaker) for speaker in json.loads(row["speakers"])),
        first=row["first"],
        turns=row["turns"],
        state=row["state"],
        reason=row["reason"],
        asks=row["asks"],
    )


def speech_of(row: Row) -> Speech:
    return Speech(
        id=row["id"],
        duel_id=row["duel_id"],
        speaker=row["speaker"],
        name=row["name"],
        state=row["state"],
        text=row["text"],
        message_ids=tuple(json.loads(row["message_ids"])),
        said_at=row["said_at"],
    )
