"""The pipeline editor, driven by taps: stages, models, parameters, words, and what stays after a restart."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import Chat, Message
from config.pipeline import MAX_STAGES, Pipeline
from tests.bot.conftest import Home, open_home
from tests.bot.driving import eventually, labels, pressed, told, turned, wished
from tests.fakes.model_server import FakeModel

MODELS = (
    FakeModel("qwen3:4b", 260_000_000),
    FakeModel("gemma3:4b", 330_000_000, loaded=False),
    FakeModel("phi4:14b", 900_000_000, loaded=False),
)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    async with open_home(tmp_path, *MODELS) as home:
        yield home


async def fresh(home: Home) -> tuple[Chat, Message]:
    """A new pipeline, just opened."""
    chat = await home.ready_chat()
    listed = await told(home, chat, "/pipe", "You have none yet")
    return chat, await turned(home, listed, "➕ New", "1. answer · qwen3:4b")


async def only(home: Home) -> Pipeline:
    (saved,) = await home.engine.pipelines.list(home.owner.id)
    return saved.read()


async def replied(home: Home, chat: Chat, ask: str, text: str, part: str) -> Message:
    """Reply to the message that asks for words; the bot's next message that has `part` in it."""
    asking = await wished(home, chat, ask)
    said = await home.owner.say(chat, text, reply_to=asking)
    return await home.sandbox.answer(chat, part, after=said)


async def test_a_pipeline_is_built_by_taps_alone(home: Home) -> None:
    _, card = await fresh(home)
    models = await turned(home, card, "➕ Stage", "Who speaks in this stage")
    await turned(home, models, "phi4:14b", "Now: qwen3:4b, phi4:14b")
    models = await turned(home, models, "gemma3:4b", "Now: qwen3:4b, phi4:14b, gemma3:4b")
    models = await turned(home, models, "qwen3:4b · ", "Now: phi4:14b, gemma3:4b")
    stage = await turned(home, models, "‹ Back", "Stage 2 of 2: stage")
    merge = await turned(home, stage, "🧮 Join answers", "How do they become one?")
    merge = await turned(home, merge, "synthesis", "By: phi4:14b")
    choose = await turned(home, merge, "🤖 Which model", "Which model does it?")
    merge = await turned(home, choose, "qwen3:4b", "By: qwen3:4b")
    stage = await turned(home, merge, "‹ Back", "synthesis by qwen3:4b")
    reads = await turned(home, stage, "📥 Reads", "What does the stage")
    stage = await turned(home, reads, "the question and all stages before", "Reads: the question and all")
    params = await turned(home, stage, "🎛 Parameters", "Parameters of the stage")
    one = await turned(home, params, "temperature: default", "How freely")
    one = await turned(home, one, "0.3", "temperature: 0.3")
    params = await turned(home, one, "‹ Back", "Parameters of the stage")
    stage = await turned(home, params, "‹ Back", "Parameters: temperature 0.3")
    card = await turned(home, stage, "‹ Pipeline", "2. stage · phi4:14b, gemma3:4b")
    assert "reads everything · synthesis by qwen3:4b · temperature 0.3" in card.text
    assert "Memory" in card.text
    assert "GB free" in card.text
    second = (await only(home)).stages[1]
    assert [model.model for model in second.models] == ["phi4:14b", "gemma3:4b"]
    assert second.aggregation is not None
    assert (second.aggregation.kind, second.aggregation.model) == ("synthesis", "qwen3:4b")
    assert (second.input, second.params.temperature) == ("all", 0.3)


async def test_stages_move_double_and_go(home: Home) -> None:
    _, card = await fresh(home)
    models = await turned(home, card, "➕ Stage", "Who speaks")
    stage = await turned(home, models, "‹ Back", "Stage 2 of 2: stage")
    stage = await turned(home, stage, "📋", "Stage 3 of 3: stage 2")
    stage = await turned(home, stage, "⬆", "Stage 2 of 3: stage 2")
    stage = await turned(home, stage, "⬆", "Stage 1 of 3: stage 2")
    assert "⬆" not in labels(stage)
    card = await turned(home, stage, "🗑", "1. answer")
    assert [known.name for known in (await only(home)).stages] == ["answer", "stage"]
    stage = await turned(home, card, "2. stage", "Stage 2 of 2")
    await turned(home, stage, "🗑", "1. answer")
    stage = await turned(home, card, "1. answer", "Stage 1 of 1")
    assert "🗑" not in labels(stage), "the last stage stays"


async def test_names_and_prompts_are_sent_as_replies(home: Home) -> None:
    chat, card = await fresh(home)
    stage = await turned(home, card, "1. answer", "Stage 1 of 1: answer")
    await pressed(home, stage, "✏️ Name")
    stage = await replied(home, chat, "new name of the stage", "first  draft", "Stage 1 of 1: first draft")
    prompt = await turned(home, stage, "📝 Prompt", "No system prompt of its own")
    await pressed(home, prompt, "✏️ Write")
    prompt = await replied(home, chat, "with the system prompt", "You are a poet.\nBe brief.", "You are a poet.")
    assert (await only(home)).stages[0].system_prompt == "You are a poet.\nBe brief."
    await turned(home, prompt, "🧹 Clear", "No system prompt of its own")
    more = await turned(home, await told(home, chat, "/pipe My", "🧩 My pipeline"), "⋯", "By a link")
    await pressed(home, more, "✏️ Rename")
    await replied(home, chat, "new name of the pipeline", "Council", "🧩 Council")
    assert (await only(home)).name == "Council"
    assert home.ollama.asked_for("/api/chat") == [], "none of it was taken for a question"


async def test_what_was_asked_for_outlives_a_restart(home: Home) -> None:
    chat, card = await fresh(home)
    prompt = await turned(home, await turned(home, card, "1. answer", "Stage 1"), "📝 Prompt", "No system prompt")
    await pressed(home, prompt, "✏️ Write")
    await wished(home, chat, "with the system prompt")
    await home.stop()
    await home.start()
    prompt = await replied(home, chat, "with the system prompt", "Be kind.", "Be kind.")
    stage = await turned(home, prompt, "‹ Back", "System prompt: Be kind.")
    await turned(home, stage, "‹ Pipeline", "1. answer")


async def test_a_long_prompt_comes_as_a_text_file(home: Home) -> None:
    chat, card = await fresh(home)
    prompt = await turned(home, await turned(home, card, "1. answer", "Stage 1"), "📝 Prompt", "No system prompt")
    await pressed(home, prompt, "✏️ Write")
    asking = await wished(home, chat, "with the system prompt")
    for content, part in ((b"\xff\xfe\x00", "This file cannot be used"), (b"x" * 30_000, "characters are too many")):
        sent = await home.owner.send_file(chat, "document", "prompt.txt", content, reply_to=asking)
        await home.sandbox.answer(chat, part, after=sent)
    sent = await home.owner.send_file(chat, "document", "prompt.txt", b"Be kind. " * 1000, reply_to=asking)
    await home.sandbox.answer(chat, "Be kind.", after=sent)
    assert len((await only(home)).stages[0].system_prompt) == 8999


async def test_a_value_of_ones_own_is_sent_and_a_wrong_one_may_be_sent_again(home: Home) -> None:
    chat, card = await fresh(home)
    params = await turned(home, await turned(home, card, "1. answer", "Stage 1"), "🎛", "Parameters of the stage")
    one = await turned(home, params, "max_tokens: default", "longest answer")
    await pressed(home, one, "✏️ Another value")
    await replied(home, chat, "a value for max_tokens", "lots", "max_tokens cannot be “lots”")
    one = await replied(home, chat, "a value for max_tokens", "333", "max_tokens: 333")
    one = await turned(home, one, "default", "max_tokens: default")
    assert (await only(home)).stages[0].params.max_tokens is None


async def test_a_model_has_a_prompt_and_samples_of_its_own(home: Home) -> None:
    chat, card = await fresh(home)
    models = await turned(home, await turned(home, card, "1. answer", "Stage 1"), "🤖 Models", "Who speaks")
    voice = await turned(home, models, "⚙️ 1. qwen3:4b", "qwen3:4b in this stage")
    params = await turned(home, voice, "🎛 Parameters", "Parameters of qwen3:4b")
    one = await turned(home, params, "samples: 1", "How many answers")
    await turned(home, one, "5", "samples: 5")
    params = await turned(home, one, "‹ Back", "Parameters of qwen3:4b")
    await turned(home, await turned(home, params, "weight: 1", "How much the vote"), "2", "weight: 2")
    params = await turned(home, one, "‹ Back", "Parameters of qwen3:4b")
    voice = await turned(home, params, "‹ Back", "It gives 5 answers")
    prompt = await turned(home, voice, "📝 Prompt", "No system prompt")
    await pressed(home, prompt, "✏️ Write")
    prompt = await replied(home, chat, "with the system prompt", "Be odd.", "Be odd.")
    voice = await turned(home, prompt, "‹ Back", "Its own system prompt: Be odd.")
    models = await turned(home, voice, "📋 Once more", "Now: qwen3:4b ×5, qwen3:4b ×5")
    voice = await turned(home, models, "⚙️ 2. qwen3:4b ×5", "qwen3:4b in this stage")
    models = await turned(home, voice, "🔄 Choose another", "Which model instead of qwen3:4b")
    models = await turned(home, models, "gemma3:4b", "Now: qwen3:4b ×5, gemma3:4b ×5")
    first, second = (await only(home)).stages[0].models
    assert (first.samples, first.weight, first.system_prompt) == (5, 2.0, "Be odd.")
    assert (second.model, second.system_prompt) == ("gemma3:4b", "Be odd.")


async def test_a_template_is_checked_before_it_is_kept_and_can_be_seen(home: Home) -> None:
    chat, card = await fresh(home)
    models = await turned(home, await turned(home, card, "1. answer", "Stage 1"), "🤖 Models", "Who speaks")
    await turned(home, models, "gemma3:4b", "Now: qwen3:4b, gemma3:4b")
    merge = await turned(home, await turned(home, models, "‹ Back", "Stage 1"), "🧮", "How do they become one")
    merge = await turned(home, merge, "template", "A template of yours")
    await pressed(home, merge, "📐 Write a template")
    await replied(home, chat, "with the template", "{{ anwers }}", "there is no “anwers”")
    await replied(home, chat, "with the template", "{{ ''.__class__ }}", "Line 1")
    template = "{% for answer in answers %}{{ answer.model }}! {% endfor %}"
    merge = await replied(home, chat, "with the template", template, template)
    await turned(home, merge, "👁 Preview", "qwen3:4b! gemma3:4b! qwen3:4b!")


async def test_there_is_an_end_to_stages_and_models(home: Home) -> None:
    chat, card = await fresh(home)
    stage = await turned(home, card, "1. answer", "Stage 1 of 1")
    for number in range(2, MAX_STAGES + 1):
        stage = await turned(home, stage, "📋", f"Stage {number} of {number}")
    assert "📋" not in labels(stage)
    card = await turned(home, stage, "‹ Pipeline", f"{MAX_STAGES}. answer")
    assert "➕ Stage" not in labels(card)
    models = await turned(home, stage, f"{MAX_STAGES}. answer", "Stage 20 of 20")
    models = await turned(home, models, "🤖 Models", "Who speaks")
    press = await pressed(home, models, "qwen3:4b · ")
    assert (await press.answered()).text == "A stage has from 1 to 8 models."
    assert len((await only(home)).stages[-1].models) == 1
    await told(home, chat, "/pipe My", "20. answer 20")


async def test_a_button_of_an_old_message_never_changes_another_stage(home: Home) -> None:
    chat, card = await fresh(home)
    models = await turned(home, card, "➕ Stage", "Who speaks")
    stage = await turned(home, models, "‹ Back", "Stage 2 of 2: stage")
    other = await told(home, chat, "/pipe My", "1. answer")
    first = await turned(home, other, "1. answer", "Stage 1 of 2: answer")
    await turned(home, first, "⬇", "Stage 2 of 2: answer")
    press = await pressed(home, stage, "🗑")
    assert (await press.answered()).text == "The pipeline looks different by now. This is how it is:"
    assert [known.name for known in (await only(home)).stages] == ["stage", "answer"]


async def test_two_quick_taps_lose_nothing(home: Home) -> None:
    _, card = await fresh(home)
    models = await turned(home, await turned(home, card, "1. answer", "Stage 1"), "🤖 Models", "Who speaks")
    for label in ("gemma3:4b", "phi4:14b"):
        await home.owner.press(models, label)
    await eventually(lambda: has_models(home, 3))


async def has_models(home: Home, count: int) -> bool:
    return len((await only(home)).stages[0].models) == count


async def test_a_tap_costs_one_edit_and_one_toast(home: Home) -> None:
    _, card = await fresh(home)
    stage = await turned(home, card, "1. answer", "Stage 1")
    models = await turned(home, stage, "🤖 Models", "Who speaks")
    before = len(home.sandbox.calls)
    await turned(home, models, "gemma3:4b", "Now: qwen3:4b, gemma3:4b")
    calls = [call.method for call in list(home.sandbox.calls)[before:] if call.method != "getUpdates"]
    assert sorted(calls) == ["answerCallbackQuery", "editMessageText"]


async def test_a_model_that_went_away_is_named_and_replaced_with_its_prompt_kept(home: Home) -> None:
    chat, card = await fresh(home)
    models = await turned(home, await turned(home, card, "1. answer", "Stage 1"), "🤖 Models", "Who speaks")
    await turned(home, models, "gemma3:4b", "Now: qwen3:4b, gemma3:4b")
    del home.ollama.models["gemma3:4b"]
    await home.engine.catalogue.refresh()
    card = await told(home, chat, "/pipe My", "A model is not there now: gemma3:4b")
    assert "⚠️ gemma3:4b" in card.text
    models = await turned(home, await turned(home, card, "1. answer", "Stage 1"), "🤖 Models", "Who speaks")
    voice = await turned(home, models, "⚙️ 2. ⚠️ gemma3:4b", "This model is not there now")
    swaps = await turned(home, voice, "🔄 Choose another", "Which model instead of gemma3:4b")
    await turned(home, swaps, "phi4:14b", "Now: qwen3:4b, phi4:14b")


async def test_pipelines_are_listed_doubled_and_deleted(home: Home) -> None:
    chat, card = await fresh(home)
    more = await turned(home, card, "⋯", "By a link")
    await turned(home, more, "📋 Duplicate", "🧩 My pipeline 2")
    listed = await turned(home, more, "🧩 My pipelines", "2 pipelines of yours")
    assert {"🧩 My pipeline", "🧩 My pipeline 2"} <= set(labels(listed))
    card = await turned(home, listed, "🧩 My pipeline 2", "🧩 My pipeline 2")
    used = await turned(home, card, "▶️ Answer here", "It answers in this dialog")
    more = await turned(home, used, "⋯", "By a link")
    really = await turned(home, more, "🗑 Delete", "It answers in 1 dialog")
    more = await turned(home, really, "‹ Keep", "By a link")
    await turned(home, await turned(home, more, "🗑 Delete", "for good"), "🗑 Delete", "1 pipeline of yours")
    assert [saved.name for saved in await home.engine.pipelines.list(home.owner.id)] == ["My pipeline"]
    (dialog,) = await home.engine.dialogs.list(chat.id)
    assert not dialog.has_answerer


async def test_without_any_model_nothing_can_be_begun(tmp_path: Path) -> None:
    async with open_home(tmp_path, *MODELS) as home:
        home.ollama.models.clear()
        await home.engine.catalogue.refresh()
        chat = await home.chat_of(home.owner)
        listed = await told(home, chat, "/pipe", "You have none yet")
        press = await pressed(home, listed, "➕ New")
        assert "There is no model yet" in ((await press.answered()).text or "")
