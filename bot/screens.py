"""Screens: an answer on its way, as the person sees it grow. Plain text; formatting comes with the last word.

EditScreen edits a message (a placeholder first); DraftScreen shows Telegram's drafts. Both are views of the
outbox: they say when they want to be drawn, and are drawn when the budget of the chat allows.
"""

import time
from enum import IntEnum
from typing import Any, Protocol, assert_never

from aiogram.methods import EditMessageText, SendMessage, SendMessageDraft, TelegramMethod
from aiogram.types import InlineKeyboardMarkup, Message, ReplyParameters

from bot.deliveries import Deliveries, Delivery
from bot.outbox import Outbox, View
from bot.texts import Texts
from engine.events import Delta, Done, Event, StageDone, Started, Thought, Waiting

FULL_UNITS = 3500
"""A growing message is left at this length and the text goes on in a new one; the limit is 4096 UTF-16 units."""
NEW_CHARACTERS = 40
DRAFT_PACE_S = 0.9
DRAFT_REFRESH_S = 20.0


class Screen(View, Protocol):
    """Where events go while an answer is made."""

    message_ids: list[int]

    def open(self) -> None:
        """Begin to show that something is going on."""
        ...

    def take(self, event: Event) -> None:
        """Something happened; returns at once."""
        ...

    async def close(self) -> None:
        """Stop drawing; returns when nothing is on its way any more."""
        ...


class News(IntEnum):
    """How much has come since the last drawing."""

    NONE = 0
    LITTLE = 1
    ENOUGH = 2
    FIRST_WORD = 3


class Growing:
    """The text of an answer so far, or, before its first word, a line about what is going on."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._status = self._shown_status = texts("answer-placeholder")
        self._thought_length = 0
        self._shown_length = 0
        self.text = ""

    def take(self, event: Event) -> bool:
        """Take an event in; True if it makes a drawing more urgent than before."""
        before = self.news()
        self._add(event)
        return self.news() > before

    def now(self) -> str:
        return self.text.strip() or self._status

    def shown(self, up_to: int | None = None) -> None:
        """What there is now has been drawn, or only the text up to a place in it."""
        self._shown_status = self._status
        self._shown_length = len(self.text.strip()) if up_to is None else up_to

    def nothing_shown(self) -> None:
        """The message still shows something old."""
        self._shown_status = ""

    def news(self) -> News:
        if not self.text.strip():
            return News.ENOUGH if self._status != self._shown_status else News.NONE
        if not self._shown_length:
            return News.FIRST_WORD
        new = len(self.text) - self._shown_length
        return News.ENOUGH if new >= NEW_CHARACTERS else News.LITTLE if new > 0 else News.NONE

    def _add(self, event: Event) -> None:
        match event:
            case Delta(text):
                self.text += text if self.text else text.lstrip()
            case Thought(text):
                self._thought_length += len(text)
                self._status = self._texts("answer-thinking", characters=self._thought_length)
            case Waiting(reason="load"):
                self._status = self._texts("answer-loading")
            case Waiting(place=place):
                self._status = self._texts("answer-queued", place=place or 1)
            case Started() | StageDone() | Done():
                pass
            case _:
                assert_never(event)


class EditScreen:
    """A message that is edited, and a further one whenever it is full."""

    def __init__(
        self,
        outbox: Outbox,
        deliveries: Deliveries,
        delivery: Delivery,
        texts: Texts,
        stop: InlineKeyboardMarkup,
        reply_to: int | None = None,
    ) -> None:
        self.message_ids = list(delivery.message_ids)
        self._outbox = outbox
        self._deliveries = deliveries
        self._delivery = delivery
        self._chat_id = delivery.place.chat_id
        self._texts = texts
        self._stop = stop
        self._reply_to = reply_to
        self._growing = Growing(texts)
        self._left = 0
        self._wanted = 1
        self._placing: list[Any] = []
        self._drawn_at: float | None = None

    def open(self) -> None:
        if self.message_ids:
            self._wanted = len(self.message_ids)
            self._growing.nothing_shown()
        else:
            self._placing.append(self._outbox.start(self._place()))
        self._outbox.attach(self._chat_id, self)

    def take(self, event: Event) -> None:
        if self._growing.take(event):
            self._outbox.poke(self._chat_id)

    async def close(self) -> None:
        self._outbox.detach(self._chat_id, self)
        for placing in self._placing:
            await placing

    def due_at(self) -> float | None:
        news = self._growing.news()
        if news is News.NONE or len(self.message_ids) < self._wanted:
            return None
        if self._drawn_at is None or news is News.FIRST_WORD:
            return 0.0
        pace_s = self._outbox.pace_s(self._chat_id)
        return self._drawn_at + (pace_s if news is News.ENOUGH else 3 * pace_s)

    def draw(self) -> TelegramMethod[Any] | None:
        text = self._growing.now()
        self._growing.shown()
        self._drawn_at = time.monotonic()
        if len(text) - self._left <= FULL_UNITS // 2 or units(text[self._left :]) <= FULL_UNITS:
            return self._edit(text[self._left :], self._stop)
        end = self._left + fitting(text[self._left :], FULL_UNITS)
        full, self._left = text[self._left : end], end
        self._wanted += 1
        self._growing.shown(up_to=end)
        method = self._edit(full, None)
        self._placing.append(self._outbox.start(self._place()))
        return method

    def _edit(self, text: str, markup: InlineKeyboardMarkup | None) -> EditMessageText:
        return EditMessageText(
            chat_id=self._chat_id,
            message_id=self.message_ids[-1],
            text=text.strip() or self._texts("answer-placeholder"),
            reply_markup=markup,
        )

    async def _place(self) -> None:
        """Send a placeholder and note its id; sent twice, it would only leave an empty one behind."""
        message = await self._outbox.call(self._chat_id, self._placeholder(), repeat=True)
        self.message_ids.append(message.message_id)
        await self._deliveries.record(self._delivery.question_id, self.message_ids)
        self._outbox.poke(self._chat_id)

    def _placeholder(self) -> TelegramMethod[Message]:
        reply = ReplyParameters(message_id=self._reply_to, allow_sending_without_reply=True)
        return SendMessage(
            chat_id=self._chat_id,
            message_thread_id=self._delivery.place.thread_id,
            text=self._texts("answer-placeholder"),
            reply_markup=self._stop,
            reply_parameters=reply if self._reply_to is not None else None,
        )


class DraftScreen:
    """Telegram's own drafts, with Telegram's own stop button; private chats only."""

    def __init__(self, outbox: Outbox, delivery: Delivery, texts: Texts) -> None:
        self.message_ids = list(delivery.message_ids)
        self._outbox = outbox
        self._delivery = delivery
        self._growing = Growing(texts)
        self._drawn_at: float | None = None

    def open(self) -> None:
        self._outbox.attach(self._delivery.place.chat_id, self)
        self._outbox.poke(self._delivery.place.chat_id)

    def take(self, event: Event) -> None:
        if self._growing.take(event):
            self._outbox.poke(self._delivery.place.chat_id)

    async def close(self) -> None:
        self._outbox.detach(self._delivery.place.chat_id, self)

    def due_at(self) -> float | None:
        if self._drawn_at is None:
            return 0.0
        return self._drawn_at + (DRAFT_REFRESH_S if self._growing.news() is News.NONE else DRAFT_PACE_S)

    def draw(self) -> TelegramMethod[Any] | None:
        text = self._growing.now()
        self._growing.shown()
        self._drawn_at = time.monotonic()
        tail = text if units(text) <= FULL_UNITS else "…" + text[-fitting(text[::-1], FULL_UNITS) :]
        return SendMessageDraft(
            chat_id=self._delivery.place.chat_id,
            message_thread_id=self._delivery.place.thread_id,
            draft_id=self._delivery.question_id,
            text=tail,
            can_stop=True,
            keep_on_stop=True,
        )


def units(text: str) -> int:
    """UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str, limit: int) -> int:
    """The length of the longest beginning of at most `limit` units that ends at a line, or at a word, if it can."""
    end = min(len(text), limit)
    while units(text[:end]) > limit:
        end -= max(1, (units(text[:end]) - limit) // 2)
    for border in ("\n", " "):
        cut = text.rfind(border, end // 2, end)
        if cut > 0:
            return cut + 1
    return end
