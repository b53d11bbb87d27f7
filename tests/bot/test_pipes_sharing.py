"""Pipelines that travel: as YAML files, by links, as ready-made ones; and who may do what with those of others."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.pipes.taps import InStage, Pipe
from bot.sandbox import Chat, Message, Person
from config.pipeline import Pipeline
from config.pipeline_file import read_pipeline
from engine.pipelines.editing import mark_of
from tests.bot.conftest import Home, open_home
from tests.bot.driving import forged, group_with_bot, labels, pressed, told, turned, wished
from tests.fakes.model_server import FakeModel

MODELS = (
    FakeModel("qwen3:4b", 260_000_000),
    FakeModel("gemma3:4b", 330_000_000, loaded=False),
    FakeModel("phi4:14b", 900_000_000, loaded=False),
    FakeModel("tiny", 50_000_000, loaded=False),
)
COUNCIL = """
name: Council
stages:
  - name: draft
    models: [qwen3:4b]
    system_prompt: |-
      Ты поэт.
      Пиши кратко: "да".
    params: {temperature: 0.7, max_tokens: 800}
  - name: experts
    models: [gemma3:4b, {model: tiny, samples: 3, weight: 2, system_prompt: Be odd.}]
    input: all
    execution: sequential
    aggregation: synthesis
    synthesis_model: qwen3:4b
    needs_all: true
"""


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    async with open_home(tmp_path, *MODELS) as home:
        yield home


async def sent(home: Home, chat: Chat, content: str, name: str = "council.yaml") -> Message:
    """Send a file; what the bot says to it."""
    said = await home.owner.send_document(chat, name, content.encode())
    return await home.sandbox.answer(chat, "", after=said)


async def file_of(home: Home, chat: Chat) -> tuple[str, str]:
    """Name and content of the bot's file."""
    file = await home.sandbox.until(lambda: next((m for m in home.sandbox.answers(chat) if m.media), None))
    assert file is not None
    assert file.media is not None
    data = await home.sandbox.world.records.store.file(file.media.file_id)
    assert data is not None
    return file.media.name, data.decode()


async def stored(home: Home, person: Person | None = None) -> list[Pipeline]:
    saved = await home.engine.pipelines.list((person or home.owner).id)
    return [known.read() for known in saved]


async def admitted(home: Home, name: str) -> tuple[Person, Chat]:
    person = home.sandbox.person(name, language="en")
    await home.engine.users.admit(person.id, name)
    return person, await home.chat_of(person)


async def opened(home: Home, person: Person, chat: Chat, link: str, part: str) -> Message:
    """Open a t.me link of the bot's; what it says."""
    asked = await person.start(chat, link.rsplit("start=", 1)[1])
    return await home.sandbox.answer(chat, part, after=asked)


async def link_of(home: Home, chat: Chat) -> tuple[Message, str]:
    more = await turned(home, await told(home, chat, "/pipe Council", "🧩 Council"), "⋯", "By a link")
    shared = await turned(home, more, "🔗 Share by a link", "https://t.me/")
    return shared, shared.text.split()[-1]


async def test_a_yaml_file_becomes_a_pipeline_and_a_file_again(home: Home) -> None:
    chat = await home.ready_chat()
    card = await sent(home, chat, COUNCIL)
    assert card.text.startswith("✓ The file is a pipeline of yours now.\n\n🧩 Council")
    assert "2. experts · gemma3:4b, tiny ×3" in card.text
    more = await turned(home, card, "⋯", "By a link")
    await pressed(home, more, "📄 As a file")
    name, content = await file_of(home, chat)
    assert name == "Council.yaml"
    assert read_pipeline(content, "") == read_pipeline(COUNCIL, "") == (await stored(home))[0]
    again = await sent(home, chat, content)
    assert "🧩 Council 2" in again.text, "a second one of the name gets a number"


WRONG = {
    "unknown key": ("stages:\n  - models: [a]\n    modles: [b]\n", "line 3", "no key “modles”", "system_prompt"),
    "no stages": ("name: x\n", "line 1", "stages is missing", "stages: ["),
    "an empty stage": ("stages:\n  - name: x\n", "line 2", "models is missing", "models: ["),
    "a hundred stages": ("stages:\n" + "  - models: [a]\n" * 100, "line 2", "Too many of stages: 100", "≤ 20"),
    "out of range": ("stages:\n  - models: [a]\n    params:\n      temperature: 9\n", "line 4", "temperature", "0…2"),
    "no such choice": ("stages:\n  - models: [a]\n    input: everything\n", "line 3", "“everything”", "previous"),
    "no YAML": ("stages: [\n", "line 2", "This is no YAML", "YAML"),
    "a cycle": ("stages: &s\n  - models: *s\n", "line", "", ""),
    "not a table": ("- 1\n- 2\n", "line 1", "keys with values", "stages"),
    "nothing": ("\n", "line 1", "stages is empty", "stages"),
}


@pytest.mark.parametrize("kind", WRONG)
async def test_a_wrong_file_is_told_with_its_line_and_what_is_allowed(home: Home, kind: str) -> None:
    content, *parts = WRONG[kind]
    chat = await home.ready_chat()
    said = await sent(home, chat, content)
    assert "This file cannot be read as a pipeline." in said.text
    for part in ("council.yaml", *parts):
        assert part in said.text
    assert await stored(home) == []
    await turned(home, said, "🧩 My pipelines", "You have none yet")


async def test_a_file_that_is_too_large_or_no_text_is_refused(home: Home) -> None:
    chat = await home.ready_chat()
    large = "# " + "x" * 900_000
    assert "too large for a pipeline" in (await sent(home, chat, large)).text
    said = await home.owner.send_document(chat, "a.yml", b"\xff\xfe\xff")
    assert "not UTF-8" in (await home.sandbox.answer(chat, "", after=said)).text


async def test_other_files_and_those_with_words_get_todays_answer(home: Home) -> None:
    chat = await home.ready_chat()
    for name, caption in (("notes.txt", ""), ("compose.yaml", "What is wrong here?")):
        said = await home.owner.send_document(chat, name, b"a: 1", caption=caption)
        await home.sandbox.answer(chat, "only text is read here", after=said)


async def test_models_of_a_file_that_are_not_here_are_named(home: Home) -> None:
    chat = await home.ready_chat()
    card = await sent(home, chat, "stages: [{models: [llama9, tiny]}]")
    assert "⚠️ llama9, tiny" in card.text
    assert "A model is not there now: llama9" in card.text


async def test_a_link_shows_the_pipeline_and_gives_a_copy_that_is_ones_own(home: Home) -> None:
    chat = await home.ready_chat()
    await sent(home, chat, COUNCIL)
    shared, link = await link_of(home, chat)
    boris, theirs = await admitted(home, "Boris")
    seen = await opened(home, boris, theirs, link, "Somebody shares a pipeline with you")
    assert "2. experts · gemma3:4b, tiny ×3" in seen.text
    assert await stored(home, boris) == [], "looking takes nothing"
    await turned(home, seen, "📋 Take a copy", "Saved. Every change", by=boris)
    assert await stored(home, boris) == await stored(home)
    await turned(home, shared, "🔕 Stop sharing", "By a link")
    await opened(home, boris, theirs, link, "leads nowhere")
    assert len(await stored(home, boris)) == 1, "the copy stays"


async def test_a_stranger_with_a_link_meets_a_private_bot(home: Home) -> None:
    chat = await home.ready_chat()
    await sent(home, chat, COUNCIL)
    _, link = await link_of(home, chat)
    stranger = home.sandbox.person("Mallory", language="en")
    theirs = await home.chat_of(stranger)
    await home.until_text(theirs, "private bot")
    said = await opened(home, stranger, theirs, link, "private bot")
    assert "Council" not in said.text


async def test_forged_buttons_reach_nothing_of_somebody_elses(home: Home) -> None:
    chat = await home.ready_chat()
    await sent(home, chat, COUNCIL)
    (saved,) = await home.engine.pipelines.list(home.owner.id)
    boris, theirs = await admitted(home, "Boris")
    own = await boris.say(theirs, "/pipe")
    listed = await home.sandbox.answer(theirs, "You have none yet", after=own)
    mark = mark_of(saved.read())
    tried = [
        *(Pipe(act=act, pipe=saved.id) for act in ("open", "twin", "use", "more", "link", "file", "rename", "gone")),
        *(InStage(act=act, pipe=saved.id, mark=mark) for act in ("show", "drop", "add", "models", "prompt")),
    ]
    for data in tried:
        press = await forged(home, boris, listed, data.pack())
        assert (await press.answered()).text == "This pipeline does not exist any more.", data
    assert [known.read() for known in await home.engine.pipelines.list(home.owner.id)] == [saved.read()]
    assert await stored(home, boris) == []


async def test_in_a_group_others_look_and_copy_and_the_owner_changes(home: Home) -> None:
    await sent(home, await home.ready_chat(), COUNCIL)
    boris = home.sandbox.person("Boris", language="en")
    clara, _ = await admitted(home, "Clara")
    team = await group_with_bot(home, boris, clara)
    card = await told(home, team, "/pipe@consilium_bot Council", "🧩 Council")
    card = await turned(home, card, "▶️ Answer here", "It answers in this dialog")
    press = await pressed(home, card, "1. draft", by=boris)
    assert "Only its owner changes a pipeline" in ((await press.answered()).text or "")
    asked = await boris.say(team, "/pipe@consilium_bot")
    seen = await home.sandbox.answer(team, "belongs to somebody else", after=asked)
    assert labels(seen) == ["‹ Back"], "a guest has no pipelines"
    asked = await clara.say(team, "/pipe@consilium_bot")
    seen = await home.sandbox.answer(team, "belongs to somebody else", after=asked)
    await turned(home, seen, "📋 Take a copy", "Saved. Every change", by=clara)
    assert await stored(home, clara) == await stored(home)


async def test_in_a_group_a_file_is_read_if_it_is_meant_for_the_bot(home: Home) -> None:
    team = await group_with_bot(home)
    await home.owner.send_document(team, "compose.yaml", b"a: 1", caption="for you all")
    said = await home.owner.send_document(team, "council.yaml", COUNCIL.encode(), caption="@consilium_bot")
    card = await home.sandbox.answer(team, "🧩 Council", after=said)
    assert len(await stored(home)) == 1
    stage = await turned(home, card, "1. draft", "Stage 1 of 2: draft")
    await pressed(home, stage, "✏️ Name")
    wish = await wished(home, team, "new name of the stage")
    assert wish.text.startswith("Anna: ")
    said = await home.owner.say(team, "first", reply_to=wish)
    await home.sandbox.answer(team, "Stage 1 of 2: first", after=said)


async def test_the_longest_pipeline_fits_on_the_screen(home: Home) -> None:
    chat = await home.ready_chat()
    models = "".join(f"      - {'🦆' * 40}{number}\n" for number in range(8))
    prompt = "        " + "слово " * 1500
    stage = f"  - name: {'🦉' * 60}\n    aggregation: concat\n    system_prompt: |\n{prompt}\n    models:\n{models}"
    card = await sent(home, chat, "stages:\n" + stage * 20)
    assert "8 models are not there now" in card.text
    shown = await turned(home, card, "20. 🦉", "Stage 20 of 20")
    await turned(home, shown, "🤖 Models", "Who speaks in this stage")


@pytest.mark.parametrize("number", range(5))
async def test_a_ready_made_one_is_filled_with_the_models_at_hand(home: Home, number: int) -> None:
    chat = await home.ready_chat()
    listed = await turned(home, await told(home, chat, "/pipe", "none yet"), "✨ Ready-made", "Ready-made pipelines")
    name = [label for label in labels(listed) if label.startswith("✨ ")][number]
    ticks = await turned(home, listed, name, "Who takes part?")
    (pipeline,) = await stored(home)
    assert "✨ " + pipeline.name == name
    assert set(pipeline.models) <= {model.name for model in MODELS}
    assert all(stage.system_prompt for stage in pipeline.stages)
    card = await turned(home, ticks, "✓ Ready", "Saved. Every change")
    assert "Memory" in card.text


async def test_ticks_give_the_parts_of_a_ready_made_one_out_anew(home: Home) -> None:
    chat = await home.ready_chat()
    listed = await turned(home, await told(home, chat, "/pipe", "none yet"), "✨ Ready-made", "Ready-made pipelines")
    ticks = await turned(home, listed, "✨ Three opinions and a vote", "1. opinions · qwen3:4b, gemma3:4b, phi4:14b")
    await turned(home, ticks, "phi4:14b", "1. opinions · qwen3:4b, gemma3:4b\n")
    await turned(home, ticks, "gemma3:4b", "1. opinions · qwen3:4b ×3")
    press = await pressed(home, ticks, "qwen3:4b")
    assert (await press.answered()).text == "From 1 to 8 models take part in this one."
    await turned(home, ticks, "tiny", "1. opinions · qwen3:4b, tiny\n")
    await turned(home, ticks, "‹ Not this one", "Ready-made pipelines")
    assert await stored(home) == []
