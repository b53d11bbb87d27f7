"""Sessions: the runs of pipelines, each with a folder that holds all it takes to repeat it.

A row tells where a run stands; the folder is written as the run goes, so a kill leaves it readable. A folder whose
dialog or question was deleted is removed, at the next start at the latest.
"""

import asyncio
import logging
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from config.pipeline import Pipeline
from engine import session_files as files
from engine.catalogue import Catalogue, Model
from engine.database import Database, Row, Transaction
from engine.dialogs import Dialog, Mode
from engine.errors import StorageError
from engine.file_hashes import FileHashes
from engine.questions import Question
from engine.recording import Recording, begun
from engine.rerunning import Rerun, begin_again
from engine.session_reading import Unfinished, mark_interrupted, read_unfinished
from engine.session_view import SessionView, read_session
from engine.tasks import Tasks

log = logging.getLogger(__name__)

SessionState = Literal["running", "done", "stopped", "failed", "interrupted"]
UNFINISHED: tuple[SessionState, ...] = ("stopped", "failed", "interrupted")


@dataclass(frozen=True, slots=True)
class Session:
    """A run of a pipeline. `dialog_id` and `question_id` are None once those are deleted; times are Unix seconds."""

    id: int
    number: int
    dialog_id: int | None
    question_id: int | None
    answer_id: int | None
    mode: Mode
    pipeline: str
    state: SessionState
    started_at: float
    finished_at: float | None


class Sessions:
    """All runs that left a folder under `folder`."""

    def __init__(self, database: Database, folder: Path, catalogue: Catalogue, tasks: Tasks) -> None:
        self._database = database
        self._folder = folder
        self._catalogue = catalogue
        self._hashes = FileHashes(database)
        self._tasks = tasks
        database.also_forget(self._sweep)

    def folder_of(self, session: Session) -> Path:
        return self._folder / files.folder_name(session.number)

    async def get(self, session_id: int) -> Session | None:
        row = await self._database.one("SELECT * FROM sessions WHERE id = ?", session_id)
        return session_of(row) if row else None

    async def here(self, session_id: int, chat_id: int) -> Session | None:
        """A run, if its dialog belongs to that chat: what a button may reach."""
        sql = "SELECT * FROM sessions WHERE id = ? AND dialog_id IN (SELECT id FROM dialogs WHERE chat_id = ?)"
        row = await self._database.one(sql, session_id, chat_id)
        return session_of(row) if row else None

    async def numbered(self, number: int, chat_id: int) -> Session | None:
        """The run whose folder has that number, likewise."""
        row = await self._database.one("SELECT id FROM sessions WHERE number = ?", number)
        return await self.here(row["id"], chat_id) if row else None

    async def last_in(self, dialog_id: int) -> Session | None:
        """The newest run of a dialog."""
        row = await self._database.one("SELECT * FROM sessions WHERE dialog_id = ? ORDER BY id DESC LIMIT 1", dialog_id)
        return session_of(row) if row else None

    async def of_answer(self, answer_id: int) -> Session | None:
        """The run that an answer came from."""
        row = await self._database.one("SELECT * FROM sessions WHERE answer_id = ? ORDER BY id DESC LIMIT 1", answer_id)
        return session_of(row) if row else None

    async def read(self, session: Session) -> SessionView | None:
        """All there is in the folder of a run; None if it is gone or cannot be understood."""
        return await asyncio.to_thread(read_session, self.folder_of(session))

    async def last(self, question_id: int) -> Session | None:
        """The newest run of a question."""
        sql = "SELECT * FROM sessions WHERE question_id = ? ORDER BY id DESC LIMIT 1"
        row = await self._database.one(sql, question_id)
        return session_of(row) if row else None

    async def begin(
        self, dialog: Dialog, question: Question, answer_id: int, pipeline: Pipeline, seed: int
    ) -> Recording:
        """A run with a number and a folder of its own."""
        async with self._database.transaction() as transaction:
            number = await self._made(await self._next_number(transaction))
            session_id = await transaction.insert(
                "INSERT INTO sessions (number, dialog_id, question_id, answer_id, mode, pipeline, state, started_at)"
                " VALUES (?, ?, ?, ?, ?, ?, 'running', ?)",
                *(number, dialog.id, question.id, answer_id, dialog.mode, pipeline.name, time.time()),
            )
        found = {name: self._catalogue.named(name) for name in pipeline.models}
        facts = {"dialog": dialog_content(dialog), "models": [model_content(*each) for each in found.items()]}
        folder = self._folder / files.folder_name(number)
        snapshot = begun(number, dialog.mode, pipeline, question.text, seed, facts)
        recording = Recording(session_id, folder, pipeline, snapshot, self._tasks)
        recording.keep_snapshot()
        await recording.written()  # whenever a kill comes, the folder tells what was asked
        self._tasks.start(self._add_hashes(recording, [model for model in found.values() if model]))
        return recording

    async def rerun(self, session: Session, pipeline: Pipeline, rerun: Rerun) -> Session:
        """A run that begins where `session` stands above a stage; the next answer to its question goes on with it."""
        async with self._database.transaction() as transaction:
            number = await self._made(await self._next_number(transaction))
            folder = self._folder / files.folder_name(number)
            try:
                snapshot = await asyncio.to_thread(
                    begin_again, self.folder_of(session), folder, number, pipeline, rerun
                )
            except OSError as error:
                raise StorageError(str(error)) from error
            row = await transaction.one(
                "INSERT INTO sessions (number, dialog_id, question_id, mode, pipeline, state, started_at)"
                " VALUES (?, ?, ?, ?, ?, 'interrupted', ?) RETURNING *",
                *(number, session.dialog_id, session.question_id, session.mode, pipeline.name, time.time()),
            )
        assert row is not None
        found = {name: self._catalogue.named(name) for name in pipeline.models}
        snapshot["models"] = [model_content(*each) for each in found.items()]
        recording = Recording(row["id"], folder, pipeline, snapshot, self._tasks)
        recording.keep_snapshot()
        await recording.written()
        return session_of(row)

    async def go_on(self, session: Session, unfinished: Unfinished, answer_id: int) -> Recording:
        """The recording of a run that was broken off, running again."""
        sql = "UPDATE sessions SET state = 'running', answer_id = ? WHERE id = ?"
        await self._database.write(sql, answer_id, session.id)
        folder = self.folder_of(session)
        snapshot = await asyncio.to_thread(files.read_json, folder / files.SNAPSHOT) or {}
        recording = Recording(session.id, folder, unfinished.pipeline, snapshot | {"state": "running"}, self._tasks)
        recording.keep_snapshot()
        return recording

    async def end(self, recording: Recording, state: SessionState, text: str) -> None:
        """The run is over, and its folder says how."""
        sql = "UPDATE sessions SET state = ?, finished_at = ? WHERE id = ?"
        await self._database.write(sql, state, time.time(), recording.session_id)
        await recording.end(state, text)

    async def drop(self, recording: Recording) -> None:
        """A run that is worth nothing: its question was asked anew before anything came of it."""
        sql = "UPDATE sessions SET question_id = NULL, state = 'stopped' WHERE id = ?"
        await self._database.write(sql, recording.session_id)
        await self._database.forget()

    async def want_continued(self, question_id: int) -> bool:
        """The next answer to a question goes on where its last run ended; False if that came to its end."""
        return await self._change_last(question_id, UNFINISHED, "interrupted")

    async def want_anew(self, question_id: int) -> bool:
        """The next answer to a question begins from the first stage."""
        return await self._change_last(question_id, ("interrupted",), "stopped")

    async def unfinished(self, session: Session) -> Unfinished | None:
        """How far a run came, as its folder tells it; None if that cannot be understood."""
        return await asyncio.to_thread(read_unfinished, self.folder_of(session))

    async def interrupt_running(self) -> None:
        """At the start: what ran when the program ended was interrupted, and its folder says so from now on; a folder
        whose deletion was broken off goes.
        """
        async with self._database.transaction() as transaction:
            sql = "UPDATE sessions SET state = 'interrupted' WHERE state = 'running' RETURNING *"
            sessions = [session_of(row) for row in await transaction.all(sql)]
        for session in sessions:
            await asyncio.to_thread(mark_interrupted, self.folder_of(session))
        await self._sweep()

    async def _sweep(self) -> None:
        """Remove the folders of what was deleted, and then their rows."""
        sql = "SELECT * FROM sessions WHERE dialog_id IS NULL OR question_id IS NULL"
        gone = [session_of(row) for row in await self._database.all(sql) if row["state"] != "running"]
        for session in gone:
            try:
                await asyncio.to_thread(files.remove_folder, self.folder_of(session))
            except OSError as error:
                log.warning("the folder of a deleted run cannot be removed: %s", error)
            else:
                await self._database.write("DELETE FROM sessions WHERE id = ?", session.id)

    async def _next_number(self, transaction: Transaction) -> int:
        row = await transaction.one("SELECT coalesce(max(number), 0) + 1 AS next FROM sessions")
        assert row is not None
        return int(row["next"])

    async def _made(self, number: int) -> int:
        try:
            return await asyncio.to_thread(files.make_folder, self._folder, number)
        except OSError as error:
            raise StorageError(str(error)) from error

    async def _change_last(self, question_id: int, only_from: Iterable[str], state: SessionState) -> bool:
        session = await self.last(question_id)
        if session is None or session.state not in only_from:
            return False
        await self._database.write("UPDATE sessions SET state = ? WHERE id = ?", state, session.id)
        return True

    async def _add_hashes(self, recording: Recording, models: list[Model]) -> None:
        """Hashing takes as long as reading gigabytes does, so it goes on beside the run."""
        entries = {(entry["server"], entry["model"]): entry for entry in recording.snapshot["models"]}
        for model in models:
            for place, path in enumerate(model.info.files):
                try:
                    sha256 = await self._hashes.of(path)
                except (OSError, StorageError) as error:
                    log.warning("a model file cannot be hashed: %s", error)
                    continue
                entries[model.server, model.name]["files"][place]["sha256"] = sha256
        if any(model.info.files for model in models) and recording.folder.exists():
            recording.keep_snapshot()
            await recording.written()


def dialog_content(dialog: Dialog) -> files.Json:
    """The settings that stages fall back on."""
    params = files.without_nothing(asdict(dialog.settings.params()))
    return {"system_prompt": dialog.settings.system, "params": params}


def model_content(name: str, model: Model | None) -> files.Json:
    """`name` as the pipeline has it; the hashes of files come later."""
    info = model.info if model else None
    paths = info.files if info else ()
    return {
        "name": name,
        "model": model.name if model else None,
        "server": model.server if model else None,
        "size_bytes": info.size_bytes if info else None,
        "quantisation": info.quantisation if info else None,
        "digest": info.digest if info else None,
        "files": [{"name": path.name, "sha256": None} for path in paths],
    }


def session_of(row: Row) -> Session:
    return Session(
        id=row["id"],
        number=row["number"],
        dialog_id=row["dialog_id"],
        question_id=row["question_id"],
        answer_id=row["answer_id"],
        mode=row["mode"],
        pipeline=row["pipeline"],
        state=row["state"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
    )
