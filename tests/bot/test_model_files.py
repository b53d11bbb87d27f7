"""Model files in a chat: a disk that goes and comes back, and memory that runs out in the middle."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from bot.sandbox import Chat, Message
from engine.backends.llama_cpp.parent import is_installed
from tests.bot.conftest import Home, open_home
from tests.fakes.model_server import FakeModel
from tests.tiny_gguf import Shape, make_gguf

SLOW = Shape(n_embd=256, n_layer=8, n_ff=1024)
needs_llama_cpp = pytest.mark.skipif(not is_installed(), reason="without llama-cpp-python")


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    async with open_home(tmp_path) as home:
        home.settings.models_dir.mkdir(exist_ok=True)
        yield home


async def chat_with_file(home: Home, **file: object) -> Chat:
    make_gguf(home.settings.models_dir / "small.gguf", **file)  # type: ignore[arg-type]
    await home.engine.catalogue.refresh()
    chat = await home.chat_of(home.owner)
    await home.owner.say(chat, "/model small.gguf")
    await home.until_text(chat, "answers here now")
    return chat


@needs_llama_cpp
async def test_a_disk_that_was_unplugged_costs_a_sentence_and_no_choice(home: Home, tmp_path: Path) -> None:
    chat = await chat_with_file(home, says=["Yes", " indeed"])
    await home.owner.say(chat, "first")
    await home.until_text(chat, "Yes indeed")
    unplugged = home.settings.models_dir.rename(tmp_path / "unplugged")
    await home.engine.catalogue.refresh()
    await home.owner.say(chat, "second")
    sorry = await home.until_text(chat, "removable disk")
    assert "small.gguf" in (sorry.text or "")
    unplugged.rename(home.settings.models_dir)
    await home.owner.press(sorry, "Again")
    await home.sandbox.until(lambda: "Yes indeed" in text_of(home, sorry))


@needs_llama_cpp
async def test_rescan_finds_what_came_back_with_the_disk(home: Home, tmp_path: Path) -> None:
    chat = await chat_with_file(home)
    unplugged = home.settings.models_dir.rename(tmp_path / "unplugged")
    await home.owner.say(chat, "/models")
    listed = await home.until_text(chat, "small.gguf\n")
    await home.owner.press(listed, "Look again")
    listed = await home.until_text(chat, "🤖 One model")
    unplugged.rename(home.settings.models_dir)
    await home.owner.press(listed, "Look again")
    await home.until_text(chat, "small.gguf\n")


@needs_llama_cpp
async def test_a_process_that_the_system_killed_is_offered_a_smaller_window(home: Home) -> None:
    chat = await chat_with_file(home, shape=SLOW)
    await home.owner.say(chat, "hello")
    while not await talking(home):
        await asyncio.sleep(0.02)
    psutil.Process().children()[0].kill()
    sorry = await home.until_text(chat, "memory ran out")
    await home.owner.say(chat, "/set max_tokens 5")
    await home.owner.press(sorry, "🪶 window 4096")
    async with asyncio.timeout(20):
        while not await is_answered(home):
            await asyncio.sleep(0.02)
    (dialog,) = await home.engine.dialogs.list(chat.id)
    assert dialog.settings.n_ctx == 4096


def text_of(home: Home, message: Message) -> str:
    now = home.sandbox.message(message)
    return (now and now.text) or ""


async def talking(home: Home) -> bool:
    rows = await home.engine.database.all("SELECT text FROM answers WHERE text != ''")
    return bool(rows)


async def is_answered(home: Home) -> bool:
    rows = await home.engine.database.all("SELECT state FROM answers ORDER BY id DESC LIMIT 1")
    return [row["state"] for row in rows] == ["done"]


async def test_a_server_without_memory_is_asked_for_a_smaller_window(tmp_path: Path) -> None:
    error = "model requires more system memory (9.3 GiB) than is available (4.0 GiB)"
    async with open_home(tmp_path, FakeModel("big", loaded=False, load_error=error)) as home:
        chat = await home.ready_chat()
        await home.owner.say(chat, "hello")
        sorry = await home.until_text(chat, "4.0 GB are free")
        home.ollama.models["big"] = FakeModel("big")
        await home.owner.press(sorry, "🪶 window 4096")
        await home.until_text(chat, "big ·")
        assert home.ollama.asked_for("/api/chat")[-1]["options"]["num_ctx"] == 4096
