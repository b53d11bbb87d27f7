"""Duelling: models talk in turn until the talk is over; a plain async generator.

Each speech is stored before it is told to be over; closing the generator, or cancelling its reader, stops the model
and keeps what was said. Knows nothing of screens.
"""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from engine.aggregation.opinions import Opinion, names_of
from engine.answering import Said
from engine.backends.base import ChatRequest
from engine.catalogue import Catalogue
from engine.database import insisted
from engine.dialogs import Dialog, Dialogs
from engine.duel_rules import messages_for, next_speaker, reason_to_end, without_own_name
from engine.duels import Duel, Duels, Speech, SpeechState
from engine.errors import EngineError, StorageError
from engine.events import Delta, Finish, Thought, Waiting
from engine.messages import Message, Params
from engine.pipelines.asking import ask
from engine.prompting import Prompting
from engine.runs import Run

SPEECH_TOKENS = 600
"""Where the dialog sets no max_tokens: a model that cannot end would talk alone."""


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    speech: Speech


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    speech: Speech


DuelEvent = SpeechBegan | Waiting | Thought | Delta | SpeechEnded


class Duelling:
    """Asks the models of a talk in turn."""

    def __init__(self, dialogs: Dialogs, duels: Duels, catalogue: Catalogue, prompting: Prompting) -> None:
        self._dialogs = dialogs
        self._duels = duels
        self._catalogue = catalogue
        self._prompting = prompting

    def names(self, duel: Duel) -> tuple[str, ...]:
        """The speakers by the names of their models, numbered where a model talks with itself."""
        return names_of([Opinion(self._catalogue.key_of(speaker.model_id)[1], "") for speaker in duel.speakers])

    async def talk(self, duel_id: int, run: Run) -> AsyncGenerator[DuelEvent, None]:
        """Let a running talk run on; how it stands then is in the store.

        Raises the EngineErrors of a speech, after the talk is paused.
        """
        began_at = time.monotonic()
        while (duel := await self._duels.get(duel_id)) and duel.state == "running":
            speeches = await self._duels.speeches(duel_id)
            if reason := reason_to_end(duel, speeches, time.monotonic() - began_at):
                await insisted(lambda: self._duels.move(duel_id, "done", reason, only_from=("running",)))
                return
            async with aclosing(self._speak(duel, speeches, run)) as events:
                async for event in events:
                    yield event

    async def _speak(self, duel: Duel, speeches: Sequence[Speech], run: Run) -> AsyncGenerator[DuelEvent, None]:
        """One speech, of whoever is next."""
        place, names = next_speaker(duel, speeches), self.names(duel)
        speech = await self._duels.begin(duel.id, place, names[place])
        said = Said()
        try:
            yield SpeechBegan(speech)
            async with aclosing(self._asked(duel, place, names, speeches)) as events:
                async for event in events:
                    said.take(event)
                    yield event
                    if said.is_due(event):
                        await self._keep(speech, said)
        except EngineError:
            await self._end(speech, said, "failed")
            await insisted(lambda: self._duels.move(duel.id, "paused", "failed"))
            raise
        except BaseException:
            by_person = run.stopped == "person"
            await self._end(speech, said, "stopped" if by_person else "interrupted")
            await self._leave(duel, by_person=by_person)
            raise
        if ended := await self._end(speech, said, "done"):
            yield SpeechEnded(ended)

    async def _asked(
        self, duel: Duel, place: int, names: Sequence[str], speeches: Sequence[Speech]
    ) -> AsyncGenerator[Waiting | Thought | Delta, None]:
        dialog = await self._dialogs.get(duel.dialog_id)
        model = await self._catalogue.present(duel.speakers[place].model_id)
        params = params_of(dialog)

        def build(limit: int | None) -> tuple[Message, ...]:
            return messages_for(duel, place, names, speeches, limit)

        length = sum(len(speech.text) for speech in speeches)
        prompt = await self._prompting.fit_parts(model, params, build, length)
        request = ChatRequest(model.name, prompt.messages, params, f"{duel.dialog_id}/duel{place}")
        async with aclosing(ask(self._catalogue.backend(model), request)) as chunks:
            async for chunk in chunks:
                if not isinstance(chunk, Finish):
                    yield chunk

    async def _keep(self, speech: Speech, said: Said) -> None:
        try:
            await self._duels.keep(speech.id, said.texts()[0])
        except StorageError:
            return  # the last word is insisted on

    async def _end(self, speech: Speech, said: Said, state: SpeechState) -> Speech | None:
        text = without_own_name(said.texts()[0], speech.name)
        return await insisted(lambda: self._duels.end(speech.id, state, text))

    async def _leave(self, duel: Duel, *, by_person: bool) -> None:
        """Stopped by the person it is over; what the end of the program broke off waits."""
        if by_person:
            await insisted(lambda: self._duels.move(duel.id, "done", "person"))
        else:
            await insisted(lambda: self._duels.move(duel.id, "paused", "interrupted"))


def params_of(dialog: Dialog | None) -> Params:
    """The dialog's settings, with an end to each speech."""
    params = dialog.settings.params() if dialog else Params()
    return params if params.max_tokens else replace(params, max_tokens=SPEECH_TOKENS)
