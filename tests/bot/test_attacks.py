"""What models, servers and people do that nobody would think of."""

from pathlib import Path

import pytest

from bot.outbox import Outbox
from tests.bot.conftest import Home, open_home
from tests.bot.driving import asked_and_answered, told
from tests.fakes.model_server import Reply


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
