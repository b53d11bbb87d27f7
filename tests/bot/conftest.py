"""The real bot in the sandbox, with a model server of ours behind it, driven as a person drives it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.app import run_app
from bot.outbox import Budget
from bot.parts import Parts
from bot.sandbox import NO_FLOOD, Chat, Flood, Message, Person, Sandbox, open_sandbox
from config.settings import ServerAddress, Settings
from engine.assembly import Engine
from tests.fakes.model_server import FakeModel
from tests.fakes.ollama import FakeOllama, open_ollama

UNHURRIED = Budget(chat_per_s=1000, chat_burst=1000, group_per_s=1000, group_burst=1000, all_per_s=1000, all_burst=1000)


@dataclass
class Home:
    """A running bot, its Telegram, its model server and its owner. `parts` are for looking, not for driving."""

    sandbox: Sandbox
    ollama: FakeOllama
    settings: Settings
    owner: Person
    budget: Budget | None = None
    owned: bool = True
    parts: Parts = field(init=False)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Start the bot; returns when it is polling."""
        ready = asyncio.Event()

        async def on_ready(parts: Parts) -> None:
            self.parts = parts
            ready.set()

        serving = asyncio.create_task(
            run_app(self.settings, self.sandbox.token, self.sandbox.api_url, budget=self.budget, on_ready=on_ready)
        )
        self.tasks.append(serving)
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED, timeout=30)
        waiting.cancel()
        if serving.done():
            serving.result()
        await self.engine.servers.first_look()
        await self.engine.catalogue.sync()
        if self.owned:
            await self.engine.users.make_owner(self.owner.id, "Anna")

    @property
    def engine(self) -> Engine:
        return self.parts.engine

    async def stop(self) -> None:
        """End it as SIGTERM does."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()

    async def heard(self) -> None:
        """Return when the bot has taken in everything that was said and pressed."""
        async with asyncio.timeout(10):
            while self.sandbox.updates.pending:
                await asyncio.sleep(0.01)

    async def chat_of(self, person: Person, *, topics: bool = False) -> Chat:
        """The person's private chat, started."""
        chat = self.sandbox.private_chat(person, topics=topics)
        await person.start(chat)
        return self.sandbox.chat(chat)

    async def ready_chat(self) -> Chat:
        """The owner's chat with a dialog that has the first model."""
        chat = await self.chat_of(self.owner)
        await self.owner.say(chat, f"/model {next(iter(self.ollama.models))}")
        await self.until_text(chat, "answers here now")
        return chat

    async def until_text(self, chat: Chat, text: str, thread: int | None = None, timeout_s: float = 10.0) -> Message:
        """The newest message of the bot that has `text` in it, as soon as there is one."""

        def found() -> Message | None:
            answers = self.sandbox.answers(chat, thread)
            return next((message for message in reversed(answers) if text in (message.text or "")), None)

        try:
            return await self.sandbox.until(found, timeout_s)
        except TimeoutError:
            seen = "\n".join(repr(message.text) for message in self.sandbox.answers(chat, thread))
            raise AssertionError(f"no message with {text!r}; the bot said:\n{seen}") from None


@asynccontextmanager
async def open_home(
    folder: Path,
    *models: FakeModel,
    flood: Flood | None = None,
    db: Path | None = None,
    owned: bool = True,
    beside: FakeOllama | None = None,
    **changes: Any,
) -> AsyncIterator[Home]:
    """A home whose bot runs; `changes` are settings. Without a `flood`, nobody minds the pace. `beside` is a second
    model server.

    `owned` says whether the owner has met the bot before.
    """
    fakes = models or (FakeModel("llama3:latest"),)
    async with open_sandbox(flood=flood or NO_FLOOD, db=db) as sandbox, open_ollama(*fakes) as ollama:
        owner = sandbox.person("Anna", language="en", username="anna")
        budget = UNHURRIED if flood is None else None
        if beside is not None:
            addresses = (("ollama", ollama.url), ("beside", beside.url))
            changes["ollama_base_url"] = tuple(ServerAddress(name=name, url=url) for name, url in addresses)
        home = Home(sandbox, ollama, home_settings(folder, ollama.url, owner.id, **changes), owner, budget, owned)
        try:
            await home.start()
            yield home
        finally:
            await home.stop()


def home_settings(folder: Path, ollama_url: str, owner_id: int, **changes: Any) -> Settings:
    """Settings of a test: everything in `folder`, nothing from the environment."""
    values: dict[str, Any] = {
        "bot_owner_id": owner_id,
        "ollama_base_url": (ServerAddress(name="ollama", url=ollama_url),),
        "lmstudio_base_url": (),
        "guide_enabled": False,
        "models_dir": folder / "models",
        "data_dir": folder / "data",
        "sessions_dir": folder / "sessions",
        "config_dir": folder / "config",
        "sandbox_dir": folder / "sandbox",
    }
    return Settings(_env_file=None, **values | changes)  # type: ignore[call-arg]


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    async with open_home(tmp_path) as home:
        yield home
