"""The last word: rich, formatted or plain, in the messages there are, whatever became of the place meanwhile."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.sandbox import Chat, Message, shown_text
from tests.bot.conftest import Home, open_home
from tests.bot.driving import eventually
from tests.fakes.model_server import Reply

TABLE = "# Prices\n\n| Tea | Coffee |\n|---|---|\n| 1 | 2 |\n\n**That** is all."
PARAGRAPHS = [f"Paragraph {number}. " + "word " * 100 + "\n\n" for number in range(20)]


async def rich_chat(home: Home) -> Chat:
    chat = await home.ready_chat()
    owner = await home.engine.users.get(home.owner.id)
    assert owner is not None
    await home.engine.users.set_preferences(owner, rich=True)
    return chat


async def held(home: Home, chat: Chat, *text: str) -> tuple[Message, Callable[[], None]]:
    """Ask; the growing message and what lets the answer end. The rest must be short, so that it is drawn only once."""
    home.ollama.reply = reply = Reply(text=text, hold_after=1)
    await home.owner.say(chat, "Tell me")
    return await home.until_text(chat, text[0].strip()[:10]), reply.go.set


async def final(home: Home, chat: Chat) -> Message:
    return await home.sandbox.answer(chat, "llama3:latest ·")


async def test_a_rich_answer_has_its_table_and_its_buttons(home: Home) -> None:
    chat = await rich_chat(home)
    home.ollama.reply = Reply(text=[TABLE])
    await home.owner.say(chat, "Prices?")
    answer = await final(home, chat)
    assert answer.rich is not None
    assert "table" in str(answer.rich)
    assert "Coffee" in shown_text(answer)
    assert [button.text for button in answer.buttons] == ["🔁", "📄", "⋯"]


async def test_a_rich_answer_that_telegram_refuses_arrives_with_entities(home: Home) -> None:
    chat = await rich_chat(home)
    _, end = await held(home, chat, "Tea is **one**", ".")
    home.sandbox.faults.answer(400, "editMessageText")
    end()
    answer = await final(home, chat)
    assert answer.rich is None
    assert answer.text.startswith("Tea is one.")
    assert "bold" in {entity.type for entity in answer.entities}


async def test_an_answer_whose_entities_are_refused_too_arrives_plain(home: Home) -> None:
    chat = await rich_chat(home)
    growing, end = await held(home, chat, "Tea is **one**", ".")
    home.sandbox.faults.answer(400, "editMessageText", times=2)
    end()
    answer = await final(home, chat)
    assert answer.id == growing.id
    assert answer.text.startswith("Tea is **one**.")
    assert {entity.type for entity in answer.entities} <= {"italic"}


async def test_groups_get_no_rich_messages(home: Home) -> None:
    await rich_chat(home)
    team = home.sandbox.group("Team", [home.owner])
    await home.until_text(team, "Ask me here")
    await home.owner.say(team, "/model llama3")
    await home.until_text(team, "answers here now")
    await home.owner.say(team, "/ask Prices?")
    assert (await final(home, team)).rich is None


async def test_a_topic_deleted_while_it_answers_lets_the_dialog_go_on_in_the_chat(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    topic = await home.owner.open_topic(chat, "Stories")
    await home.owner.say(chat, "/model llama3", thread=topic)
    await home.until_text(chat, "answers here now")
    home.ollama.reply = reply = Reply(text=["**Once** ", "upon a time"], hold_after=1)
    await home.owner.say(chat, "Tell me a story", thread=topic)
    await home.until_text(chat, "Once", topic.id)

    await home.owner.delete_topic(topic)
    reply.go.set()

    answer = await final(home, chat)
    assert answer.thread_id is None
    assert answer.text.startswith("Once upon a time")
    assert "bold" in {entity.type for entity in answer.entities}, "formatted as ever"
    assert "⚠️" not in answer.text
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    home.ollama.reply = Reply(text=["Happily."])
    await home.owner.say(chat, "And then?", reply_to=answer)
    await home.until_text(chat, "Happily.")
    said = [message["content"] for message in home.ollama.asked_for("/api/chat")[-1]["messages"]]
    assert said == ["Tell me a story", "**Once** upon a time", "And then?"]


async def test_a_topic_deleted_before_anything_was_shown_costs_no_answer(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    topic = await home.owner.open_topic(chat, "Stories")
    await home.owner.say(chat, "/model llama3", thread=topic)
    await home.until_text(chat, "answers here now")
    home.sandbox.faults.delay(0.3, "sendMessage")
    await home.owner.say(chat, "Tell me a story", thread=topic)
    await home.owner.delete_topic(topic)
    answer = await final(home, chat)
    assert answer.text.startswith("Good morning.")
    assert "⚠️" not in answer.text


async def test_a_message_that_a_person_deleted_is_placed_anew(home: Home) -> None:
    chat = await home.ready_chat()
    growing, end = await held(home, chat, "Once ", "upon")
    home.sandbox.world.delete_messages(chat.id, [growing.id])
    end()
    answer = await final(home, chat)
    assert answer.id > growing.id
    assert answer.text.startswith("Once upon")


async def test_a_shorter_answer_takes_the_surplus_messages_away(home: Home) -> None:
    chat = await home.ready_chat()
    before = len(home.sandbox.answers(chat))
    home.ollama.reply = Reply(text=PARAGRAPHS)
    await home.owner.say(chat, "Tell me much")
    long = await final(home, chat)
    assert len(home.sandbox.answers(chat)) > before + 2

    home.ollama.reply = Reply(text=["Short."])
    await home.owner.press(long, "🔁")

    short = await home.until_text(chat, "Short.\n")
    await home.sandbox.until(lambda: len(home.sandbox.answers(chat)) == before + 1)
    assert home.sandbox.answers(chat)[-1].id == short.id


async def test_a_long_answer_comes_whole_after_a_connection_that_broke_in_the_middle_of_it(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = Reply(text=PARAGRAPHS)
    home.sandbox.faults.drop_after("editMessageText", times=2)
    await home.owner.say(chat, "Tell me much")
    await final(home, chat)
    told = "\n".join(message.text for message in home.sandbox.answers(chat))
    assert [told.count(f"Paragraph {number}.") for number in range(20)] == [1] * 20


async def test_what_has_arrived_is_not_due_any_more(tmp_path: Path) -> None:
    async with open_home(tmp_path) as home:
        chat = await home.ready_chat()
        await home.owner.say(chat, "Hello?")
        await final(home, chat)

        async def nothing_due() -> bool:
            return await home.parts.deliveries.due() == []

        await eventually(nothing_due)
        home.sandbox.calls.clear()
        await home.stop()
        await home.start()
        await home.owner.say(chat, "Again?")
        await home.sandbox.until(lambda: len(home.ollama.asked_for("/api/chat")) == 2)
        assert not any(call.method.startswith("edit") for call in list(home.sandbox.calls)[:3])
