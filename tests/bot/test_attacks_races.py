"""Two things in the same moment."""

import asyncio

import pytest

from bot.deliveries import Deliveries, Delivery
from engine.dialogs import Place
from tests.bot.conftest import Home
from tests.bot.driving import asked_and_answered, eventually, pressed, told
from tests.fakes.model_server import Reply


@pytest.mark.parametrize("command", ["/clear", "/delete"])
async def test_what_is_forgotten_as_its_answer_begins_leaves_no_placeholder(
    home: Home, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await home.ready_chat()
    really = await told(home, chat, command, "?")
    begin, may_begin, began = Deliveries.begin, asyncio.Event(), asyncio.Event()

    async def slow(self: Deliveries, question_id: int, place: Place, *, anew: bool = False) -> Delivery:
        delivery = await begin(self, question_id, place, anew=anew)
        began.set()
        await may_begin.wait()
        return delivery

    monkeypatch.setattr(Deliveries, "begin", slow)
    await home.owner.say(chat, "Hello?")
    await asyncio.wait_for(began.wait(), 5)
    await pressed(home, really, really.buttons[0].text)
    may_begin.set()

    def nothing_in_the_making() -> bool:
        return any(call.method == "deleteMessages" for call in home.sandbox.calls) and not any(
            "⏳" in message.text for message in home.sandbox.answers(chat)
        )

    await home.sandbox.until(nothing_in_the_making)


async def test_a_message_right_after_again_is_a_question_of_its_own(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.extend([Reply(text=["Tea."]), Reply(text=["Coffee."], hold_after=0)])
    first = await asked_and_answered(home, chat, "What to drink?")
    again = home.ollama.replies[0]
    await pressed(home, first, "🔁")
    await home.owner.say(chat, "And to eat?")
    await home.heard()
    again.go.set()

    await home.until_text(chat, "Good morning.")
    asked = [request["messages"][-1]["content"] for request in home.ollama.asked_for("/api/chat")]
    assert asked == ["What to drink?", "What to drink?", "And to eat?"]
    shown = home.sandbox.message(first)
    assert shown is not None and shown.text.startswith("Coffee.")


async def test_a_stop_before_the_model_is_asked_stops(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = await home.ready_chat()
    answers = home.engine.answers
    begin, began = answers.begin, asyncio.Event()

    async def slow(question_id: int, model: str, server: str) -> int:
        began.set()
        await asyncio.sleep(3600)
        return await begin(question_id, model, server)

    with monkeypatch.context() as patch:
        patch.setattr(answers, "begin", slow)
        await home.owner.say(chat, "Hello?")
        await asyncio.wait_for(began.wait(), 5)
        await home.owner.say(chat, "/stop")
        stopped = await home.until_text(chat, "⏹ Stopped.")
    assert not home.ollama.asked_for("/api/chat")
    await home.owner.press(stopped, "Again")
    await home.until_text(chat, "Good morning.")


async def test_what_is_forgotten_before_its_last_word_is_shown_leaves_no_placeholder(home: Home) -> None:
    chat = await home.ready_chat()
    show, may_show, ended = home.parts.posting.show, asyncio.Event(), asyncio.Event()

    async def slow(question_id: int, error: BaseException | None = None) -> None:
        ended.set()
        await may_show.wait()
        await show(question_id, error)

    home.parts.posting.show = slow  # type: ignore[method-assign]
    home.sandbox.faults.delay(0.3, "sendMessage")
    await home.owner.say(chat, "Hello?")
    await asyncio.wait_for(ended.wait(), 10)
    (dialog,) = await home.engine.dialogs.list(chat.id)
    await home.engine.dialogs.delete(dialog.id)
    may_show.set()
    await home.sandbox.until(lambda: not any("⏳" in message.text for message in home.sandbox.answers(chat)))


async def test_an_answer_forgotten_while_it_is_sent_is_taken_away(home: Home) -> None:
    chat = await home.ready_chat()
    user = await home.engine.users.get(home.owner.id)
    assert user is not None
    await home.engine.users.set_preferences(user, streaming="drafts")
    home.sandbox.faults.delay(0.5, "sendMessage", chat_id=chat.id)
    await home.owner.say(chat, "Hello?")
    (dialog,) = await home.engine.dialogs.list(chat.id)
    await eventually(lambda: answered(home, dialog.id))
    await home.engine.dialogs.delete(dialog.id)
    await home.sandbox.until(lambda: any(call.method == "deleteMessages" for call in home.sandbox.calls))
    assert not any("Good morning" in message.text or "⏳" in message.text for message in home.sandbox.answers(chat))


async def answered(home: Home, dialog_id: int) -> bool:
    question = await home.engine.questions.last(dialog_id)
    return question is not None and question.state == "answered"
