"""What models, servers and people do that nobody would think of."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.outbox import Outbox
from tests.bot.conftest import Home, open_home
from tests.bot.driving import asked_and_answered, told, turned
from tests.fakes.model_server import Reply


async def logged(caplog: pytest.LogCaptureFixture, part: str) -> None:
    async with asyncio.timeout(10):
        while part not in caplog.text:
            await asyncio.sleep(0.02)


async def test_halves_of_characters_are_joined_or_replaced_and_the_answer_arrives(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = Reply(text=["smile \ud83d", "\ude00 and half \ud800", " of one"])
    answer = await asked_and_answered(home, chat, "Hello?")
    assert answer.text.startswith("smile 😀 and half � of one")


async def test_views_are_drawn_again_after_one_that_could_not_be(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = await home.ready_chat()

    async def broken(*_: object) -> None:
        raise UnicodeError

    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "_show", broken)
        await asked_and_answered(home, chat, "Hello?")
    home.ollama.reply = reply = Reply(text=["Once ", "upon a time"], hold_after=1)
    await home.owner.say(chat, "And now?")
    await home.until_text(chat, "Once")
    reply.go.set()
    await home.until_text(chat, "Once upon a time\n")


async def test_an_endless_name_of_a_model_is_answered_with_a_sentence(home: Home) -> None:
    chat = await home.ready_chat()
    answer = await told(home, chat, "/model " + "m" * 4000, "no model with")
    assert len(answer.text) < 300


async def test_a_system_prompt_of_any_length_is_shown(home: Home) -> None:
    chat = await home.ready_chat()
    for length in (2400, 2700, 4000):
        await told(home, chat, "/system " + "s" * length, "system prompt is set")
        shown = await told(home, chat, "/system", "sss")
        assert "Another one: /system" in shown.text


async def test_a_stranger_who_opens_a_topic_is_told_once(tmp_path: Path) -> None:
    async with open_home(tmp_path) as home:
        boris = home.sandbox.person("Boris")
        chat = home.sandbox.private_chat(boris, topics=True)
        await boris.start(chat)
        await home.until_text(chat, "private bot")
        asked = await boris.say(chat, "Hello?", thread="new")
        await home.sandbox.answer(chat, "private bot", thread=asked.thread_id)
        await home.heard()
        assert len(home.sandbox.answers(chat)) == 2


async def test_an_edited_ask_is_asked_without_the_command_even_after_a_while(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.append(Reply(hold_after=0))
    question = await home.owner.say(chat, "/ask what is tea?")
    await asyncio.wait_for(home.ollama.reached["/api/chat"].wait(), 5)
    (dialog,) = await home.engine.dialogs.list(chat.id)
    run = home.engine.runs.of(dialog.id)
    assert run is not None
    run._began_at -= 60  # a model takes its time to load

    await home.owner.edit(question, "/ask what is coffee?")

    await home.until_text(chat, "Good morning.")
    asked = [request["messages"][-1]["content"] for request in home.ollama.asked_for("/api/chat")]
    assert asked == ["what is tea?", "what is coffee?"]


async def test_retry_while_no_model_is_chosen_asks_for_one(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    await home.owner.say(chat, "Hello?")
    await home.until_text(chat, "Your question is kept")
    picker = await told(home, chat, "/retry", "Your question is kept")
    await home.owner.press(picker, "llama3")
    await home.until_text(chat, "Good morning.")


async def test_a_mention_alone_is_no_question(home: Home) -> None:
    chat = await home.ready_chat()
    await told(home, chat, f"@{home.parts.me.username}", "Write the question")
    assert not home.ollama.asked_for("/api/chat")


async def test_a_model_that_only_thought_shows_its_thoughts(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = Reply(text=["<think>Hm, hm, hm"])
    answer = await asked_and_answered(home, chat, "Hello?")
    assert "only thought" in answer.text
    await home.owner.press(answer, "🧠")
    await home.until_text(chat, "Hm, hm, hm")


async def test_an_empty_variant_leaves_the_way_back_to_the_one_before(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.extend([Reply(text=["Tea."]), Reply(text=[])])
    answer = await asked_and_answered(home, chat, "What to drink?")
    empty = await turned(home, answer, "🔁", "said nothing")
    back = await turned(home, empty, "‹", "Tea.")
    assert [button.text for button in back.buttons][:2] == ["🔁", "📄"]


async def test_an_answer_cut_by_a_full_window_says_so(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = Reply(finish="length")
    answer = await asked_and_answered(home, chat, "Hello?")
    assert "the window of the model is full" in answer.text
    await told(home, chat, "/set max_tokens 3", "max_tokens: 3")
    answer = await asked_and_answered(home, chat, "And now?")
    assert "Cut off by max_tokens" in answer.text


@pytest.fixture
def locked(home: Home) -> Iterator[Callable[[], sqlite3.Connection]]:
    """Calling it keeps another program in the middle of a write, until it is closed."""
    others: list[sqlite3.Connection] = []

    def lock() -> sqlite3.Connection:
        other = sqlite3.connect(home.settings.data_dir / "consilium.db", check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        others.append(other)
        return other

    yield lock
    for other in others:
        other.close()


async def test_an_answer_that_cannot_be_stored_is_stored_as_soon_as_it_can(
    home: Home, locked: Callable[[], sqlite3.Connection], caplog: pytest.LogCaptureFixture
) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.append(first := Reply(text=["Once ", "upon a time"], hold_after=1))
    await home.owner.say(chat, "first")
    await home.until_text(chat, "Once")
    await asyncio.sleep(0.1)  # the first words are written down
    await home.owner.say(chat, "second")
    await home.heard()
    await home.engine.database._writer.execute("PRAGMA busy_timeout = 50")
    other = locked()
    first.go.set()
    await logged(caplog, "cannot be written")
    other.rollback()

    await home.until_text(chat, "Once upon a time\n")
    await home.until_text(chat, "Good morning.")
    assert "Traceback" not in caplog.text


async def test_a_question_that_cannot_be_begun_waits_for_the_disk_and_is_not_tried_without_end(
    home: Home, locked: Callable[[], sqlite3.Connection], caplog: pytest.LogCaptureFixture
) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.append(first := Reply(text=["Once ", "upon a time"], hold_after=1))
    await home.owner.say(chat, "first")
    await home.until_text(chat, "Once")
    await home.owner.say(chat, "second")
    await home.heard()
    await home.engine.database._writer.execute("PRAGMA busy_timeout = 50")
    show = home.parts.posting.show

    async def show_and_lock(question_id: int, error: BaseException | None = None) -> None:
        await show(question_id, error)
        if not locks:
            locks.append(locked())

    locks: list[sqlite3.Connection] = []
    home.parts.posting.show = show_and_lock  # type: ignore[method-assign]
    first.go.set()
    await logged(caplog, "cannot be written")
    locks[0].rollback()

    await home.until_text(chat, "Good morning.")
    assert caplog.text.count("cannot be written") < 5


async def test_a_person_who_blocks_the_bot_is_not_asked_for_a_model_without_end(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    await home.heard()
    home.sandbox.faults.delay(0.5, "sendMessage")
    await home.owner.say(chat, "Hello?")
    await home.heard()
    await home.owner.block()
    await asyncio.sleep(1.0)
    calls = [call for call in home.sandbox.calls if call.method == "sendMessage"]
    await asyncio.sleep(0.5)
    assert [call for call in home.sandbox.calls if call.method == "sendMessage"] == calls
    await home.owner.unblock()
    await home.owner.say(chat, "Hello again?")
    await home.until_text(chat, "Your question is kept")
