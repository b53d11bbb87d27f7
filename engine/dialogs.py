"""Dialogs: each with its own history, model and settings; a chat or one of its topics is a view of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from engine.database import Database, Row, Transaction
from engine.dialog_settings import DialogSettings, from_json, to_json

Mode = Literal["chat", "base", "manual"]
"""Who answers: one model, the base pipeline, or one made by hand."""
TITLE_LENGTH = 48


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dialog is seen: a chat, or one topic of it."""

    chat_id: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Dialog:
    """`window_from`: questions with a smaller id have left the model's window, where a prompt may take at most
    `window_room` tokens; 0 while nothing has left.
    """

    id: int
    place: Place
    owner_id: int
    title: str
    title_by: Literal["nobody", "question", "person"]
    model_id: int | None
    settings: DialogSettings
    window_from: int
    window_room: int
    used_at: float
    mode: Mode = "chat"
    pipeline_id: int | None = None
    stands_in: bool = False
    """Its model was not chosen: it answers only while there is no other."""

    @property
    def has_answerer(self) -> bool:
        """Somebody is chosen to answer here."""
        match self.mode:
            case "chat":
                return self.model_id is not None
            case "base":
                return True
            case "manual":
                return self.pipeline_id is not None


def nobody() -> None:
    """No model answers in place of the missing one."""


class Dialogs:
    """All dialogs. Who may see which is decided by the chat: a dialog belongs to the chat it is seen in."""

    def __init__(self, database: Database, stand_in: Callable[[], int | None] = nobody) -> None:
        """`stand_in` is the model that answers now in dialogs without one of their own; it is never stored."""
        self._database = database
        self._stand_in = stand_in

    async def get(self, dialog_id: int) -> Dialog | None:
        row = await self._database.one("SELECT * FROM dialogs WHERE id = ?", dialog_id)
        return self._dialog(row) if row else None

    async def here(self, dialog_id: int, chat_id: int) -> Dialog | None:
        """The dialog, if it belongs to that chat: what a button or an argument may reach."""
        row = await self._database.one("SELECT * FROM dialogs WHERE id = ? AND chat_id = ?", dialog_id, chat_id)
        return self._dialog(row) if row else None

    async def at(self, place: Place) -> Dialog | None:
        """The dialog of a topic, or the current one of a chat."""
        if place.thread_id is None:
            row = await self._database.one(
                "SELECT dialogs.* FROM current_dialogs JOIN dialogs ON dialogs.id = dialog_id"
                " WHERE current_dialogs.chat_id = ?",
                place.chat_id,
            )
        else:
            sql = "SELECT * FROM dialogs WHERE chat_id = ? AND thread_id = ?"
            row = await self._database.one(sql, place.chat_id, place.thread_id)
        return self._dialog(row) if row else None

    async def open(self, place: Place, owner_id: int, model_id: int | None = None) -> Dialog:
        """The dialog at `place`, a new one if there is none yet."""
        return await self.at(place) or await self.new(place, owner_id, model_id=model_id)

    async def new(self, place: Place, owner_id: int, title: str = "", model_id: int | None = None) -> Dialog:
        """A new dialog at `place`; in a chat without topics it becomes the current one."""
        now = time.time()
        title_by = "person" if title else "nobody"
        async with self._database.transaction() as transaction:
            row = await transaction.one(
                "INSERT INTO dialogs (chat_id, thread_id, owner_id, title, title_by, model_id, created_at, used_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (chat_id, thread_id) WHERE thread_id IS NOT NULL DO UPDATE SET used_at = excluded.used_at"
                " RETURNING *",
                *(place.chat_id, place.thread_id, owner_id, shortened(title), title_by, model_id, now, now),
            )
            assert row is not None
            if place.thread_id is None:
                await make_current(transaction, place.chat_id, row["id"])
        return self._dialog(row)

    async def list(self, chat_id: int, words: str = "", limit: int = 100) -> list[Dialog]:
        """Dialogs of a chat, the last used first; `words` must all stand in the title, in any case of letters."""
        rows = await self._database.all(
            "SELECT * FROM dialogs WHERE chat_id = ? ORDER BY used_at DESC, id DESC LIMIT 1000", chat_id
        )
        wanted = words.casefold().split()
        found = [self._dialog(row) for row in rows if all(word in row["title"].casefold() for word in wanted)]
        return found[:limit]

    async def question_counts(self, chat_id: int) -> dict[int, int]:
        """How many questions were asked in each dialog of a chat; those without any are left out."""
        rows = await self._database.all(
            "SELECT dialog_id, count(*) AS questions FROM questions JOIN dialogs ON dialogs.id = dialog_id"
            " WHERE dialogs.chat_id = ? GROUP BY dialog_id",
            chat_id,
        )
        return {row["dialog_id"]: row["questions"] for row in rows}

    async def rename(self, dialog_id: int, title: str, by: Literal["question", "person"]) -> None:
        """Set the title; one made from a question never replaces one that a person gave."""
        await self._database.write(
            "UPDATE dialogs SET title = ?, title_by = ? WHERE id = ? AND (title_by != 'person' OR ? = 'person')",
            *(shortened(title), by, dialog_id, by),
        )

    async def choose_model(self, dialog_id: int, model_id: int | None) -> None:
        """Let one model answer; a pipeline that did so before does not any more."""
        await self._database.write("UPDATE dialogs SET model_id = ?, mode = 'chat' WHERE id = ?", model_id, dialog_id)

    async def choose_mode(self, dialog_id: int, mode: Mode, pipeline_id: int | None = None) -> None:
        """Let one model answer, or a pipeline; the model stays chosen for when chat comes back."""
        sql = "UPDATE dialogs SET mode = ?, pipeline_id = coalesce(?, pipeline_id) WHERE id = ?"
        await self._database.write(sql, mode, pipeline_id, dialog_id)

    async def set_settings(self, dialog_id: int, settings: DialogSettings) -> None:
        await self._database.write("UPDATE dialogs SET settings = ? WHERE id = ?", to_json(settings), dialog_id)

    async def set_window(self, dialog_id: int, window_from: int, window_room: int) -> None:
        sql = "UPDATE dialogs SET window_from = ?, window_room = ? WHERE id = ?"
        await self._database.write(sql, window_from, window_room, dialog_id)

    async def switch(self, dialog: Dialog) -> None:
        """Make it the current dialog of its chat."""
        async with self._database.transaction() as transaction:
            await make_current(transaction, dialog.place.chat_id, dialog.id)

    async def move(self, dialog_id: int, place: Place) -> None:
        """Show the dialog elsewhere: its topic was deleted, or the group became a supergroup."""
        sql = "UPDATE dialogs SET chat_id = ?, thread_id = ? WHERE id = ?"
        await self._database.write(sql, place.chat_id, place.thread_id, dialog_id)

    async def clear(self, dialog_id: int) -> None:
        """Forget everything that was said, and a title made of it; model and settings stay."""
        async with self._database.transaction() as transaction:
            await transaction.execute("DELETE FROM questions WHERE dialog_id = ?", dialog_id)
            await transaction.execute("DELETE FROM duels WHERE dialog_id = ?", dialog_id)
            await transaction.execute(
                "UPDATE dialogs SET window_from = 0, window_room = 0, title = iif(title_by = 'question', '', title),"
                " title_by = iif(title_by = 'question', 'nobody', title_by) WHERE id = ?",
                dialog_id,
            )
        await self._database.forget()

    async def delete(self, dialog_id: int) -> None:
        """Remove the dialog and every trace of it from every file."""
        await self._database.write("DELETE FROM dialogs WHERE id = ?", dialog_id)
        await self._database.forget()

    def _dialog(self, row: Row) -> Dialog:
        dialog = dialog_of(row)
        if dialog.model_id is not None or (model_id := self._stand_in()) is None:
            return dialog
        return replace(dialog, model_id=model_id, stands_in=True)


async def make_current(transaction: Transaction, chat_id: int, dialog_id: int) -> None:
    await transaction.execute(
        "INSERT INTO current_dialogs (chat_id, dialog_id) VALUES (?, ?)"
        " ON CONFLICT (chat_id) DO UPDATE SET dialog_id = excluded.dialog_id",
        *(chat_id, dialog_id),
    )


def title_from(question: str) -> str:
    """A title out of a question: its first line, or first sentence if that is enough."""
    line = next((line.strip() for line in question.splitlines() if line.strip()), "")
    return shortened(line.lstrip("#>*-–— \t"))


def shortened(title: str) -> str:
    """At most TITLE_LENGTH characters, cut between words."""
    title = " ".join(title.split())
    if len(title) <= TITLE_LENGTH:
        return title
    cut = title[:TITLE_LENGTH].rsplit(" ", 1)[0] if " " in title[:TITLE_LENGTH] else title[: TITLE_LENGTH - 1]
    return cut.rstrip(" ,.;:—–-") + "…"


def dialog_of(row: Row) -> Dialog:
    return Dialog(
        id=row["id"],
        place=Place(row["chat_id"], row["thread_id"]),
        owner_id=row["owner_id"],
        title=row["title"],
        title_by=row["title_by"],
        model_id=row["model_id"],
        settings=from_json(row["settings"]),
        window_from=row["window_from"],
        window_room=row["window_room"],
        used_at=row["used_at"],
        mode=row["mode"],
        pipeline_id=row["pipeline_id"],
    )
