"""The first screen and what it leads to, for each state of the house."""

from pathlib import Path

from bot.sandbox import Message
from tests.bot.conftest import Home, open_home
from tests.bot.driving import eventually, group_with_bot, told, turned
from tests.fakes.model_server import FakeModel


def labels(message: Message) -> list[str]:
    return [button.text for button in message.buttons]


async def test_when_all_is_set_it_says_just_write(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    first = await home.sandbox.answer(chat, "Hello!")
    for part in ("ollama", "1 model to choose from", "Free memory", "just write"):
        assert part in first.text


async def test_every_button_leads_somewhere_and_back(home: Home) -> None:
    chat = await home.ready_chat()
    first = await told(home, chat, "/start", "Hello!")
    for label, part in (
        ("❔ Help", "/export – the dialog as a file"),
        ("‹ Back", "Hello!"),
        ("🌐 Language", "Which language"),
        ("‹ Back", "Hello!"),
        ("💬 Dialogs", "1 dialog"),
    ):
        first = await turned(home, first, label, part)
    again = await told(home, chat, "/start", "Hello!")
    await home.owner.press(again, "🤖 Model")
    await home.sandbox.answer(chat, "Which model answers", after=again)
    await turned(home, again, "⚙️ Settings", "Settings of")


async def test_help_names_each_command_that_the_person_may_use(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    assert "/users – " in (await told(home, chat, "/help", "What works here")).text
    boris = home.sandbox.person("Boris")
    await home.engine.users.admit(boris.id, "Boris")
    other = await home.chat_of(boris)
    await boris.say(other, "/help")
    shown = await home.sandbox.answer(other, "What works here")
    assert "/users" not in shown.text
    assert "/new – a new dialog" in shown.text


async def test_without_a_server_the_owner_hears_how_to_get_one_and_others_whom_to_ask(home: Home) -> None:
    await home.chat_of(home.owner)
    (state,) = [state for state in home.engine.servers.states() if state.name == "ollama"]
    await home.stop()
    home.settings = home.settings.model_copy(update={"ollama_base_url": ()})
    assert state.is_well
    await home.start()
    chat = home.sandbox.private_chat(home.owner)
    await told(home, chat, "/start", "install Ollama")
    boris = home.sandbox.person("Boris")
    await home.engine.users.admit(boris.id, "Boris")
    other = await home.chat_of(boris)
    shown = await home.sandbox.answer(other, "Hello!")
    assert "The owner of this bot can add one" in shown.text


async def test_with_a_server_that_has_no_model_it_says_how_to_get_one(tmp_path: Path) -> None:
    async with open_home(tmp_path, FakeModel("embedder", embeds=True)) as home:
        chat = await home.chat_of(home.owner)
        first = await home.sandbox.answer(chat, "Hello!")
        assert "0 models" in first.text
        assert "ollama pull" in first.text


async def test_outside_of_topics_it_offers_a_new_dialog(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    first = await home.sandbox.answer(chat, "Hello!")
    assert "🤖 Model" not in labels(first)
    await home.owner.press(first, "➕ New dialog")
    (topic,) = await home.sandbox.until(lambda: home.sandbox.topics(chat))
    await home.sandbox.answer(chat, "A new dialog.", thread=topic)
    assert await eventually(lambda: home.engine.dialogs.list(chat.id))


async def test_in_a_group_help_names_the_groups_commands(home: Home) -> None:
    team = await group_with_bot(home)
    shown = await told(home, team, "/help@consilium_bot", "What works here")
    assert "/ask – " in shown.text
    assert "/lang" not in shown.text
