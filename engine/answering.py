"""Answering: the one path from a question to an answer.

A plain async generator: the answer is made while its events are read, and closing the generator, or cancelling
its reader, stops the model and keeps what was said. Knows nothing of screens.
"""

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from engine.answers import Answer, Answers, EndState
from engine.catalogue import Catalogue, Model
from engine.database import insisted
from engine.dialogs import Dialog, Dialogs
from engine.errors import EngineError, NoModelChosen, StorageError
from engine.events import Delta, Done, Event, StageDone, Started, Thought
from engine.pipelines.pipeline import Pipeline
from engine.pipelines.stage import Stage
from engine.prompting import Prompt, Prompting
from engine.questions import Question
from engine.runs import Run
from engine.tokens import prompt_units

log = logging.getLogger(__name__)

KEEP_EVERY_S = 1.0


@dataclass
class Said:
    """What was said so far, and when it was last written down; the first words are due at once."""

    text: list[str] = field(default_factory=list)
    thought: list[str] = field(default_factory=list)
    kept_at: float = 0.0

    def take(self, event: Event) -> None:
        match event:
            case Delta(text):
                self.text.append(text)
            case Thought(text):
                self.thought.append(text)

    def is_due(self) -> bool:
        """Time to write it down, for the case that the power goes."""
        now = time.monotonic()
        if not self.text or now - self.kept_at < KEEP_EVERY_S:
            return False
        self.kept_at = now
        return True

    def texts(self) -> tuple[str, str]:
        return "".join(self.text), "".join(self.thought)


class Answering:
    """Asks models, stores answers."""

    def __init__(self, dialogs: Dialogs, answers: Answers, catalogue: Catalogue, prompting: Prompting) -> None:
        self._dialogs = dialogs
        self._answers = answers
        self._catalogue = catalogue
        self._prompting = prompting

    async def answer(self, question: Question, run: Run) -> AsyncGenerator[Event, None]:
        """Answer `question` with the model of its dialog, as a new variant.

        Yields events, Done last. Raises NoModelChosen before anything is begun, and the BackendErrors of the
        model's server after the part that was said is stored.
        """
        dialog = await self._dialogs.get(question.dialog_id)
        if dialog is None or dialog.model_id is None:
            raise NoModelChosen
        server, name = self._catalogue.key_of(dialog.model_id)
        answer_id = await self._answers.begin(question.id, name, server)
        said = Said()
        left_out = 0
        try:
            model = await self._catalogue.present(dialog.model_id)
            prompt = await self._prompting.fit(dialog, question, model)
            left_out = prompt.left_out
            yield Started(model.name, left_out)
            pipeline = self._pipeline(dialog, model)
            async with aclosing(pipeline.run(prompt.messages, cache_key=str(dialog.id))) as events:
                async for event in events:
                    said.take(event)
                    yield event
                    if isinstance(event, StageDone):
                        done = event
                    elif said.is_due():
                        await self._keep(answer_id, said)
            answer = await self._end(
                *(answer_id, "done", done.text, done.thought),
                finish=done.finish.reason,
                left_out=left_out,
                usage=done.finish.usage,
            )
        except EngineError:
            self._catalogue.doubt(server)
            await self._end(answer_id, "failed", *said.texts(), left_out=left_out)
            raise
        except BaseException:
            state: EndState = "interrupted" if run.stopped in (None, "shutdown") else "stopped"
            await self._end(answer_id, state, *said.texts(), left_out=left_out)
            raise
        await self._learn(model, prompt, done)
        if answer is not None:
            yield Done(answer)

    def _pipeline(self, dialog: Dialog, model: Model) -> Pipeline:
        backend = self._catalogue.backend(model)
        return Pipeline((Stage("answer", backend, model.name, dialog.settings.params()),))

    async def _keep(self, answer_id: int, said: Said) -> None:
        """A disk in trouble is no reason to interrupt the model."""
        try:
            await self._answers.keep(answer_id, *said.texts())
        except StorageError as error:
            log.warning("an answer in the making cannot be written down: %s", error)

    async def _end(self, answer_id: int, state: EndState, text: str, thought: str, **facts: Any) -> Answer | None:
        """Store the last word, however long the disk may refuse it."""
        return await insisted(lambda: self._answers.end(answer_id, state, text, thought, **facts))

    async def _learn(self, model: Model, prompt: Prompt, done: StageDone) -> None:
        tokens = done.finish.usage.prompt_tokens
        if tokens:
            await self._catalogue.learn(model.id, prompt_units(prompt.messages), tokens)
