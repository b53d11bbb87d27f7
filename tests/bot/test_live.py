"""What may happen to a chat while an answer is made in it."""

import asyncio
import logging

import pytest

from bot.sandbox import Chat
from bot.sandbox.views import chat_json, user_json
from tests.bot.conftest import Home
from tests.bot.driving import eventually, group_with_bot, pressed
from tests.fakes.model_server import Reply


async def nothing_runs(home: Home) -> None:
    async with asyncio.timeout(10):
        while len(home.engine.runs):
            await asyncio.sleep(0.01)


async def streaming(home: Home, chat: Chat, question: str = "Tell me a story") -> Reply:
    home.ollama.replies.append(reply := Reply(text=["Once ", "upon ", "a time"], hold_after=1))
    await home.owner.say(chat, question)
    await home.until_text(chat, "Once")
    return reply


async def test_a_person_who_blocks_the_bot_costs_a_line_in_the_log_and_gets_the_answer_later(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    chat = await home.ready_chat()
    reply = await streaming(home, chat)
    await home.owner.block()
    reply.go.set()
    await nothing_runs(home)
    await eventually(lambda: refused(home))
    assert [record for record in caplog.records if record.exc_info] == []

    await home.owner.unblock()
    await home.owner.say(chat, "Sorry. Are you there?")
    await home.until_text(chat, "Good morning.")
    await home.stop()
    await home.start()
    await home.until_text(chat, "Once upon a time")


async def refused(home: Home) -> bool:
    return any(call.code == 403 for call in home.sandbox.calls)


async def test_a_bot_that_was_blocked_before_the_first_word_answers_later_all_the_same(home: Home) -> None:
    chat = await home.ready_chat()
    home.sandbox.faults.delay(0.5, "sendMessage")
    await home.owner.say(chat, "Hello?")
    await asyncio.wait_for(home.ollama.reached["/api/chat"].wait(), 10)
    await home.owner.block()
    await eventually(lambda: refused(home))
    await nothing_runs(home)
    await home.owner.unblock()
    await home.stop()
    await home.start()
    await home.until_text(chat, "Good morning.")


async def test_a_group_that_becomes_a_supergroup_while_it_is_answered_gets_the_answer_there(home: Home) -> None:
    old = await group_with_bot(home)
    await home.owner.say(old, "/model llama3")
    await home.until_text(old, "answers here now")
    home.ollama.replies.append(reply := Reply(text=["Once ", "upon ", "a time"], hold_after=1))
    await home.owner.say(old, "/ask Tell us a story")
    await home.until_text(old, "Once")
    new = home.sandbox.group("Team", [home.owner], supergroup=True)
    moved = {
        "message_id": 4000,
        "date": home.sandbox.world.now(),
        "chat": chat_json(home.sandbox.world, old),
        "from": user_json(home.owner.user),
        "migrate_to_chat_id": new.id,
    }
    home.sandbox.updates.push("message", moved)
    await eventually(lambda: is_gone(home, old.id))
    reply.go.set()
    await home.until_text(new, "Once upon a time")


async def is_gone(home: Home, chat_id: int) -> bool:
    return await home.engine.groups.get(chat_id) is None


async def test_a_dialog_deleted_while_it_speaks_leaves_no_messages_and_no_rows(home: Home) -> None:
    chat = await home.ready_chat()
    dialog = (await home.engine.dialogs.list(chat.id))[0]
    await streaming(home, chat)
    await home.owner.say(chat, "/delete")
    await pressed(home, await home.until_text(chat, "Delete"), "Delete")
    await nothing_runs(home)
    await home.sandbox.until(lambda: not [item for item in home.sandbox.answers(chat) if "Once" in item.text])
    tables = ("dialogs", "questions", "question_parts", "answers", "deliveries", "current_dialogs")
    for table in tables:
        assert await home.engine.database.all(f"SELECT * FROM {table}") == [], table
    assert await home.engine.dialogs.get(dialog.id) is None
    await asyncio.wait_for(home.ollama.hung_up.wait(), 5)


async def test_two_dialogs_of_one_chat_answer_side_by_side_and_a_stop_hits_one(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    topics = [await home.owner.open_topic(chat, name) for name in ("One", "Two")]
    home.ollama.reply = reply = Reply(text=["Once ", "upon ", "a time"], hold_after=1)
    for topic in topics:
        await home.owner.say(chat, "/model llama3", thread=topic)
        await home.until_text(chat, "answers here now", topic.id)
        await home.owner.say(chat, "Tell me a story", thread=topic)
    growing = [await home.until_text(chat, "Once", topic.id) for topic in topics]

    await home.owner.press(growing[0], "⏹ Stop")
    await home.until_text(chat, "⏹ Stopped.", topics[0].id)
    reply.go.set()

    whole = await home.until_text(chat, "Once upon a time", topics[1].id)
    assert "⏹" not in whole.text


async def test_when_the_database_fails_in_the_middle_the_person_is_told_and_can_ask_on(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    chat = await home.ready_chat()
    reply = await streaming(home, chat)
    await home.engine.database._writer.execute("PRAGMA query_only = ON")
    reply.go.set()
    await nothing_runs(home)
    await home.engine.database._writer.execute("PRAGMA query_only = OFF")
    await home.owner.say(chat, "And now?")
    await home.until_text(chat, "Good morning.")
    assert [record for record in caplog.records if record.levelno == logging.CRITICAL] == []
