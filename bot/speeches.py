"""Speeches of a talk on the screen: each grows in a message of its own, and is laid out when it is over."""

from contextlib import aclosing
from typing import assert_never

from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import DeleteMessages, EditMessageText
from aiogram.types import InlineKeyboardMarkup

from bot.deliveries import Delivery
from bot.duel_views import speech_head
from bot.markdown import Formatted, format_markdown, format_plain
from bot.outbox import Outbox
from bot.posting import GONE, placeholder
from bot.screens import EditScreen
from bot.texts import Texts
from engine.dialogs import Dialog
from engine.duelling import Duelling, SpeechBegan, SpeechEnded
from engine.duels import Duels, Speech
from engine.events import Delta, Thought, Waiting
from engine.runs import Run


class Speeches:
    """Shows one run of a talk; `markup` stands under what is being said."""

    def __init__(
        self, outbox: Outbox, duels: Duels, dialog: Dialog, texts: Texts, markup: InlineKeyboardMarkup
    ) -> None:
        self._outbox = outbox
        self._duels = duels
        self._dialog = dialog
        self._texts = texts
        self._markup = markup
        self._screen: EditScreen | None = None
        self._head = ""

    async def follow(self, duelling: Duelling, duel_id: int, run: Run) -> None:
        """Show what is said until the talk ends or pauses."""
        async with aclosing(duelling.talk(duel_id, run)) as events:
            async for event in events:
                match event:
                    case SpeechBegan(speech):
                        self._open(speech)
                    case SpeechEnded(speech):
                        await self.close()
                        await self.lay(speech.id)
                    case Waiting() | Thought() | Delta():
                        run.said = run.said or isinstance(event, Delta)
                        self._take(event)
                    case _:
                        assert_never(event)

    async def close(self) -> None:
        """Stop drawing what grows."""
        if self._screen is not None:
            await self._screen.close()
        self._screen = None

    async def lay(self, speech_id: int) -> None:
        """Bring a speech onto the screen as it is stored; with formatting, or, if Telegram refuses that, without."""
        speech = await self._duels.speech(speech_id)
        if speech is None:
            return
        text = speech.text.strip() + ("" if speech.state == "done" else " …")
        for formatted in (format_markdown, format_plain):
            head = f"**{speech_head(speech)}**" if formatted is format_markdown else speech_head(speech)
            try:
                await self._lay(speech, formatted(f"{head}\n\n{text}") if speech.text.strip() else [])
                break
            except TelegramBadRequest:
                if formatted is format_plain:
                    raise
        await self._duels.speech_shown(speech.id)

    def _open(self, speech: Speech) -> None:
        delivery = Delivery(speech.id, self._dialog.place, speech.message_ids, None, None)
        self._head = speech_head(speech)
        self._screen = EditScreen(self._outbox, self._duels, delivery, self._texts, lambda _: self._markup)
        self._screen.open()

    def _take(self, event: Waiting | Thought | Delta) -> None:
        if self._screen is None:
            return
        if isinstance(event, Delta) and self._head and event.text.strip():
            self._screen.take(Delta(f"{self._head}\n\n"))
            self._head = ""
        self._screen.take(event)

    async def _lay(self, speech: Speech, pages: list[Formatted]) -> None:
        """Fill the messages there are, add what is missing, remove what is too many."""
        ids = list(speech.message_ids)
        for index, page in enumerate(pages):
            await self._fill(speech, ids, index, page)
        chat_id = self._dialog.place.chat_id
        if extra := ids[len(pages) :]:
            await self._duels.record(speech.id, ids[: len(pages)])
            await self._outbox.attempt(chat_id, DeleteMessages(chat_id=chat_id, message_ids=extra))

    async def _fill(self, speech: Speech, ids: list[int], index: int, page: Formatted) -> None:
        if index < len(ids):
            try:
                await self._edit(ids[index], page)
                return
            except TelegramBadRequest as refusal:
                if not any(sign in refusal.message for sign in GONE):
                    raise
        place = self._dialog.place
        placed = await self._outbox.call(place.chat_id, placeholder(place, self._texts), repeat=True)
        ids[index : index + 1] = [placed.message_id]
        await self._duels.record(speech.id, ids)
        await self._edit(placed.message_id, page)

    async def _edit(self, message_id: int, page: Formatted) -> None:
        chat_id = self._dialog.place.chat_id
        method = EditMessageText(chat_id=chat_id, message_id=message_id, text=page.text, entities=list(page.entities))
        await self._outbox.call(chat_id, method)
