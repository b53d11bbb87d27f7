"""How an answer grows on the screen: when it is drawn, and where a message is full."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.buttons import Stop, button, keyboard
from bot.deliveries import Deliveries
from bot.outbox import open_outbox
from bot.sandbox import NO_FLOOD, Chat, Message, Sandbox, open_sandbox
from bot.screens import FULL_UNITS, EditScreen, fitting, units
from bot.texts import texts
from engine.database import open_database
from engine.dialogs import Dialogs, Place
from engine.events import Delta, Thought, Waiting
from engine.questions import Part, Questions
from engine.users import Users
from tests.bot.conftest import UNHURRIED
from tests.sandbox.client import connect

PACE_S = 1.5
STOP = keyboard([button("⏹ Stop", Stop(dialog=1))])


@dataclass
class Shown:
    """A screen, and the chat in which it is shown."""

    sandbox: Sandbox
    chat: Chat
    screen: EditScreen

    async def until(self, number: int, part: str = "") -> list[Message]:
        """The messages, as soon as there are so many and the last one has `part` in it."""

        def found() -> list[Message]:
            messages = self.sandbox.answers(self.chat)
            return messages if len(messages) == number and part in messages[-1].text else []

        return await self.sandbox.until(found)

    def due_in(self) -> float | None:
        """Seconds after the last drawing; 0 is at once."""
        due_at = self.screen.due_at()
        return due_at and due_at - (self.screen._drawn_at or 0.0)


@pytest.fixture
async def shown(tmp_path: Path) -> AsyncIterator[Shown]:
    async with (
        open_sandbox(flood=NO_FLOOD) as sandbox,
        connect(sandbox) as telegram,
        open_outbox(telegram, UNHURRIED) as outbox,
        open_database(tmp_path / "consilium.db") as database,
    ):
        anna = sandbox.person("Anna")
        await anna.start(chat := sandbox.private_chat(anna))
        await Users(database, 10).make_owner(anna.id, "Anna")
        dialog = await Dialogs(database).new(Place(chat.id), anna.id)
        question = await Questions(database).add(dialog.id, anna.id, Part(chat.id, 1, "Hello?"))
        assert question is not None
        deliveries = Deliveries(database)
        delivery = await deliveries.begin(question.id, dialog.place)
        screen = EditScreen(outbox, deliveries, delivery, texts("en"), lambda stage: STOP)
        screen.open()
        shown = Shown(sandbox, sandbox.chat(chat), screen)
        while not screen.message_ids:
            await asyncio.sleep(0.01)
        yield shown
        await screen.close()


async def test_the_first_word_is_drawn_at_once_the_rest_at_its_pace(shown: Shown) -> None:
    shown.screen.take(Waiting("load"))
    await shown.until(1, "Loading the model")
    shown.screen.take(Delta("Once"))
    assert shown.due_in() == 0.0
    await shown.until(1, "Once")

    shown.screen.take(Delta(" upon a time"))
    assert shown.due_in() == pytest.approx(3 * PACE_S), "a few letters are not worth a call soon"
    shown.screen.take(Delta(" there was a king who had a daughter"))
    assert shown.due_in() == pytest.approx(PACE_S)


async def test_what_is_drawn_leaves_nothing_due_before_more_comes(shown: Shown) -> None:
    shown.screen.take(Delta("Once upon a time"))
    await shown.until(1, "time")
    shown.screen.take(Delta(" "))
    shown.screen.take(Delta("\n"))
    assert shown.due_in() is None or shown.due_in() == pytest.approx(3 * PACE_S)


async def test_before_the_first_word_the_person_sees_what_is_going_on(shown: Shown) -> None:
    shown.screen.take(Waiting("load"))
    await shown.until(1, "Loading the model")
    shown.screen._drawn_at = None
    shown.screen.take(Waiting("queue", 2))
    await shown.until(1, "number 2")
    shown.screen._drawn_at = None
    shown.screen.take(Thought("hm, " * 10))
    await shown.until(1, "40 characters")


LONG = {"words": "word " * 1200, "Cyrillic": "слово " * 1000, "emoji": "😀" * 3000, "no blanks": "a" * 6000}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
async def test_a_full_message_is_left_and_the_text_goes_on_in_a_new_one(shown: Shown, text: str) -> None:
    shown.screen.take(Delta(text))
    first, second = await shown.until(2)
    assert first.text and text.startswith(first.text)
    assert FULL_UNITS // 2 < units(first.text) <= FULL_UNITS
    assert first.buttons == []
    assert [button.text for button in second.buttons] == ["⏹ Stop"]

    shown.screen._drawn_at = 0.0
    shown.screen.take(Delta("end"))
    _, second = await shown.until(2, "end")
    assert (first.text + second.text).replace(" ", "") == (text + "end").replace(" ", "")
    assert shown.screen.message_ids == [first.id, second.id]
    (delivery,) = [await shown.screen._deliveries.get(shown.screen._delivery.question_id)]
    assert delivery is not None
    assert delivery.message_ids == (first.id, second.id), "noted before anything is in them"


async def test_an_answer_made_anew_grows_in_the_messages_it_had(shown: Shown) -> None:
    shown.screen.take(Delta("The old answer."))
    (message,) = await shown.until(1, "old answer")
    await shown.screen.close()
    old = shown.screen
    delivery = await old._deliveries.begin(old._delivery.question_id, old._delivery.place)
    again = EditScreen(old._outbox, old._deliveries, delivery, texts("en"), lambda stage: STOP)
    again.open()
    await shown.until(1, "⏳")
    again.take(Delta("The new answer."))
    (same,) = await shown.until(1, "new answer")
    assert same.id == message.id
    await again.close()


async def test_nothing_is_drawn_after_closing(shown: Shown) -> None:
    shown.screen.take(Delta("Once"))
    await shown.until(1, "Once")
    await shown.screen.close()
    shown.screen.take(Delta(" upon a time there was a king who had a daughter"))
    shown.screen._drawn_at = 0.0
    await shown.screen._outbox.attempt(shown.chat.id, shown.screen._edit("The last word", None))
    assert [message.text for message in shown.sandbox.answers(shown.chat)] == ["The last word"]


async def test_where_nothing_can_be_sent_the_answer_goes_on_unseen(
    shown: Shown, caplog: pytest.LogCaptureFixture
) -> None:
    old = shown.screen
    delivery = await old._deliveries.begin(old._delivery.question_id, Place(shown.chat.id, 99), anew=True)
    lost = EditScreen(old._outbox, old._deliveries, delivery, texts("en"), lambda stage: STOP)
    lost.open()
    lost.take(Delta("Once"))
    await lost.close()
    assert lost.message_ids == []
    assert caplog.records == []


@pytest.mark.parametrize("text", ["😀" * 50, "a😀" * 40, "é" * 90, "\ud83d" * 90, "word word " * 9, "no\nborder" * 10])
@pytest.mark.parametrize("limit", [1, 2, 7, 40, 41])
def test_a_cut_fits_and_splits_no_letter(text: str, limit: int) -> None:
    end = fitting(text, limit)
    assert units(text[:end]) <= limit
    assert end > 0 or units(text[0]) > limit


def test_a_cut_is_at_a_line_then_at_a_word_then_anywhere() -> None:
    assert fitting("one two\nthree four five", 20) == len("one two\nthree four ")
    assert fitting("one two three\nfour five", 20) == len("one two three\n")
    assert fitting("a" * 30, 20) == 20
    assert fitting("short", 20) == 5
