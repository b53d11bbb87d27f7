"""Live: a dialog's questions answered on the screen, one after another.

One task a dialog that has something to answer; messages that come meanwhile wait in the database. The last word
is stored before it is shown, and shown by bot.posting.
"""

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from aiogram.types import InlineKeyboardMarkup

from bot.buttons import Skip, Stop, button, keyboard
from bot.deliveries import Deliveries, Delivery
from bot.errors import reported
from bot.outbox import Outbox
from bot.people import texts_for
from bot.posting import Posting
from bot.screens import DraftScreen, EditScreen, Screen
from bot.texts import Texts
from engine.assembly import Engine
from engine.database import insisted
from engine.dialogs import Dialog
from engine.errors import EngineError, StorageError
from engine.events import Delta
from engine.questions import Question
from engine.runs import Run


@dataclass
class Ending:
    """How a run ended."""

    run: Run | None = None
    error: EngineError | None = None


class Live:
    """Answers and shows."""

    def __init__(self, engine: Engine, outbox: Outbox, deliveries: Deliveries, posting: Posting) -> None:
        self._engine = engine
        self._outbox = outbox
        self._deliveries = deliveries
        self._posting = posting
        self._speaking: set[int] = set()
        self._woken: set[int] = set()
        self._held_until: dict[int, float] = {}

    async def resume(self) -> None:
        """At the start: show what did not arrive, answer what still waits."""
        for question_id in await self._deliveries.due():
            self._outbox.start(self._show_late(question_id))
        for dialog_id in await self._engine.questions.waiting_dialogs():
            self.wake(dialog_id)

    def wake(self, dialog_id: int, hold_s: float = 0.0) -> None:
        """There is a question to answer; with `hold_s`, wait that long for more of it."""
        self._held_until[dialog_id] = time.monotonic() + hold_s
        self._woken.add(dialog_id)
        if dialog_id not in self._speaking:
            self._speaking.add(dialog_id)
            self._outbox.start(self._speak(dialog_id))

    async def chosen(self, dialog_id: int, pressed: int | None = None) -> bool:
        """Who answers was chosen, in message `pressed` or by words: True if that message becomes the answer.

        A question that waits in another message, which may be far above by now, is answered below.
        """
        waits = await self._engine.questions.next(dialog_id)
        delivery = await self._deliveries.get(waits.id) if waits else None
        becomes_answer = delivery is not None and pressed in delivery.message_ids
        if delivery is not None and not becomes_answer:
            await self._anew(delivery)
        self.wake(dialog_id)
        return becomes_answer

    async def _speak(self, dialog_id: int) -> None:
        """Answer the questions of a dialog until none waits."""
        try:
            while dialog_id in self._woken:
                self._woken.discard(dialog_id)
                await self._hold(dialog_id)
                while question := await self._engine.questions.next(dialog_id):
                    if not await self._answer(question):
                        break
        finally:
            self._speaking.discard(dialog_id)
            self._held_until.pop(dialog_id, None)

    async def _hold(self, dialog_id: int) -> None:
        """Parts of a long paste come one by one; each may hold the answer a little longer."""
        while (wait_s := self._held_until.get(dialog_id, 0.0) - time.monotonic()) > 0:
            await asyncio.sleep(wait_s)

    async def _answer(self, question: Question) -> bool:
        """Answer one question; False if what else waits in the dialog must go on waiting."""
        questions = self._engine.questions

        async def tell(error: BaseException) -> None:
            failed = await insisted(
                lambda: questions.set_state(question.id, "failed", only_from=("waiting", "running"))
            )
            is_over = isinstance(error, StorageError) and not failed
            await self._posting.show(question.id, None if is_over else error)

        async with reported(tell):
            dialog = await self._engine.dialogs.get(question.dialog_id)
            if dialog is None:
                return False
            delivery = await insisted(lambda: self._deliveries.begin(question.id, dialog.place))
            if not dialog.has_answerer:
                await self._posting.show(question.id)
                return False
            return await self._answer_in(dialog, question, await self._below(question, delivery))
        after = await questions.get(question.id)
        return after is None or after.state != "waiting"  # it waits on if Telegram is away, or the person is

    async def _below(self, question: Question, delivery: Delivery) -> Delivery:
        """A message joined the question under the one meant for its answer: the answer comes in one below both."""
        if not delivery.message_ids or max(delivery.message_ids) > question.message_id:
            return delivery
        return await self._anew(delivery)

    async def _anew(self, delivery: Delivery) -> Delivery:
        """The answer comes in new messages; those that were meant for it go."""
        await self._posting.remove(delivery.place.chat_id, list(delivery.message_ids))
        return await self._deliveries.begin(delivery.question_id, delivery.place, anew=True)

    async def _answer_in(self, dialog: Dialog, question: Question, delivery: Delivery) -> bool:
        screen = await self._screen(question, dialog, delivery)
        ending = await self._run(question, dialog, screen)
        match ending.run.stopped if ending.run else None:
            case "shutdown":
                return False
            case "deleted":
                await self._posting.remove(dialog.place.chat_id, screen.message_ids)
                return False
            case "joined":
                return True
            case "person":
                await self._engine.questions.set_state(question.id, "stopped", only_from=("waiting",))
            case None:
                after = await self._engine.questions.get(question.id)
                if after is not None and after.state == "waiting":
                    return True  # a message joined it in the moment it was answered
        await self._posting.show(question.id, ending.error)
        if await self._engine.questions.get(question.id) is None:
            await self._posting.remove(dialog.place.chat_id, screen.message_ids)
        return True

    async def _run(self, question: Question, dialog: Dialog, screen: Screen) -> Ending:
        """Make the answer and show it grow."""
        ending = Ending()
        screen.open()
        try:
            async with self._engine.runs.scope(dialog.id, question.id, question.author_id) as run:
                ending.run = run
                async with aclosing(self._engine.answering.answer(question, run)) as events:
                    async for event in events:
                        run.said = run.said or isinstance(event, Delta)
                        screen.take(event)
        except EngineError as error:
            ending.error = error
        finally:
            await screen.close()
        return ending

    async def _screen(self, question: Question, dialog: Dialog, delivery: Delivery) -> Screen:
        user = await self._posting.reader(question, dialog)
        texts = texts_for(user, self._engine.settings)
        private = dialog.place.chat_id > 0
        drafts = user.preferences.streaming == "drafts" and dialog.mode == "chat"  # a draft has no buttons
        if private and drafts and not delivery.message_ids:
            return DraftScreen(self._outbox, delivery, texts)
        reply_to = None if private else question.message_id
        buttons = partial(stop_buttons, texts, dialog.id)
        return EditScreen(self._outbox, self._deliveries, delivery, texts, buttons, reply_to)

    async def _show_late(self, question_id: int) -> None:
        async def tell(error: BaseException) -> None:
            raise error

        async with reported(tell):
            await self._posting.show(question_id)


def stop_buttons(texts: Texts, dialog_id: int, stage: int) -> InlineKeyboardMarkup:
    """⏹ under an answer in the making, and ⏭ while a stage of a pipeline runs."""
    stop = button(texts("button-stop"), Stop(dialog=dialog_id))
    return keyboard([stop, *([button(texts("button-skip"), Skip(dialog=dialog_id, stage=stage))] if stage else [])])
