"""What a person has in all their dialogs; drafts and rich messages only after they were seen."""

from itertools import pairwise

import pytest

from bot.features import habits
from bot.sandbox import Chat, Message
from engine.users import Preferences
from tests.bot.conftest import Home
from tests.bot.driving import told, turned


async def opened(home: Home) -> tuple[Chat, Message]:
    chat = await home.ready_chat()
    menu = await told(home, chat, "/settings", "Settings of")
    return chat, await turned(home, menu, "👤 Mine", "Yours, in all your dialogs")


async def preferences(home: Home) -> Preferences:
    user = await home.engine.users.get(home.owner.id)
    assert user is not None
    return user.preferences


async def test_new_dialogs_begin_with_the_model_that_was_chosen(home: Home) -> None:
    chat, screen = await opened(home)
    assert "🤖 New dialogs: ask each time" in [button.text for button in screen.buttons]
    models = await turned(home, screen, "🤖 New dialogs", "begin with?")
    screen = await turned(home, models, "llama3", "Yours, in all your dialogs")
    assert "🤖 New dialogs: llama3:latest" in [button.text for button in screen.buttons]
    await told(home, chat, "/new", "llama3:latest answers here")

    models = await turned(home, screen, "🤖 New dialogs", "begin with?")
    await turned(home, models, "ask each time", "Yours, in all your dialogs")
    await told(home, chat, "/new", "Which model answers")


async def test_drafts_are_shown_before_they_are_switched_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(habits, "FRAME_PAUSE_S", 0)
    chat, screen = await opened(home)
    home.sandbox.calls.clear()

    await home.owner.press(screen, "Draft grows")

    check = await home.until_text(chat, "Did it look smooth?")
    drafts = [str(call.params["text"]) for call in home.sandbox.calls if call.method == "sendMessageDraft"]
    assert len(drafts) == habits.DEMO_FRAMES
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(drafts))
    assert check.text.startswith(drafts[-1])
    assert (await preferences(home)).streaming == "edits"
    screen = await turned(home, check, "👍 Yes", "Yours, in all your dialogs")
    assert "✓ Draft grows" in [button.text for button in screen.buttons]
    assert (await preferences(home)).streaming == "drafts"
    await turned(home, screen, "Message grows", "Yours")
    assert (await preferences(home)).streaming == "edits"


async def test_drafts_that_flicker_stay_off(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(habits, "FRAME_PAUSE_S", 0)
    chat, screen = await opened(home)
    await home.owner.press(screen, "Draft grows")
    check = await home.until_text(chat, "Did it look smooth?")
    await turned(home, check, "👎 No", "Yours, in all your dialogs")
    assert (await preferences(home)).streaming == "edits"


async def test_rich_messages_are_shown_before_they_are_switched_on(home: Home) -> None:
    chat, screen = await opened(home)
    await home.owner.press(screen, "Rich messages")
    check = await home.until_text(chat, "Do you see a table")
    shown = [message.rich for message in home.sandbox.answers(chat) if message.rich]
    kinds = [block["type"] for block in shown[-1]["blocks"]]
    assert "table" in kinds
    assert any("math" in kind for kind in kinds)
    assert not (await preferences(home)).rich
    screen = await turned(home, check, "👍 Yes", "Yours, in all your dialogs")
    assert (await preferences(home)).rich
    await turned(home, screen, "Plain messages", "Yours")
    assert not (await preferences(home)).rich


async def test_habits_survive_a_restart(home: Home) -> None:
    _, screen = await opened(home)
    models = await turned(home, screen, "🤖 New dialogs", "begin with?")
    await turned(home, models, "llama3", "Yours, in all your dialogs")
    before = await preferences(home)
    await home.stop()
    await home.start()
    assert await preferences(home) == before != Preferences()


async def test_there_is_a_way_back_to_the_settings_of_the_dialog(home: Home) -> None:
    _, screen = await opened(home)
    models = await turned(home, screen, "🤖 New dialogs", "begin with?")
    screen = await turned(home, models, "‹ Back", "Yours, in all your dialogs")
    await turned(home, screen, "‹ Back", "Settings of")
