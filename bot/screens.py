"""Screens: an answer on its way, as the person sees it grow. Plain text; formatting comes with the last word.

EditScreen edits a message (a placeholder first); DraftScreen shows Telegram's drafts. Both are views of the
outbox: they say when they want to be drawn, and are drawn when the budget of the chat allows.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, Protocol

from aiogram.exceptions import AiogramError
from aiogram.methods import EditMessageText, SendMessage, SendMessageDraft, TelegramMethod
from aiogram.types import InlineKeyboardMarkup, Message, ReplyParameters

from bot.deliveries import Delivery
from bot.growing import Growing, News
from bot.outbox import Outbox, View
from bot.texts import Texts
from engine.events import Event

log = logging.getLogger(__name__)

FULL_UNITS = 3500
"""A growing message is left at this length and the text goes on in a new one; the limit is 4096 UTF-16 units."""
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


class Recorder(Protocol):
    """Whoever remembers which messages show something that grows."""

    async def record(self, shown_id: int, message_ids: list[int], /) -> bool:
        """Note the messages; False if what they show was forgotten meanwhile."""
        ...


class EditScreen:
    """A message that is edited, and a further one whenever it is full."""

    def __init__(
        self,
        outbox: Outbox,
        deliveries: Recorder,
        delivery: Delivery,
        texts: Texts,
        stop: Callable[[int], InlineKeyboardMarkup],
        reply_to: int | None = None,
    ) -> None:
        """`stop` makes the buttons for the stage of a pipeline that runs, 0 in chat."""
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
        if len(self.message_ids) < self._wanted:
            return None
        if news is News.NONE:
            return self._growing.changes_at()
        if self._drawn_at is None or news is News.FIRST_WORD:
            return 0.0
        pace_s = self._outbox.pace_s(self._chat_id)
        return self._drawn_at + (pace_s if news is News.ENOUGH else 3 * pace_s)

    def draw(self) -> TelegramMethod[Any] | None:
        text = self._growing.now()
        self._growing.shown()
        self._drawn_at = time.monotonic()
        if len(text) - self._left <= FULL_UNITS // 2 or units(text[self._left :]) <= FULL_UNITS:
            return self._edit(text[self._left :], self._stop(self._growing.stage))
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
        """Send a placeholder and note its id; sent twice, it would only leave an empty one behind.

        Where nothing can be sent any more (a deleted topic, a bot that was blocked) the last word will find out.
        """
        try:
            message = await self._outbox.call(self._chat_id, self._placeholder(), repeat=True)
        except AiogramError as refusal:
            log.debug("an answer cannot be shown as it grows: %s", refusal)
            return
        await self._deliveries.record(self._delivery.question_id, [*self.message_ids, message.message_id])
        self.message_ids.append(message.message_id)
        self._outbox.poke(self._chat_id)

    def _placeholder(self) -> TelegramMethod[Message]:
        reply = ReplyParameters(message_id=self._reply_to, allow_sending_without_reply=True)
        return SendMessage(
            chat_id=self._chat_id,
            message_thread_id=self._delivery.place.thread_id,
            text=self._texts("answer-placeholder"),
            reply_markup=self._stop(self._growing.stage),
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
