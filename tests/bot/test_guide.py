"""The guide in the bot: answers by itself while no other model is there, and only when asked once there is one."""

import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.guide import answer
from bot.sandbox import Chat, Message
from bot.texts import texts
from config.settings import ServerAddress
from engine.backends.llama_cpp import parent
from tests.bot.conftest import Home, open_home
from tests.bot.driving import pressed, told, turned
from tests.fakes.model_server import FakeModel

pytestmark = pytest.mark.skipif(importlib.util.find_spec("llama_cpp") is None, reason="llama-cpp-python is not built")
RUSSIAN, ENGLISH = texts("ru"), texts("en")
PATIENCE_S = 60.0
"""The guide is quick, but its process has to start, perhaps on a busy machine."""


@asynccontextmanager
async def open_guided(folder: Path, *models: FakeModel) -> AsyncIterator[Home]:
    """A home with the guide; without `models` its only server offers none that chat."""
    shown = models or (FakeModel("embedder", embeds=True),)
    async with open_home(folder, *shown, guide_enabled=True) as home:
        yield home


async def answered(home: Home, chat: Chat, question: str, part: str, thread: int | None = None) -> Message:
    asked = await home.owner.say(chat, question, thread=thread)
    return await home.sandbox.answer(chat, part, thread=thread, after=asked, timeout_s=PATIENCE_S)


@pytest.mark.parametrize(
    ("question", "told_of"),
    [
        ("Как добавить модель?", answer("model-add", RUSSIAN)),
        ("how do I delete a dialog", answer("dialog-delete", ENGLISH)),
        ("Какая погода в Москве?", answer("other", RUSSIAN)),
        ("сочини рассказ " * 200, answer("other", RUSSIAN)),
    ],
    ids=["Russian", "English", "something else", "long"],
)
async def test_without_any_other_model_it_answers_at_once(tmp_path: Path, question: str, told_of: str) -> None:
    async with open_guided(tmp_path) as home:
        chat = await home.chat_of(home.owner)
        await home.sandbox.answer(chat, "Meanwhile the guide answers")
        shown = await answered(home, chat, question, "🧭 guide · ")
        assert shown.text.startswith(told_of)


async def test_it_gives_way_to_the_first_real_model(tmp_path: Path) -> None:
    async with open_guided(tmp_path) as home:
        chat = await home.chat_of(home.owner)
        await answered(home, chat, "How do I add a model?", answer("model-add", ENGLISH))
        home.ollama.models["llama3:latest"] = FakeModel("llama3:latest")
        await home.engine.catalogue.refresh()
        shown = await answered(home, chat, "How do I add a model?", "Which model answers?")
        assert not any("guide" in button.text for button in shown.buttons)


async def test_asked_again_once_there_is_a_real_model_it_is_that_one_which_answers(tmp_path: Path) -> None:
    """And what the guide said is not told to it: small models take after what they read."""
    async with open_guided(tmp_path) as home:
        chat = await home.chat_of(home.owner)
        await answered(home, chat, "How do I add a model?", "🧭 guide · ")
        refused = await answered(home, chat, "Write a poem about rain", "I am only the guide")
        home.ollama.models["llama3:latest"] = FakeModel("llama3:latest")
        await home.engine.catalogue.refresh()
        await home.owner.press(refused, "🔁")
        picker = await home.sandbox.answer(chat, "Your question is kept. Which model answers?", after=refused)
        await home.owner.press(picker, "llama3")
        await home.until_text(chat, "llama3:latest · ")
        asked = home.ollama.asked_for("/api/chat")[-1]
        assert [message["content"] for message in asked["messages"] if message["role"] != "system"] == [
            "Write a poem about rain"
        ]


async def test_it_is_part_of_no_pipeline(tmp_path: Path) -> None:
    async with open_guided(tmp_path) as home:
        chat = await home.chat_of(home.owner)
        await answered(home, chat, "How do I add a model?", "🧭 guide · ")
        listed = await told(home, chat, "/pipe", "several models work on one question")
        press = await home.owner.press(listed, "➕ New")
        assert "no model" in (await press.answered()).text
        assert await home.engine.pipelines.list(home.owner.id) == []


async def test_with_real_models_no_list_offers_it(tmp_path: Path) -> None:
    async with open_guided(tmp_path, FakeModel("llama3:latest")) as home:
        chat = await home.chat_of(home.owner)
        for command, part in (("/model", "Which model answers"), ("/models", "One model"), ("/mode", "Who answers")):
            shown = await told(home, chat, command, part)
            assert "guide" not in shown.text
            assert not any("guide" in button.text for button in shown.buttons), command
        await told(home, chat, "/model guide", "There is no model with “guide”")


async def test_asked_for_from_help_it_answers_in_a_dialog_of_its_own(tmp_path: Path) -> None:
    async with open_guided(tmp_path, FakeModel("llama3:latest")) as home:
        chat = await home.ready_chat()
        shown = await told(home, chat, "/help", "What works here")
        await home.owner.press(shown, "🧭 Ask the guide")
        await home.sandbox.answer(chat, answer("hello", ENGLISH), after=shown)
        shown = await answered(home, chat, "How do I invite a friend?", "🧭 guide · ")
        assert shown.text.startswith(answer("invite", ENGLISH))
        listed = await told(home, chat, "/dialogs", "2 dialogs")
        assert "🧭 guide" in listed.text
        await told(home, chat, "/new", "Which model answers")


async def test_it_is_nobodys_choice_for_new_dialogs(tmp_path: Path) -> None:
    async with open_guided(tmp_path, FakeModel("llama3:latest")) as home:
        chat = await home.chat_of(home.owner)
        await told(home, chat, "/help", "What works here")
        shown = await told(home, chat, "/settings", "What is yours in all dialogs is here")
        shown = await turned(home, shown, "👤 Mine, in all dialogs", "Yours, in all your dialogs")
        shown = await turned(home, shown, "🤖 New dialogs: ask each time", "Which model do new dialogs begin with")
        assert not any("guide" in button.text for button in shown.buttons)


async def test_where_topics_are_dialogs_it_gets_a_topic(tmp_path: Path) -> None:
    async with open_guided(tmp_path, FakeModel("llama3:latest")) as home:
        chat = await home.chat_of(home.owner, topics=True)
        shown = await told(home, chat, "/help", "What works here")
        await pressed(home, shown, "🧭 Ask the guide")
        (topic,) = await home.sandbox.until(lambda: home.sandbox.topics(chat))
        assert topic.name == "🧭 guide"
        shown = await answered(home, chat, "как остановить ответ?", "🧭 guide · ", topic.id)
        assert shown.text.startswith(answer("stop", RUSSIAN))


async def test_an_unreachable_server_does_not_keep_it_away(tmp_path: Path) -> None:
    nowhere = (ServerAddress(name="nowhere", url="http://127.0.0.1:9"),)
    async with open_home(tmp_path, guide_enabled=True, ollama_base_url=nowhere) as home:
        assert home.engine.servers.all_seen
        assert home.engine.catalogue.stand_in() is not None
        assert home.engine.catalogue.models() == []


async def test_while_llama_cpp_is_being_built_it_is_announced_and_then_answers_what_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_built = False
    monkeypatch.setattr(parent, "find_spec", lambda name: importlib.util.find_spec(name) if is_built else None)
    async with open_guided(tmp_path) as home:
        chat = await home.chat_of(home.owner)
        await home.sandbox.answer(chat, "as soon as llama.cpp is built")
        waits = await told(home, chat, "How do I add a model?", "your question is kept")
        assert "as soon as llama.cpp is built" in waits.text
        is_built = True
        await home.owner.press(waits, "↻ Look again")
        shown = await home.until_text(chat, "🧭 guide · ", timeout_s=PATIENCE_S)
        assert shown.text.startswith(answer("model-add", ENGLISH))


async def test_switched_off_it_is_not_there(home: Home) -> None:
    assert home.engine.catalogue.guide() is None
