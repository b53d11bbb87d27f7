"""Clearing and deleting: asked once, then nothing is left."""

import asyncio
import logging
from pathlib import Path

import pytest

from bot.sandbox import Chat
from tests.bot.conftest import Home
from tests.bot.driving import asked_and_answered, eventually, group_with_bot, pressed, told, turned
from tests.fakes.model_server import Reply


async def test_clearing_asks_once_and_begins_afresh(home: Home) -> None:
    chat = await home.ready_chat()
    await asked_and_answered(home, chat, "My name is Anna.")
    really = await told(home, chat, "/clear", "Forget everything")
    assert "My name is Anna." in really.text

    await turned(home, really, "🧹 Forget", "We begin afresh")

    await asked_and_answered(home, chat, "Who am I?")
    last = home.ollama.asked_for("/api/chat")[-1]
    assert [message["content"] for message in last["messages"]] == ["Who am I?"]
    (dialog,) = await home.engine.dialogs.list(chat.id)
    assert dialog.title == "Who am I?"
    assert dialog.model_id is not None


async def test_clearing_stops_what_runs(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = Reply(text=["A long ", "story"], hold_after=1)
    await home.owner.say(chat, "Tell me.")
    await home.until_text(chat, "A long")
    really = await told(home, chat, "/reset", "Forget everything")
    await turned(home, really, "🧹 Forget", "We begin afresh")
    async with asyncio.timeout(10):
        await home.ollama.hung_up.wait()
    assert await home.engine.dialogs.question_counts(chat.id) == {}


async def test_nothing_is_deleted_without_a_yes(home: Home) -> None:
    chat = await home.ready_chat()
    await asked_and_answered(home, chat, "My name is Anna.")
    really = await told(home, chat, "/delete", "with its 1 question? Every trace")
    await turned(home, really, "‹ Keep", "another title")
    assert await home.engine.dialogs.question_counts(chat.id)


async def test_deleting_takes_the_answers_away_and_leaves_the_choice_empty(home: Home) -> None:
    chat = await home.ready_chat()
    answer = await asked_and_answered(home, chat, "My name is Anna.")
    really = await told(home, chat, "/delete", "Every trace")

    await turned(home, really, "🗑 Delete", "no trace is left")

    await home.sandbox.until(lambda: home.sandbox.message(answer) is None)
    assert await home.engine.dialogs.list(chat.id) == []
    await told(home, chat, "Who am I?", "Your question is kept")


async def test_deleting_stops_what_runs_and_takes_its_message_away(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = Reply(text=["A long ", "story"], hold_after=1)
    asked = await home.owner.say(chat, "Tell me.")
    growing = await home.sandbox.answer(chat, "A long", after=asked)
    really = await told(home, chat, "/delete", "Every trace")
    await turned(home, really, "🗑 Delete", "no trace is left")
    async with asyncio.timeout(10):
        await home.ollama.hung_up.wait()
    await home.sandbox.until(lambda: home.sandbox.message(growing) is None)


async def test_a_topic_goes_with_its_dialog(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    topic = await home.owner.open_topic(chat, "Lake")
    await eventually(lambda: home.engine.dialogs.list(chat.id))
    really = await told(home, chat, "/delete", "Every trace", thread=topic.id)
    press = await pressed(home, really, "🗑 Delete")
    assert "no trace" in ((await press.answered()).text or "")
    assert home.sandbox.topics(chat) == []
    assert await home.engine.dialogs.list(chat.id) == []


async def test_a_dialog_of_a_lost_topic_can_be_deleted_from_the_list(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    topic = await home.owner.open_topic(chat, "Lake")
    await eventually(lambda: home.engine.dialogs.list(chat.id))
    await home.owner.delete_topic(topic)
    really = await told(home, chat, "/delete lake", "Every trace")
    await turned(home, really, "🗑 Delete", "no trace is left")
    assert await home.engine.dialogs.list(chat.id) == []


async def test_a_dialog_is_found_by_number_or_by_title(home: Home) -> None:
    chat = await home.ready_chat()
    await titled(home, chat, "Lake", "Lake and sea", "Recipes")
    dialogs = {dialog.title: dialog.id for dialog in await home.engine.dialogs.list(chat.id)}
    assert f"“Recipes” (№ {dialogs['Recipes']})" in (await told(home, chat, "/delete recip", "Delete “")).text
    assert "“Lake”" in (await told(home, chat, "/delete lake", "Delete “")).text, "a whole title is meant"
    assert "“Lake and sea”" in (await told(home, chat, f"/delete #{dialogs['Lake and sea']}", "Delete “")).text
    await told(home, chat, "/delete moon", "There is no dialog “moon” here. By number or title: /delete 12")
    await told(home, chat, f"/delete {2**70}", "There is no dialog")


async def test_a_title_that_several_have_is_a_choice(home: Home) -> None:
    chat = await home.ready_chat()
    await titled(home, chat, "Lake one", "Lake two")
    which = await told(home, chat, "/delete lake", "2 dialogs fit. Which one?")
    really = await turned(home, which, "Lake two", "Delete “Lake two”")
    await turned(home, really, "🗑 Delete", "no trace is left")
    assert "Lake two" not in [dialog.title for dialog in await home.engine.dialogs.list(chat.id)]


async def test_a_second_press_finds_nothing_to_delete(home: Home) -> None:
    chat = await home.ready_chat()
    await asked_and_answered(home, chat, "My name is Anna.")
    first = await told(home, chat, "/delete", "Every trace")
    second = await told(home, chat, "/delete", "Every trace")
    await turned(home, first, "🗑 Delete", "no trace is left")
    press = await pressed(home, second, "🗑 Delete")
    notice = await press.answered()
    assert notice.text == "This dialog does not exist any more."


async def test_in_a_group_the_answers_go_and_the_words_of_people_stay(home: Home) -> None:
    team = await group_with_bot(home)
    await told(home, team, "/model@consilium_bot llama3", "answers here now")
    asked = await home.owner.say(team, "/ask@consilium_bot Where to?")
    answer = await home.sandbox.answer(team, " · ", after=asked)
    really = await told(home, team, "/delete@consilium_bot", "Every trace")
    await turned(home, really, "🗑 Delete", "no trace is left")
    await home.sandbox.until(lambda: home.sandbox.message(answer) is None)
    assert home.sandbox.message(asked) is not None


@pytest.mark.parametrize("topics", [False, True])
async def test_a_canary_is_in_no_file_after_its_dialog_was_deleted(
    home: Home, caplog: pytest.LogCaptureFixture, topics: bool
) -> None:
    """Said in a title, a system prompt, questions, a finished answer, a thought, and one that was being made."""
    caplog.set_level(logging.INFO)
    chat = await home.chat_of(home.owner, topics=topics)
    thread = (await home.owner.open_topic(chat, "Canary of topics")).id if topics else None
    await told(home, chat, "/model llama3", "answers here now", thread)
    await told(home, chat, "/system Sing like a canary.", "is set", thread)
    await told(home, chat, "/rename The canary", "The title is now", thread)
    home.ollama.models["llama3:latest"].thinks = True
    home.ollama.replies.append(Reply(text=["A canary", " sings. " * 300], thought=["canary?"] * 50))
    await asked_and_answered(home, chat, "What does a canary do? " * 100, thread)
    home.ollama.reply = Reply(text=["Another canary ", "flies"], hold_after=1)
    running = await home.owner.say(chat, "One more canary, please.", thread=thread)
    await home.sandbox.answer(chat, "Another canary", after=running, thread=thread)
    await home.owner.say(chat, "And a canary that waits.", thread=thread)
    await eventually(lambda: three_questions(home, chat))
    assert files_with(home, b"anary")

    really = await told(home, chat, "/delete", "Every trace", thread)
    await pressed(home, really, "🗑 Delete")

    assert await home.engine.dialogs.list(chat.id) == []
    assert files_with(home, b"anary") == []
    await home.stop()
    assert files_with(home, b"anary") == []
    assert "anary" not in caplog.text


async def three_questions(home: Home, chat: Chat) -> bool:
    return sum((await home.engine.dialogs.question_counts(chat.id)).values()) == 3


async def titled(home: Home, chat: Chat, *titles: str) -> None:
    for title in titles:
        await told(home, chat, f"/new {title}", "A new dialog.")


def files_with(home: Home, word: bytes) -> list[Path]:
    folders = (home.settings.data_dir, home.settings.sessions_dir)
    files = [path for folder in folders if folder.exists() for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if word in path.read_bytes()]
