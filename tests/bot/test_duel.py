"""Talks between models, as the person sees them."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import Chat, Message
from tests.bot.conftest import Home, open_home
from tests.bot.driving import eventually, group_with_bot, pressed, told, turned
from tests.bot.test_resilience import program_home, ready
from tests.fakes.model_server import FakeModel, Reply

TEA, COFFEE = "tea:1b", "coffee:1b"


@pytest.fixture
async def salon(tmp_path: Path) -> AsyncIterator[Home]:
    """A home with two models that have always something new to say."""
    async with open_home(tmp_path, FakeModel(TEA), FakeModel(COFFEE)) as home:
        for name in (TEA, COFFEE):
            home.ollama.replies_of[name].extend(Reply(text=[f"{name} says ", f"thing {n}."]) for n in range(1, 20))
        yield home


def asked_of(home: Home, model: str) -> list[list[dict[str, str]]]:
    return [body["messages"] for body in home.ollama.asked_for("/api/chat") if body["model"] == model]


def spoken(home: Home, chat: Chat) -> list[str]:
    """The speeches on the screen, finished ones only."""
    texts = [message.text for message in home.sandbox.answers(chat)]
    return [text for text in texts if text.startswith(("🔵", "🟠")) and " says " in text]


async def begun(home: Home, words: str = "Which is better?") -> Chat:
    chat = await home.chat_of(home.owner)
    await told(home, chat, f"/duel tea coffee {words}", "🎭 tea:1b, coffee:1b")
    return chat


async def held(home: Home) -> tuple[Chat, Message, Reply]:
    """A talk whose first model has said a few words."""
    reply = Reply(text=["I was saying ", "that tea is fine."], hold_after=1)
    home.ollama.replies_of[TEA].appendleft(reply)
    chat = await begun(home)
    return chat, await home.until_text(chat, "I was saying"), reply


async def test_two_models_take_turns_and_each_hears_the_other(salon: Home) -> None:
    chat = await begun(salon)
    over = await salon.until_text(chat, "Everybody had their turns")
    assert "Speeches: 6 of 6" in over.text
    assert [text.split("\n")[0] for text in spoken(salon, chat)] == ["🔵 tea:1b", "🟠 coffee:1b"] * 3
    system, *said = asked_of(salon, TEA)[1]
    assert "Your name is tea:1b; with you talk: coffee:1b" in system["content"]
    assert [(message["role"], message["content"]) for message in said] == [
        ("user", "The topic: Which is better?"),
        ("assistant", "tea:1b says thing 1."),
        ("user", "coffee:1b: coffee:1b says thing 1."),
    ]


async def test_the_menu_sets_up_models_roles_topic_turns_and_who_begins(salon: Home) -> None:
    chat = await salon.chat_of(salon.owner)
    menu = await told(salon, chat, "/duel", "Two models and a topic are needed")
    for name in (TEA, COFFEE):
        await turned(salon, menu, "➕ Model", "Who joins the talk?")
        menu = await turned(salon, menu, name, f"🟠 {name}" if name == COFFEE else f"🔵 {name}")
    await turned(salon, menu, "💬 Topic", "What shall they talk about?")
    menu = await told(salon, chat, "Is water wet?", "Topic: Is water wet?")
    await turned(salon, menu, "📝 Role", "Who is it")
    menu = await told(salon, chat, "You are a sceptical physicist.", "sceptical physicist")
    await turned(salon, menu, "4", "Speeches: 4")
    menu = await turned(salon, menu, f"🟠 {COFFEE}", "Speeches: 4")
    await turned(salon, menu, "▶ Begin", "🎭 tea:1b, coffee:1b")
    await salon.until_text(chat, "Speeches: 4 of 4")
    assert spoken(salon, chat)[0].startswith("🟠 coffee:1b")
    assert "sceptical physicist" in asked_of(salon, TEA)[0][0]["content"]
    assert "sceptical physicist" not in asked_of(salon, COFFEE)[0][0]["content"]


async def test_a_message_of_the_person_joins_the_talk(salon: Home) -> None:
    chat, _, reply = await held(salon)
    await salon.owner.say(chat, "Think of children, please!")
    await salon.heard()
    reply.go.set()
    await salon.until_text(chat, "Everybody had their turns")
    heard = asked_of(salon, COFFEE)[0][-1]["content"]
    assert "tea:1b: I was saying that tea is fine." in heard
    assert heard.endswith("Anna: Think of children, please!") or "Anna: Think of children, please!" in heard
    assert await salon.engine.dialogs.question_counts(chat.id) == {}, "it is no question"


async def test_a_pause_lets_the_speech_end_and_go_on_continues(salon: Home) -> None:
    chat, growing, reply = await held(salon)
    press = await pressed(salon, growing, "⏸ Pause")
    assert "pause after this speech" in ((await press.answered()).text or "")
    reply.go.set()
    paused = await salon.until_text(chat, "The talk is paused.")
    assert "Speeches: 1 of 6" in paused.text
    await turned(salon, paused, "▶ Go on", "It goes on")
    await salon.until_text(chat, "Speeches: 6 of 6")


async def test_a_word_in_a_pause_joins_and_lets_it_go_on(salon: Home) -> None:
    chat, growing, reply = await held(salon)
    await pressed(salon, growing, "⏸ Pause")
    reply.go.set()
    await salon.until_text(chat, "The talk is paused.")
    await salon.owner.say(chat, "And what of cocoa?")
    await salon.until_text(chat, "Speeches: 6 of 6")
    assert "Anna: And what of cocoa?" in asked_of(salon, COFFEE)[0][-1]["content"]


@pytest.mark.parametrize("by_button", [True, False])
async def test_a_stop_keeps_what_was_said_and_more_turns_can_follow(salon: Home, by_button: bool) -> None:
    chat, growing, _ = await held(salon)
    if by_button:
        await pressed(salon, growing, "⏹ Stop")
    else:
        await salon.owner.say(chat, "/stop")
    over = await salon.until_text(chat, "The talk is over.")
    assert salon.sandbox.message(growing).text == "🔵 tea:1b\n\nI was saying …"
    async with asyncio.timeout(10):
        await salon.ollama.hung_up.wait()
    await turned(salon, over, "➕ 4 more", "It goes on")
    await salon.until_text(chat, "Speeches: 10 of 10")
    assert asked_of(salon, COFFEE)[0][-1]["content"].endswith("tea:1b: I was saying")


async def test_a_talk_that_repeats_itself_ends(salon: Home) -> None:
    same = "Tea is better because it is calm and warm and lets you sleep at night."
    salon.ollama.replies_of[TEA].clear()
    salon.ollama.replies_of[TEA].extend([Reply(text=[same]), Reply(text=["Yes, t" + same[1:]])])
    chat = await begun(salon)
    over = await salon.until_text(chat, "repeat themselves")
    assert "Speeches: 3 of 6" in over.text


async def test_a_model_that_fails_pauses_the_talk_and_is_asked_again(salon: Home) -> None:
    salon.ollama.replies_of[COFFEE].appendleft(Reply(status=500, body={"error": "oh no"}))
    chat = await begun(salon)
    paused = await salon.until_text(chat, "a model could not answer")
    assert "oh no" in paused.text
    assert len(spoken(salon, chat)) == 1
    await turned(salon, paused, "▶ Go on", "It goes on")
    await salon.until_text(chat, "Speeches: 6 of 6")
    assert [text.split("\n")[0] for text in spoken(salon, chat)] == ["🔵 tea:1b", "🟠 coffee:1b"] * 3


async def test_a_restart_pauses_the_talk_and_loses_nothing(salon: Home) -> None:
    chat, growing, _ = await held(salon)
    await salon.stop()
    await salon.start()
    paused = await salon.until_text(chat, "The talk was interrupted.")
    assert salon.sandbox.message(growing).text == "🔵 tea:1b\n\nI was saying …"
    await turned(salon, paused, "▶ Go on", "It goes on")
    await salon.until_text(chat, "Speeches: 6 of 6")


async def test_a_speech_that_could_not_be_shown_is_shown_after_the_restart(salon: Home) -> None:
    chat, growing, reply = await held(salon)
    salon.sandbox.faults.away = True
    reply.go.set()
    await eventually(lambda: said_in_the_store(salon, "that tea is fine"))
    await salon.stop()
    salon.sandbox.faults.clear()
    await salon.start()
    await salon.sandbox.until(lambda: "that tea is fine" in salon.sandbox.message(growing).text)
    await salon.until_text(chat, "The talk was interrupted.")


async def said_in_the_store(home: Home, part: str) -> bool:
    rows = await home.engine.database.all("SELECT text FROM duel_speeches WHERE state = 'done'")
    return any(part in row["text"] for row in rows)


async def test_a_question_asked_meanwhile_waits_for_the_end_of_the_talk(salon: Home) -> None:
    chat, _, reply = await held(salon)
    await told(salon, chat, "/model tea", "answers here now")
    await salon.owner.say(chat, "/ask What is the time?")
    await salon.heard()
    reply.go.set()
    await salon.until_text(chat, "Everybody had their turns")
    await salon.until_text(chat, "tea:1b ·")
    last = salon.ollama.asked_for("/api/chat")[-1]["messages"]
    assert [message["content"] for message in last] == ["What is the time?"], "a talk is no part of the dialog's prompt"


async def test_the_talk_can_be_taken_as_a_file(salon: Home) -> None:
    chat = await begun(salon)
    over = await salon.until_text(chat, "Everybody had their turns")
    await pressed(salon, over, "📄 As a file")
    formats = await salon.until_text(chat, "The talk as a file")
    for label in (".md", ".json", ".html", ".txt"):
        await pressed(salon, formats, label)
        file = await salon.sandbox.until(lambda end=label: sent_file(salon, chat, end))
        content = await salon.sandbox.world.records.store.file(file.media.file_id)
        assert content and b"tea:1b says thing 1." in content
        assert b"Which is better?" in content
        if label == ".json":
            assert len(json.loads(content)["speeches"]) == 6


def sent_file(home: Home, chat: Chat, end: str) -> Message | None:
    found = [message for message in home.sandbox.answers(chat) if message.media]
    return next((message for message in found if message.media.name.endswith(end)), None)


@pytest.mark.parametrize(("command", "yes"), [("/delete", "🗑 Delete"), ("/clear", "🧹 Forget")])
async def test_a_canary_of_a_talk_is_in_no_file_afterwards(salon: Home, command: str, yes: str) -> None:
    salon.ollama.replies_of[TEA].appendleft(Reply(text=["A canary ", "sings"], hold_after=1))
    chat = await begun(salon, "What does a canary do?")
    growing = await salon.until_text(chat, "A canary")
    await salon.owner.say(chat, "And a second canary?")
    await salon.heard()
    really = await told(salon, chat, command, "?")
    await pressed(salon, really, yes)
    await eventually(lambda: no_talks(salon))
    await salon.stop()
    files = [path for path in salon.settings.data_dir.rglob("*") if path.is_file()]
    assert [path for path in files if b"anary" in path.read_bytes()] == []
    if command == "/delete":
        assert salon.sandbox.message(growing) is None


async def no_talks(home: Home) -> bool:
    return await home.engine.database.all("SELECT id FROM duels") == []


async def test_a_second_talk_does_not_begin_while_one_runs(salon: Home) -> None:
    chat, _, reply = await held(salon)
    await told(salon, chat, "/duel tea coffee Again?", "A talk runs here already")
    reply.go.set()
    await salon.until_text(chat, "Everybody had their turns")


async def test_a_model_may_talk_with_itself_and_in_russian(salon: Home) -> None:
    chat = await salon.chat_of(salon.owner)
    await told(salon, chat, "/duel tea tea Что лучше?", "🎭 tea:1b #1, tea:1b #2")
    await salon.until_text(chat, "Everybody had their turns")
    assert "Тебя зовут tea:1b #1, с тобой говорят: tea:1b #2" in asked_of(salon, TEA)[0][0]["content"]


async def test_cancelling_leaves_nothing_and_texts_are_questions_again(salon: Home) -> None:
    chat = await salon.chat_of(salon.owner)
    menu = await told(salon, chat, "/duel tea", "🔵 tea:1b")
    await turned(salon, menu, "✖ Cancel", "There will be no talk")
    await told(salon, chat, "Hello?", "Your question is kept")


async def test_outside_of_topics_a_talk_gets_one_of_its_own(salon: Home) -> None:
    chat = await salon.chat_of(salon.owner, topics=True)
    await salon.owner.say(chat, "/duel tea coffee Which is better?")
    await salon.until_text(chat, "Everybody had their turns")
    (topic,) = salon.sandbox.topics(chat)
    assert topic.name == "Which is better?"
    assert len([message for message in salon.sandbox.answers(chat, topic) if " says " in message.text]) == 6


async def test_a_kill_in_the_middle_of_a_speech_keeps_what_was_said(tmp_path: Path) -> None:
    async with program_home(tmp_path) as (home, program):
        chat = await ready(home)
        home.ollama.replies.append(Reply(text=["I was saying ", "that tea is fine."], hold_after=1))
        await home.owner.say(chat, "/duel llama3 llama3 Which is better?")
        growing = await home.until_text(chat, "I was saying")
        await asyncio.sleep(0.5)  # the first words are written down at once
        await program.end(signal.SIGKILL)

        await program.start()

        paused = await home.until_text(chat, "The talk was interrupted.", timeout_s=30)
        assert home.sandbox.message(growing).text.endswith("I was saying …")
        assert "Speeches: 1 of 6" in paused.text


async def test_in_a_group_the_talk_hears_what_is_meant_for_the_bot(salon: Home) -> None:
    team = await group_with_bot(salon)
    reply = Reply(text=["I was saying ", "that tea is fine."], hold_after=1)
    salon.ollama.replies_of[TEA].appendleft(reply)
    await salon.owner.say(team, "/duel@consilium_bot tea coffee Which is better?")
    await salon.until_text(team, "I was saying")
    await salon.owner.say(team, "@consilium_bot What of cocoa?")
    await salon.heard()
    reply.go.set()
    await salon.until_text(team, "Everybody had their turns")
    assert "Anna: What of cocoa?" in asked_of(salon, COFFEE)[0][-1]["content"]
