"""Who answers in a dialog: one model, the base pipeline, or one made by hand."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Chat, Message
from config.pipeline import Pipeline
from config.pipeline_file import read_pipeline
from engine.assembly import PIPELINE_FILE_NAME
from tests.bot.conftest import Home, open_home
from tests.bot.driving import eventually, group_with_bot, labels, pressed, told, turned
from tests.fakes.model_server import FakeModel, Reply

MODELS = (FakeModel("llama3:latest", 260_000_000), FakeModel("gemma3:4b", 330_000_000, loaded=False))
BASE = """
stages:
  - {name: draft, models: [llama3], system_prompt: Draft it.}
  - {name: review, models: [gemma3:4b], input: both, system_prompt: Review it.}
"""


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    async with open_home(tmp_path, *MODELS) as home:
        yield home


def write_base(home: Home, text: str) -> None:
    folder = home.settings.config_dir
    folder.mkdir(exist_ok=True)
    (folder / PIPELINE_FILE_NAME).write_text(text, encoding="utf-8")


async def council(home: Home, text: str = BASE, name: str = "Council") -> int:
    """A pipeline of the owner's."""
    pipeline = read_pipeline(text, "")
    return (await home.engine.pipelines.add(home.owner.id, Pipeline(name, pipeline.stages))).id


async def asked(home: Home, chat: Chat, text: str, part: str) -> Message:
    """Ask; the answer as soon as it has `part` in it."""
    said = await home.owner.say(chat, text)
    return await home.sandbox.answer(chat, part, after=said)


def bodies(home: Home) -> list[dict[str, Any]]:
    """What the models were asked, in their order; a request without messages only loads one."""
    return [body for body in home.ollama.asked_for("/api/chat") if body["messages"]]


async def delivered(home: Home) -> bool:
    """Everything that had to be shown stands in the chat, and is noted there."""
    return not await home.engine.database.all("SELECT 1 FROM deliveries WHERE due = 1")


def prompts(home: Home) -> list[str]:
    """The system prompts that the models got."""
    return [body["messages"][0]["content"] for body in bodies(home) if body["messages"][0]["role"] == "system"]


async def test_a_pipeline_built_by_taps_answers_a_question(home: Home) -> None:
    chat = await home.ready_chat()
    listed = await turned(home, await told(home, chat, "/pipe", "none yet"), "✨ Ready-made", "Ready-made pipelines")
    ticks = await turned(home, listed, "✨ Draft, critique, final", "Who takes part?")
    card = await turned(home, ticks, "✓ Ready", "Saved. Every change")
    await turned(home, card, "▶️ Answer here", "It answers in this dialog")
    home.ollama.replies.extend([Reply(text=["A draft."]), Reply(text=["A critique."])])
    home.ollama.reply = Reply(text=["The final word."])
    await asked(home, chat, "Why is the sky blue?", "The final word.")
    draft, critique, final = bodies(home)
    assert "first draft" in str(draft["messages"])
    assert "A draft." in str(critique["messages"])
    assert "A critique." in str(final["messages"])
    assert {body["model"] for body in (draft, critique, final)} == {"llama3:latest", "gemma3:4b"}


async def test_a_waiting_question_is_answered_by_a_pipeline_of_the_picker(home: Home) -> None:
    await council(home)
    chat = await home.chat_of(home.owner)
    picker = await asked(home, chat, "Why?", "Your question is kept")
    assert "🧩 Council" in labels(picker)
    assert "🏛 Base pipeline" not in labels(picker), "there is none"
    home.ollama.reply = Reply(text=["Because."])
    answer = await turned(home, picker, "🧩 Council", "Because.")
    assert answer.id == picker.id
    assert prompts(home) == ["Draft it.", "Review it."]


async def test_a_pipeline_chosen_elsewhere_answers_a_waiting_question_below(home: Home) -> None:
    await council(home)
    chat = await home.chat_of(home.owner)
    picker = await asked(home, chat, "Why?", "Your question is kept")
    card = await turned(home, await told(home, chat, "/pipe", "of yours"), "🧩 Council", "Council")
    home.ollama.reply = Reply(text=["Because."])
    await pressed(home, card, "▶️ Answer here")
    answer = await home.until_text(chat, "Because.")
    assert answer.id > card.id, "not far above, where nobody looks"
    assert home.sandbox.message(picker) is None


async def test_a_model_chosen_elsewhere_answers_a_waiting_question_below(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    picker = await asked(home, chat, "Why?", "Your question is kept")
    home.ollama.reply = Reply(text=["Because."])
    said = await home.owner.say(chat, "/model gemma3")
    answer = await home.sandbox.answer(chat, "Because.", after=said)
    assert answer.id > said.id
    assert home.sandbox.message(picker) is None


async def test_a_waiting_question_is_answered_by_the_base_pipeline(home: Home) -> None:
    write_base(home, BASE)
    chat = await home.chat_of(home.owner)
    picker = await asked(home, chat, "Why?", "Your question is kept")
    home.ollama.reply = Reply(text=["Because."])
    await turned(home, picker, "🏛 Base pipeline", "Because.")
    assert prompts(home) == ["Draft it.", "Review it."]


async def test_the_mode_is_chosen_by_menu_and_by_words(home: Home) -> None:
    write_base(home, BASE)
    await council(home)
    chat = await home.ready_chat()
    menu = await told(home, chat, "/mode", "Now: one model, llama3")
    assert {"✓ 🤖 One model", "🏛 Base pipeline"} <= set(labels(menu))
    menu = await turned(home, menu, "🏛 Base pipeline", "Now: the base pipeline.")
    look = await turned(home, menu, "👁 Look", "2. review · gemma3:4b")
    menu = await turned(home, look, "‹ Back", "Now: the base pipeline.")
    await turned(home, menu, "🤖 One model", "Now: one model, llama3")
    await told(home, chat, "/mode base", "Now: the base pipeline.")
    await told(home, chat, "/mode chat", "Now: one model, llama3")
    said = await told(home, chat, "/mode manual", "No pipeline is chosen for this dialog yet")
    listed = await turned(home, said, "🧩 My pipelines", "1 pipeline of yours")
    card = await turned(home, listed, "🧩 Council", "1. draft")
    await turned(home, card, "▶️ Answer here", "It answers in this dialog")
    await told(home, chat, "/mode", "Now: your pipeline “Council”.")
    await told(home, chat, "/mode chat", "Now: one model, llama3")
    await told(home, chat, "/mode manual", "Now: your pipeline “Council”.")
    await told(home, chat, "/mode both", "There is no mode “both”. There are: chat, base, manual. Example: /mode base")
    await told(home, chat, "/model gemma3", "gemma3:4b (ollama) answers here now")
    await told(home, chat, "/mode", "Now: one model, gemma3:4b")


WHY_NOT = {
    "no file": (None, "There is no file config/pipeline.yaml."),
    "missing models": (BASE.replace("gemma3:4b", "nowhere"), "A model of it is missing: nowhere."),
    "a mistake": (
        "stages:\n  - {name: draft, modles: [x]}\n",
        "pipeline.yaml, line 2:\nThere is no key “modles” here.",
    ),
}


@pytest.mark.parametrize("kind", WHY_NOT)
async def test_why_the_base_pipeline_cannot_answer_is_told_where_it_is_chosen(home: Home, kind: str) -> None:
    content, why = WHY_NOT[kind]
    if content:
        write_base(home, content)
    chat = await home.ready_chat()
    menu = await told(home, chat, "/mode", why)
    press = await pressed(home, menu, "⚠️ 🏛 Base pipeline")
    assert why in ((await press.answered()).text or "")
    await told(home, chat, "/mode base", why)
    (dialog,) = await home.engine.dialogs.list(chat.id)
    assert dialog.mode == "chat"


async def test_the_base_pipeline_comes_back_with_its_model(home: Home) -> None:
    write_base(home, BASE.replace("gemma3:4b", "newcomer"))
    chat = await home.ready_chat()
    menu = await told(home, chat, "/mode", "A model of it is missing: newcomer")
    home.ollama.models["newcomer"] = FakeModel("newcomer", 100_000_000)
    await home.engine.catalogue.refresh()
    await turned(home, menu, "⚠️ 🏛 Base pipeline", "Now: the base pipeline.")


async def test_the_base_pipeline_is_copied_to_be_changed(home: Home) -> None:
    write_base(home, BASE)
    chat = await home.ready_chat()
    look = await turned(home, await told(home, chat, "/mode", "Now"), "👁 Look", "This is the base pipeline")
    await turned(home, look, "📋 Take a copy", "🧩 Base pipeline")
    (saved,) = await home.engine.pipelines.list(home.owner.id)
    assert saved.read().stages == read_pipeline(BASE, "").stages


async def test_a_model_that_vanished_before_the_run_costs_no_question(home: Home) -> None:
    number = await council(home)
    chat = await home.ready_chat()
    (dialog,) = await home.engine.dialogs.list(chat.id)
    await home.engine.dialogs.choose_mode(dialog.id, "manual", number)
    del home.ollama.models["gemma3:4b"]
    await home.engine.catalogue.refresh()
    failed = await asked(home, chat, "Why?", "needs a model that is not there now: gemma3:4b")
    card = await told(home, chat, "/pipe", "⚠️ gemma3:4b")
    models = await turned(home, await turned(home, card, "2. review", "Stage 2"), "🤖 Models", "Who speaks")
    voice = await turned(home, models, "⚙️ 1. ⚠️ gemma3:4b", "This model is not there now")
    swaps = await turned(home, voice, "🔄 Choose another", "Which model instead")
    await turned(home, swaps, "llama3", "Now: llama3")
    home.ollama.reply = Reply(text=["Because."])
    await turned(home, failed, "🔁", "Because.")


async def test_a_restart_in_the_middle_keeps_the_pipeline_and_the_question(home: Home) -> None:
    await council(home)
    chat = await home.chat_of(home.owner)
    picker = await asked(home, chat, "Why?", "Your question is kept")
    await eventually(lambda: delivered(home))
    await home.stop()
    await home.start()
    home.ollama.reply = Reply(text=["Because."])
    await turned(home, picker, "🧩 Council", "Because.")


async def test_a_deleted_pipeline_lets_the_dialog_ask_again(home: Home) -> None:
    number = await council(home)
    chat = await home.chat_of(home.owner)
    await home.owner.say(chat, "/new")
    await home.until_text(chat, "A new dialog")
    (dialog,) = await home.engine.dialogs.list(chat.id)
    await home.engine.dialogs.choose_mode(dialog.id, "manual", number)
    await home.engine.pipelines.delete(number)
    picker = await asked(home, chat, "Why?", "Your question is kept")
    await turned(home, picker, "llama3", "Good morning.")


async def test_in_a_group_the_picker_shows_nobodys_pipelines(home: Home) -> None:
    write_base(home, BASE)
    await council(home)
    team = await group_with_bot(home)
    said = await home.owner.say(team, "/ask@consilium_bot Why?")
    picker = await home.sandbox.answer(team, "Your question is kept", after=said)
    assert "🏛 Base pipeline" in labels(picker)
    assert not any("Council" in label for label in labels(picker))
