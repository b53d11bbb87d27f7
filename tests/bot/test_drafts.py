"""Telegram's own drafts: a preview with Telegram's own stop button, and a real message in the end."""

import asyncio
from pathlib import Path

import pytest

import bot.screens
from bot.sandbox import Chat, Draft
from bot.sandbox.drafts import LIFE_S
from bot.screens import FULL_UNITS, units
from tests.bot.conftest import Home, open_home
from tests.bot.driving import group_with_bot
from tests.fakes.model_server import FakeModel, Reply

LONG = "once upon a time there was a king who had a daughter "


async def drafting(home: Home, chat: Chat) -> Chat:
    """The owner has chosen drafts."""
    owner = await home.engine.users.get(home.owner.id)
    assert owner is not None
    await home.engine.users.set_preferences(owner, streaming="drafts")
    return chat


async def draft_with(home: Home, chat: Chat, part: str, thread: int | None = None) -> Draft:
    def found() -> Draft | None:
        draft = home.sandbox.draft(chat, thread)
        return draft if draft and part in draft.text else None

    draft = await home.sandbox.until(found)
    assert draft is not None
    return draft


def called(home: Home, method: str) -> int:
    return sum(call.method == method and call.is_ok for call in home.sandbox.calls)


async def test_a_draft_grows_with_a_stop_button_and_ends_as_a_real_message(home: Home) -> None:
    chat = await drafting(home, await home.ready_chat())
    home.ollama.reply = reply = Reply(text=["**Once** ", LONG, "end."], hold_after=1)
    before = len(home.sandbox.answers(chat))
    await home.owner.say(chat, "Tell me a story")

    draft = await draft_with(home, chat, "Once")
    assert draft.can_stop
    assert len(home.sandbox.answers(chat)) == before, "no message yet"
    reply.go.set()

    answer = await home.until_text(chat, "llama3:latest ·")
    assert answer.text.startswith("Once once upon"), "formatted by now"
    assert home.sandbox.draft(chat) is None
    assert len(home.sandbox.answers(chat)) == before + 1


async def test_the_native_stop_keeps_what_was_said_and_hangs_up(home: Home) -> None:
    chat = await drafting(home, await home.ready_chat())
    home.ollama.replies.append(Reply(text=["Once upon ", "a time"], hold_after=1))
    await home.owner.say(chat, "Tell me a story")
    await draft_with(home, chat, "Once")

    await home.owner.stop_draft(chat)

    stopped = await home.until_text(chat, "⏹ Stopped.")
    assert stopped.text.startswith("Once upon")
    await asyncio.wait_for(home.ollama.hung_up.wait(), 5)
    assert home.sandbox.draft(chat) is None
    await home.owner.say(chat, "Go on")
    await home.until_text(chat, "Good morning.")


async def test_while_a_model_loads_the_draft_is_refreshed_before_it_fades(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LIFE_S - 5 >= bot.screens.DRAFT_REFRESH_S
    monkeypatch.setattr(bot.screens, "DRAFT_REFRESH_S", 0.05)
    model = FakeModel("slow:70b", loaded=False, may_load=asyncio.Event())
    async with open_home(tmp_path, model) as home:
        chat = await drafting(home, await home.ready_chat())
        await home.owner.say(chat, "Hello?")
        await draft_with(home, chat, "Loading the model")
        drawn = called(home, "sendMessageDraft")
        await home.sandbox.until(lambda: called(home, "sendMessageDraft") >= drawn + 3)
        assert model.may_load is not None
        model.may_load.set()
        await home.until_text(chat, "Good morning.")


async def test_a_long_draft_shows_its_end(home: Home) -> None:
    chat = await drafting(home, await home.ready_chat())
    home.ollama.reply = reply = Reply(text=["😀 " * 2000, LONG * 2 + "here", "."], hold_after=2)
    await home.owner.say(chat, "Tell me a story")
    draft = await draft_with(home, chat, "here")
    assert draft.text.startswith("…")
    assert units(draft.text) <= FULL_UNITS + 1
    reply.go.set()
    await home.until_text(chat, "llama3:latest ·")


async def test_a_draft_belongs_to_its_topic(tmp_path: Path) -> None:
    async with open_home(tmp_path) as home:
        chat = await drafting(home, await home.chat_of(home.owner, topics=True))
        topic = await home.owner.open_topic(chat, "Stories")
        await home.owner.say(chat, "/model llama3", thread=topic)
        await home.until_text(chat, "answers here now")
        home.ollama.reply = Reply(text=["Once ", "upon ", "a time"], hold_after=1)
        await home.owner.say(chat, "Tell me a story", thread=topic)
        await draft_with(home, chat, "Once", topic.id)
        await home.owner.stop_draft(chat, topic)
        stopped = await home.until_text(chat, "⏹ Stopped.", topic.id)
        assert stopped.thread_id == topic.id


async def test_groups_get_messages_whatever_the_person_likes(home: Home) -> None:
    await drafting(home, await home.ready_chat())
    team = await group_with_bot(home)
    await home.owner.say(team, "/model llama3")
    await home.until_text(team, "answers here now")
    await home.owner.say(team, "/ask Hello?")
    await home.until_text(team, "Good morning.")
    assert called(home, "sendMessageDraft") == 0


async def test_an_answer_made_again_grows_in_the_message_it_has(home: Home) -> None:
    chat = await drafting(home, await home.ready_chat())
    home.ollama.replies.append(Reply(text=["Tea."]))
    await home.owner.say(chat, "What to drink?")
    tea = await home.until_text(chat, "llama3:latest ·")
    home.ollama.reply = reply = Reply(text=["Coffee", " is better."], hold_after=1)
    await home.owner.press(tea, "🔁")
    growing = await home.until_text(chat, "Coffee")
    assert growing.id == tea.id
    assert [button.text for button in growing.buttons] == ["⏹ Stop"]
    reply.go.set()
    await home.until_text(chat, "is better.")
