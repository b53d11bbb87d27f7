"""What a person sees when the machine, the network or another program misbehaves."""

import asyncio
import random
import signal
import sqlite3
from pathlib import Path

import pytest
from aiogram.methods import SetWebhook

from bot.sandbox import Chat, Message
from tests.bot.conftest import Home, open_home
from tests.bot.program import program_home
from tests.fakes.model_server import Reply
from tests.sandbox.conftest import connect


async def ready(home: Home) -> Chat:
    chat = await home.chat_of(home.owner)
    await home.owner.say(chat, "/model llama3")
    await home.until_text(chat, "answers here now", timeout_s=30)
    return chat


def showing(home: Home, chat: Chat, part: str) -> list[Message]:
    return [message for message in home.sandbox.answers(chat) if part in message.text]


async def test_kill_in_the_middle_keeps_what_was_said_and_offers_the_question_again(tmp_path: Path) -> None:
    async with program_home(tmp_path) as (home, program):
        chat = await ready(home)
        home.ollama.replies.append(Reply(text=["Once upon ", "a time"], hold_after=1))
        await home.owner.say(chat, "Tell me a story")
        growing = await home.until_text(chat, "Once upon")
        await asyncio.sleep(0.5)  # the first words are written down at once
        await program.end(signal.SIGKILL)

        await program.start()

        interrupted = await home.until_text(chat, "was interrupted", timeout_s=30)
        assert interrupted.id == growing.id
        assert interrupted.text.startswith("Once")
        await home.owner.press(interrupted, "🔁")
        answer = await home.until_text(chat, "Good morning.")
        assert answer.id == growing.id


async def test_kill_at_any_moment_loses_and_doubles_no_answer(tmp_path: Path) -> None:
    chance = random.Random(7)
    async with program_home(tmp_path) as (home, program):
        chat = await ready(home)
        home.ollama.reply = Reply(text=["Fine", " and", " well", "."], tokens_per_s=60)
        for number in range(5):
            await home.owner.say(chat, f"Question {number}?")
            await asyncio.sleep(chance.uniform(0, 0.25))
            await program.end(signal.SIGKILL)
            await program.start()

            def answered(number: int = number) -> bool:
                return len(showing(home, chat, "Fine and well.")) == number + 1

            while not answered():
                changed = await home.sandbox.until(lambda: answered() or showing(home, chat, "press 🔁"), timeout_s=30)
                if changed is not True:
                    await home.owner.press(changed[0], "🔁")
                    await home.sandbox.until(lambda: not showing(home, chat, "press 🔁"), timeout_s=30)
        with sqlite3.connect(home.settings.data_dir / "consilium.db") as database:
            rows = database.execute("SELECT state, count(*) FROM questions GROUP BY state").fetchall()
        database.close()
        assert rows == [("answered", 5)]


async def test_sigterm_ends_within_seconds_and_the_rest_is_offered_after_the_restart(tmp_path: Path) -> None:
    async with program_home(tmp_path) as (home, program):
        chat = await ready(home)
        home.ollama.replies.append(Reply(text=["Once upon ", "a time"], hold_after=1))
        await home.owner.say(chat, "Tell me a story")
        await home.until_text(chat, "Once")

        seconds = await program.end(signal.SIGTERM)

        assert program.process is not None and program.process.returncode == 0
        assert seconds < 5
        assert b"Traceback" not in program.output
        await program.start()
        interrupted = await home.until_text(chat, "was interrupted", timeout_s=30)
        assert interrupted.text.startswith("Once upon")


async def test_an_answer_that_could_not_be_sent_is_sent_after_the_restart(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = reply = Reply(text=["Once ", "upon ", "a time"], hold_after=1)
    await home.owner.say(chat, "Tell me a story")
    await home.until_text(chat, "Once")
    home.sandbox.faults.away = True
    reply.go.set()
    dialog = (await home.engine.dialogs.list(chat.id))[0]
    while home.engine.runs.of(dialog.id):
        await asyncio.sleep(0.02)
    await home.stop()

    home.sandbox.faults.clear()
    await home.start()

    await home.until_text(chat, "Once upon a time")
    assert len(showing(home, chat, "Once upon")) == 1


async def test_a_question_asked_while_the_bot_was_away_is_answered(home: Home) -> None:
    chat = await home.ready_chat()
    await home.stop()
    await home.owner.say(chat, "Anybody home?")
    await home.start()
    await home.until_text(chat, "Good morning.")


async def test_telegram_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async with open_home(tmp_path) as home:
        await home.stop()
        home.sandbox.faults.away = True
        starting = asyncio.create_task(home.start())
        await asyncio.sleep(0.3)
        assert not starting.done()
        home.sandbox.faults.clear()
        await asyncio.wait_for(starting, 20)


async def test_a_webhook_left_over_is_removed(tmp_path: Path) -> None:
    async with open_home(tmp_path) as home:
        await home.stop()
        async with connect(home.sandbox) as other:
            await other(SetWebhook(url="http://127.0.0.1:9/hook"))
        await home.start()
        chat = await home.chat_of(home.owner)
        await home.owner.say(chat, "Hello?")
        await home.until_text(chat, "Your question is kept", timeout_s=20)


async def test_a_second_poller_is_named_and_polling_goes_on(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    chat = await home.ready_chat()
    async with connect(home.sandbox) as other:
        from aiogram.methods import GetUpdates

        with pytest.MonkeyPatch.context():
            await asyncio.gather(other(GetUpdates(timeout=0)), return_exceptions=True)
    await home.owner.say(chat, "Still there?")
    await home.until_text(chat, "Good morning.", timeout_s=20)
    assert "another program polls with the same BOT_TOKEN" in caplog.text


async def test_a_wrong_token_is_one_sentence(tmp_path: Path) -> None:
    async with program_home(tmp_path) as (home, program):
        await program.end(signal.SIGKILL)
        home.sandbox.token, right = "1:wrong", home.sandbox.token
        await program.start()
        assert program.process is not None
        output, _ = await asyncio.wait_for(program.process.communicate(), 20)
        home.sandbox.token = right
        assert program.process.returncode == 2
        assert b"BOT_TOKEN" in output
        assert b"Traceback" not in output


async def test_a_locked_database_is_told_and_nothing_breaks(home: Home) -> None:
    chat = await home.ready_chat()
    await home.engine.database._writer.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(home.settings.data_dir / "consilium.db")
    other.execute("BEGIN IMMEDIATE")
    await home.owner.say(chat, "Hello?")
    await home.until_text(chat, "The database is busy")
    other.rollback()
    other.close()
    await home.owner.say(chat, "Hello again?")
    await home.until_text(chat, "Good morning.")


async def test_a_full_disk_is_told_and_nothing_breaks(home: Home) -> None:
    chat = await home.ready_chat()
    (pages,) = (await home.engine.database.all("PRAGMA page_count"))[0]
    await home.engine.database._writer.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(3):
        await home.owner.say(chat, "x" * 3800)
    await home.until_text(chat, "The disk is full")
    await home.engine.database._writer.execute("PRAGMA max_page_count = 1000000")
    await home.owner.say(chat, "Hello again?")
    await home.until_text(chat, "Good morning.")
