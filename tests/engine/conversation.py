"""A dialog with its open engine and a model server, driven from below the screens: what engine tests begin with."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.settings import BackendKind, ServerAddress, Settings
from engine.assembly import Engine, open_engine
from engine.catalogue import Model
from engine.dialogs import Dialog, Place
from engine.events import Event
from engine.prompting import Prompt
from engine.questions import Part, Question

ANNA = 7
URLS: dict[BackendKind, str] = {
    "ollama": "ollama_base_url",
    "vllm": "vllm_base_url",
    "llama_server": "llamacpp_base_url",
    "openai": "openai_base_url",
}


@dataclass
class Conversation:
    """Anna's dialog."""

    engine: Engine
    dialog_id: int
    messages: int = 0

    async def dialog(self) -> Dialog:
        dialog = await self.engine.dialogs.get(self.dialog_id)
        assert dialog is not None
        return dialog

    async def model(self) -> Model:
        model = self.engine.catalogue.get((await self.dialog()).model_id)
        assert model is not None
        return model

    async def set(self, **settings: Any) -> None:
        dialog = await self.dialog()
        await self.engine.dialogs.set_settings(dialog.id, replace(dialog.settings, **settings))

    async def ask(self, text: str) -> Question:
        """A new question of Anna's."""
        self.messages += 1
        question = await self.engine.questions.add(self.dialog_id, ANNA, Part(ANNA, self.messages, text))
        assert question is not None
        return question

    async def join(self, text: str) -> Question:
        """One more message, while the question before it is being answered."""
        self.messages += 1
        part = Part(ANNA, self.messages, text)
        question = await self.engine.questions.add(self.dialog_id, ANNA, part, join_running=True)
        assert question is not None
        return question

    async def said(self, question: str, answer: str) -> Question:
        """A question that was answered before, without any model."""
        asked = await self.ask(question)
        answer_id = await self.engine.answers.begin(asked.id, "m", "s")
        await self.engine.answers.end(answer_id, "done", answer, "")
        return asked

    async def fit(self, question: Question) -> Prompt:
        return await self.engine.answering._prompting.fit(await self.dialog(), question, await self.model())

    @asynccontextmanager
    async def running(self, question: Question) -> AsyncIterator[AsyncGenerator[Event, None]]:
        """The events of an answer on its way; a stop ends the block."""
        async with (
            self.engine.runs.scope(self.dialog_id, question.id, ANNA) as run,
            aclosing(self.engine.answering.answer(question, run)) as events,
        ):
            yield events

    async def answer(self, question: Question) -> list[Event]:
        """Every event of an answer that nobody stops."""
        async with self.running(question) as stream:
            return [event async for event in stream]
        raise AssertionError("the run was stopped")


def settings_at(folder: Path, kind: BackendKind, url: str = "") -> Settings:
    servers: dict[str, Any] = {name: () for name in URLS.values()}
    if kind in URLS:
        servers[URLS[kind]] = (ServerAddress(name=kind, url=url),)
    return Settings(  # type: ignore[call-arg]
        _env_file=None,
        **servers,
        llm_providers=(kind,),
        models_dir=folder,
        data_dir=folder / "data",
        sessions_dir=folder / "sessions",
        config_dir=folder / "config",
    )


@asynccontextmanager
async def open_conversation(folder: Path, kind: BackendKind, url: str = "") -> AsyncIterator[Conversation]:
    """A dialog with the first model there is; opened again on the same folder, the same dialog."""
    async with open_engine(settings_at(folder, kind, url)) as engine:
        await engine.users.make_owner(ANNA, "Anna")
        await engine.catalogue.refresh()
        dialog = await engine.dialogs.open(Place(ANNA), ANNA)
        if dialog.model_id is None:
            await engine.dialogs.choose_model(dialog.id, engine.catalogue.models()[0].id)
        (newest,) = await engine.database.all("SELECT max(message_id) FROM question_parts")
        yield Conversation(engine, dialog.id, newest[0] or 0)


def texts_of(prompt: Prompt) -> list[str]:
    return [message.text for message in prompt.messages]


def roles_of(prompt: Prompt) -> list[str]:
    return [message.role for message in prompt.messages]


def sent(body: dict[str, Any]) -> Sequence[str]:
    """The texts of a request as a server got it."""
    return [message["content"] for message in body["messages"]]
