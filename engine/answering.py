"""Answering: the one path from a question to an answer.

A plain async generator: the answer is made while its events are read, and closing the generator, or cancelling
its reader, stops the model and keeps what was said. Knows nothing of screens.
"""

import logging
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from config.pipeline import Pipeline
from engine.answers import Answer, Answers, Council, EndState
from engine.catalogue import Catalogue
from engine.database import insisted
from engine.dialogs import Dialog, Dialogs, Mode
from engine.errors import BackendError, EngineError, NoModelChosen, StageFailed, StorageError
from engine.events import Delta, Done, Event, StageDone, Started, Thought
from engine.history import History
from engine.pipelines.choosing import Choosing
from engine.pipelines.context import LARGEST_SEED, Context
from engine.pipelines.running import Running
from engine.pipelines.tallies import told
from engine.prompting import Prompting
from engine.questions import Question
from engine.recording import Recording
from engine.runs import Run
from engine.session_reading import Unfinished
from engine.sessions import Session, Sessions
from engine.tokens import prompt_units

log = logging.getLogger(__name__)

KEEP_EVERY_S = 1.0


@dataclass
class Said:
    """What was said so far, and when it was last written down; the first words are due at once.

    Until the last stage of a pipeline speaks, that is the text of the stage before it.
    """

    text: list[str] = field(default_factory=list)
    thought: list[str] = field(default_factory=list)
    kept_at: float = 0.0
    stage: StageDone | None = None

    def take(self, event: Event) -> None:
        match event:
            case Delta(text):
                self.text.append(text)
            case Thought(text):
                self.thought.append(text)
            case Started():
                self.text, self.thought = [], []  # who is asked anew begins anew
            case StageDone():
                self.stage = event

    def is_due(self, event: Event) -> bool:
        """Time to write it down, for the case that the power goes."""
        if isinstance(event, StageDone):
            return event.number < event.total
        now = time.monotonic()
        if not self.text or now - self.kept_at < KEEP_EVERY_S:
            return False
        self.kept_at = now
        return True

    def texts(self) -> tuple[str, str]:
        text, thought = "".join(self.text), "".join(self.thought)
        return (text, thought) if text.strip() or self.stage is None else (self.stage.text, thought)


@dataclass
class Attempt:
    """One try at an answer, of one model or of a pipeline."""

    answer_id: int
    dialog: Dialog
    question: Question
    mode: Mode
    running: Running | None = None
    recording: Recording | None = None
    said: Said = field(default_factory=Said)


class Answering:
    """Asks models, stores answers."""

    def __init__(
        self,
        dialogs: Dialogs,
        answers: Answers,
        catalogue: Catalogue,
        prompting: Prompting,
        choosing: Choosing,
        sessions: Sessions,
        history: History,
    ) -> None:
        self._dialogs = dialogs
        self._answers = answers
        self._catalogue = catalogue
        self._prompting = prompting
        self._choosing = choosing
        self._sessions = sessions
        self._history = history

    async def answer(self, question: Question, run: Run) -> AsyncGenerator[Event, None]:
        """Answer `question` as its dialog wants it, as a new variant; a pipeline that was interrupted goes on.

        Yields events, Done last. Raises NoModelChosen or QuestionGone before anything is begun, and the BackendErrors
        of the model's server, or PipelineErrors, after the part that was said is stored.
        """
        dialog = await self._dialogs.get(question.dialog_id)
        if dialog is None or not dialog.has_answerer:
            raise NoModelChosen
        session = await self._interrupted(dialog, question)
        mode = session.mode if session is not None else dialog.mode
        attempt = Attempt(await self._begin(dialog, question, session), dialog, question, mode)
        said = attempt.said
        try:
            context = await self._context(attempt, run, session)
            attempt.running = running = Running(context)
            async with aclosing(running.events()) as events:
                async for event in events:
                    said.take(event)
                    yield event
                    if said.is_due(event):
                        await self._keep(attempt)
            answer = await self._end(attempt, "done" if running.is_complete else "stopped")
        except EngineError as error:
            self._doubt(error, attempt)
            await self._end(attempt, "failed")
            raise
        except BaseException:
            await self._end(attempt, "interrupted" if run.stopped in (None, "shutdown") else "stopped")
            if attempt.recording is not None and run.stopped == "joined":
                await self._sessions.drop(attempt.recording)  # asked anew before anything came of it
            raise
        await self._learn(running)
        if answer is not None:
            yield Done(answer)

    async def _interrupted(self, dialog: Dialog, question: Question) -> Session | None:
        """The run of this question that is to be gone on with."""
        if dialog.mode == "chat" and question.answer_id is None:
            return None
        session = await self._sessions.last(question.id)
        return session if session is not None and session.state == "interrupted" else None

    async def _begin(self, dialog: Dialog, question: Question, session: Session | None) -> int:
        if session is not None:
            if await self._answers.reopen(session.answer_id):
                assert session.answer_id is not None
                return session.answer_id
            return await self._answers.begin(question.id, session.mode, "")
        if dialog.mode == "chat" and dialog.model_id is not None:
            server, name = self._catalogue.key_of(dialog.model_id)
            return await self._answers.begin(question.id, name, server)
        return await self._answers.begin(question.id, dialog.mode, "")

    async def _context(self, attempt: Attempt, run: Run, session: Session | None) -> Context:
        """All that the stages need; for a pipeline with a folder, one that is there already if it goes on."""
        dialog, question = attempt.dialog, attempt.question
        if attempt.mode == "chat":
            assert dialog.model_id is not None
            pipeline = self._choosing.chat(dialog.model_id)
            return Context(self._catalogue, self._prompting, dialog, question, pipeline, run)
        before = await self._sessions.unfinished(session) if session is not None else None
        pipeline = await self._pipeline(dialog, session, before)
        if before is None or session is None or before.question != question.text or before.pipeline != pipeline:
            seed = secrets.randbelow(LARGEST_SEED)
            attempt.recording = await self._sessions.begin(dialog, question, attempt.answer_id, pipeline, seed)
            return self._with(attempt, run, pipeline, seed)
        attempt.recording = await self._sessions.go_on(session, before, attempt.answer_id)
        rerun = before.rerun
        return replace(
            self._with(attempt, run, pipeline, before.seed),
            finished=before.finished,
            known=before.known,
            taken_over=before.taken_over,
            salts={rerun.stage: rerun.salt} if rerun else {},
            until=rerun.stage if rerun and not rerun.follows else None,
        )

    def _with(self, attempt: Attempt, run: Run, pipeline: Pipeline, seed: int) -> Context:
        dialog, question = attempt.dialog, attempt.question
        return Context(self._catalogue, self._prompting, dialog, question, pipeline, run, attempt.recording, seed)

    async def _pipeline(self, dialog: Dialog, session: Session | None, before: Unfinished | None) -> Pipeline:
        """That of the dialog, or, of a run done again, its own."""
        if session is None or before is None or (before.rerun is None and dialog.mode == session.mode):
            return await self._choosing.council(dialog)
        await self._choosing.check(before.pipeline, session.mode)
        return before.pipeline

    async def _keep(self, attempt: Attempt) -> None:
        """The next stage of a pipeline does not wait for the disk."""
        keeping = self._kept(attempt.answer_id, *attempt.said.texts())
        if attempt.recording is not None:
            attempt.recording.later(keeping)
        else:
            await keeping

    async def _kept(self, answer_id: int, text: str, thought: str) -> None:
        """A disk in trouble is no reason to interrupt the model."""
        try:
            await self._answers.keep(answer_id, text, thought)
        except StorageError as error:
            log.warning("an answer in the making cannot be written down: %s", error)

    async def _end(self, attempt: Attempt, state: EndState) -> Answer | None:
        """Store the last word, however long the disk may refuse it."""
        running, done = attempt.running, attempt.said.stage
        text, thought = attempt.said.texts()
        if state == "done" and done is not None:
            text, thought = done.text, done.thought
        answer = await insisted(
            lambda: self._answers.end(
                *(attempt.answer_id, state, text, thought),
                finish=done.finish.reason if done and done.finish and state == "done" else None,
                left_out=running.left_out if running else 0,
                usage=running.usage() if running and state == "done" else None,
                council=council_of(attempt),
            )
        )
        if attempt.recording is not None:
            await insisted(lambda: self._end_session(attempt, state, text, is_kept=answer is not None))
        return answer

    async def _end_session(self, attempt: Attempt, state: EndState, text: str, *, is_kept: bool) -> None:
        recording = attempt.recording
        assert recording is not None
        await self._sessions.end(recording, state, text)
        if not is_kept:
            await self._sessions.drop(recording)  # its dialog was deleted meanwhile
        elif attempt.running is not None:
            said = [step.text for step in attempt.running.steps]
            await self._history.note_steps(recording.session_id, attempt.question.id, said)

    def _doubt(self, error: EngineError, attempt: Attempt) -> None:
        """Look soon at the servers that made trouble."""
        errors = [error.error if isinstance(error, StageFailed) else error]
        errors += [calling.error for calling in (attempt.running.callings if attempt.running else []) if calling.error]
        for server in {error.server for error in errors if isinstance(error, BackendError)}:
            self._catalogue.doubt(server)

    async def _learn(self, running: Running) -> None:
        for calling in running.callings:
            step = calling.step
            if calling.model is not None and step is not None and step.usage.prompt_tokens:
                units = prompt_units(step.messages)
                await self._catalogue.learn(calling.model.id, units, step.usage.prompt_tokens)


def council_of(attempt: Attempt) -> Council | None:
    """How the answer of a pipeline came about, as far as it came."""
    if attempt.mode == "chat":
        return None
    running = attempt.running
    outcomes = [outcome for _, outcome in sorted(running.outcomes.items())] if running else []
    short = [outcome for outcome in outcomes if outcome.heard < outcome.asked]
    heard, asked = sum(outcome.heard for outcome in short), sum(outcome.asked for outcome in short)
    details = next((told(outcome.details) for outcome in reversed(outcomes) if told(outcome.details)), {})
    return Council(attempt.mode, running.context.pipeline.name if running else "", heard, asked, dict(details))
