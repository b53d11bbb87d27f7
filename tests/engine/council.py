"""A council in tests: several models on two servers, each with words of its own, and the folders its runs leave."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.pipeline_file import read_pipeline
from config.settings import ServerAddress, Settings
from engine.assembly import open_engine
from engine.dialogs import Place
from engine.questions import Question
from tests.engine.conversation import ANNA, Conversation
from tests.fakes.model_server import FakeModel, Reply
from tests.fakes.ollama import FakeOllama, open_ollama


@dataclass
class Council(Conversation):
    """Anna's dialog, answered by pipelines; `one` has the models a, b, c, and `two` has x, y."""

    one: FakeOllama = None  # type: ignore[assignment]
    two: FakeOllama = None  # type: ignore[assignment]

    async def use(self, yaml: str) -> None:
        """Have the dialog answered by this pipeline."""
        saved = await self.engine.pipelines.add(ANNA, read_pipeline(yaml, "test", draft=True))
        await self.engine.dialogs.choose_mode(self.dialog_id, "manual", saved.id)

    def says(self, model: str, *texts: str, **how: Any) -> None:
        """What a model answers, one reply after another."""
        server = self.one if model in self.one.models else self.two
        server.replies_of[model].extend(Reply(text=[text], **how) for text in texts)

    def asked(self, model: str) -> list[dict[str, Any]]:
        """The requests a model got."""
        server = self.one if model in self.one.models else self.two
        return [body for body in server.asked_for("/api/chat") if body["model"] == model and body["messages"]]

    @property
    def sessions_dir(self) -> Path:
        return self.engine.settings.sessions_dir

    def folder(self, number: int = 1) -> Path:
        return self.sessions_dir / f"session_{number:03}"

    def read(self, name: str, number: int = 1) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder(number) / name).read_text(encoding="utf-8"))
        return content

    def names(self, number: int = 1) -> set[str]:
        return {path.name for path in self.folder(number).iterdir()}

    async def answered(self, text: str) -> str:
        """Ask, and the text of the answer."""
        question = await self.ask(text)
        await self.answer(question)
        return await self.text_of(question)

    async def text_of(self, question: Question) -> str:
        return (await self.engine.answers.variants(question.id))[-1].text


@asynccontextmanager
async def open_council(folder: Path) -> AsyncIterator[Council]:
    async with (
        open_ollama(*(FakeModel(name) for name in ("a", "b", "c"))) as one,
        open_ollama(*(FakeModel(name) for name in ("x", "y"))) as two,
        council_at(folder, one, two) as council,
    ):
        yield council


@asynccontextmanager
async def council_at(folder: Path, one: FakeOllama, two: FakeOllama) -> AsyncIterator[Council]:
    """Opened again on the same folder, the same dialog."""
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None,
        ollama_base_url=(ServerAddress(name="one", url=one.url), ServerAddress(name="two", url=two.url)),
        lmstudio_base_url=(),
        llm_providers=("ollama",),
        models_dir=folder,
        data_dir=folder / "data",
        sessions_dir=folder / "sessions",
        config_dir=folder / "config",
    )
    async with open_engine(settings) as engine:
        await engine.users.make_owner(ANNA, "Anna")
        await engine.catalogue.refresh()
        dialog = await engine.dialogs.open(Place(ANNA), ANNA)
        (newest,) = await engine.database.all("SELECT max(message_id) FROM question_parts")
        yield Council(engine, dialog.id, newest[0] or 0, one, two)
