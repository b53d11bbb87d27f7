"""Dialogs in a chat without topics: new ones, the list, switching, renaming."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.conftest import Home
from tests.bot.driving import asked_and_answered, group_with_bot, told, turned


@pytest.fixture
async def plain(home: Home) -> AsyncIterator[Home]:
    """A bot whose private chats have no topics."""
    await home.stop()
    home.sandbox.world.set("has_topics", False)
    await home.start()
    yield home


async def test_a_new_dialog_begins_empty_handed(plain: Home) -> None:
    chat = await plain.ready_chat()
    asked = await plain.owner.say(chat, "/new Trip")
    hello = await plain.sandbox.answer(chat, "A new dialog.", after=asked)
    assert "Which model answers" in hello.text

    await plain.owner.press(hello, "llama3")
    await plain.until_text(chat, "answers here now")
    await plain.owner.say(chat, "Where to?")
    await plain.until_text(chat, "Good morning.")
    (asked_model,) = plain.ollama.asked_for("/api/chat")
    assert [message["content"] for message in asked_model["messages"]] == ["Where to?"]


async def test_a_new_dialog_begins_with_the_persons_model(plain: Home) -> None:
    chat = await plain.ready_chat()
    (model,) = plain.engine.catalogue.models()
    user = await plain.engine.users.get(plain.owner.id)
    assert user is not None
    await plain.engine.users.set_preferences(user, model_id=model.id)

    await plain.owner.say(chat, "/new")

    await plain.until_text(chat, "llama3:latest answers here: just write")


async def test_the_list_tells_title_model_questions_and_age_and_marks_the_current_one(plain: Home) -> None:
    chat = await plain.ready_chat()
    await asked_and_answered(plain, chat, "What is a lake?")
    await told(plain, chat, "/new Trip", "A new dialog.")

    await plain.owner.say(chat, "/chats")

    shown = await plain.until_text(chat, "2 dialogs")
    assert "1. ● Trip\nno model · 0 questions · just now" in shown.text
    assert "2. What is a lake?\nllama3:latest · 1 question · just now" in shown.text


async def test_the_list_has_pages(plain: Home) -> None:
    chat = await plain.chat_of(plain.owner)
    for number in range(1, 18):
        await told(plain, chat, f"/new Trip {number}", "A new dialog.")
    await plain.owner.say(chat, "/dialogs")
    shown = await plain.until_text(chat, "17 dialogs")
    assert "‹" not in [button.text for button in shown.buttons]

    await plain.owner.press(shown, "›")
    second = await plain.until_text(chat, "9. Trip 9")
    assert second.id == shown.id

    await plain.owner.press(second, "›")
    last = await plain.until_text(chat, "17. Trip 1")
    assert "›" not in [button.text for button in last.buttons]
    await plain.owner.press(last, "‹")
    await plain.until_text(chat, "9. Trip 9")


async def test_words_narrow_the_list(plain: Home) -> None:
    chat = await plain.chat_of(plain.owner)
    await told(plain, chat, "/new Trip to the lake", "A new dialog.")
    await told(plain, chat, "/new Recipes", "A new dialog.")
    await plain.owner.say(chat, "/dialogs LAKE")
    assert "Recipes" not in (await plain.until_text(chat, "1 dialog")).text
    await plain.owner.say(chat, "/dialogs moon")
    await plain.until_text(chat, "No title has “moon” in it")


async def test_opening_a_dialog_goes_on_with_it(plain: Home) -> None:
    chat = await plain.ready_chat()
    await asked_and_answered(plain, chat, "What is a lake?")
    await told(plain, chat, "/new Trip", "A new dialog.")
    await plain.owner.say(chat, "/dialogs")
    shown = await plain.until_text(chat, "2 dialogs")

    await plain.owner.press(shown, "2")
    card = await plain.until_text(chat, "№")
    await plain.owner.press(card, "▶️ Open")
    await plain.until_text(chat, "Here is “What is a lake?”: llama3:latest · 1 question")
    await plain.owner.say(chat, "And a sea?")

    await plain.sandbox.until(lambda: len(plain.ollama.asked_for("/api/chat")) == 2)
    assert len(plain.ollama.asked_for("/api/chat")[1]["messages"]) == 3


async def test_every_menu_leads_back(plain: Home) -> None:
    chat = await plain.chat_of(plain.owner)
    await told(plain, chat, "/new Trip", "A new dialog.")
    shown = await told(plain, chat, "/dialogs", "1 dialog")
    for label, part in (
        ("1", "№"),
        ("📄 As a file", "Which format?"),
        ("‹ Back", "№"),
        ("⚙️ Settings", "Settings of"),
        ("‹ Back", "№"),
        ("🗑 Delete", "Every trace"),
        ("‹ Keep", "another title"),
        ("‹ Back", "1 dialog"),
    ):
        shown = await turned(plain, shown, label, part)


async def test_renaming_needs_a_dialog_and_a_title(plain: Home) -> None:
    chat = await plain.chat_of(plain.owner)
    await plain.owner.say(chat, "/rename Lake")
    await plain.until_text(chat, "This is not inside a dialog")
    await told(plain, chat, "/new Trip", "A new dialog.")
    await plain.owner.say(chat, "/rename")
    await plain.until_text(chat, "e.g. /rename Trip to the lake")
    await plain.owner.say(chat, "/rename Lake")
    await plain.until_text(chat, "The title is now “Lake”")
    assert [dialog.title for dialog in await plain.engine.dialogs.list(chat.id)] == ["Lake"]


async def test_dialogs_of_others_cannot_be_reached(plain: Home) -> None:
    chat = await plain.chat_of(plain.owner)
    await told(plain, chat, "/new Trip", "A new dialog.")
    (secret,) = await plain.engine.dialogs.list(chat.id)
    boris = plain.sandbox.person("Boris")
    await plain.engine.users.admit(boris.id, "Boris")
    other = await plain.chat_of(boris)
    await boris.say(other, "/new Mine")
    await plain.sandbox.answer(other, "A new dialog.")
    await boris.say(other, f"/delete {secret.id}")
    await plain.sandbox.answer(other, f"There is no dialog “{secret.id}” here")
    await boris.say(other, "/dialogs")
    shown = await plain.sandbox.answer(other, "1 dialog")
    assert "Trip" not in shown.text


async def test_dialogs_survive_a_restart(plain: Home) -> None:
    chat = await plain.ready_chat()
    await asked_and_answered(plain, chat, "What is a lake?")
    await plain.stop()
    await plain.start()
    await plain.owner.say(chat, "And a sea?")
    await plain.sandbox.until(lambda: len(plain.ollama.asked_for("/api/chat")) == 2)
    assert plain.ollama.asked_for("/api/chat")[1]["messages"][0]["content"] == "What is a lake?"


async def test_in_a_plain_group_the_members_share_one_current_dialog(plain: Home) -> None:
    boris = plain.sandbox.person("Boris")
    team = await group_with_bot(plain, boris)
    await plain.owner.say(team, "/new@consilium_bot Plans")
    await plain.sandbox.answer(team, "A new dialog.")
    await boris.say(team, "/dialogs@consilium_bot")
    shown = await plain.sandbox.answer(team, "1 dialog")
    assert "● Plans" in shown.text
    (dialog,) = await plain.engine.dialogs.list(team.id)
    assert dialog.owner_id == plain.owner.id
