"""Posting: makes the messages of a chat show an answer as it stands in the database.

Done twice, it changes nothing: messages are placed empty, noted, and only then filled. So it is simply done
again after a kill, a penalty of Telegram's, or a night without network.
"""

from typing import Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import DeleteMessages, EditMessageText, SendDocument, SendMessage
from aiogram.types import BufferedInputFile

from bot.answer_view import AnswerView, Manner, Whole, answer_view
from bot.deliveries import Deliveries, Delivery
from bot.outbox import Outbox
from bot.people import texts_for
from bot.picker import picker_keyboard, picker_text
from bot.texts import Texts
from engine.assembly import Engine
from engine.dialogs import Dialog, Place
from engine.questions import Question
from engine.sessions import UNFINISHED
from engine.users import Preferences, User

GONE = ("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID")
MANNERS: tuple[Manner, ...] = ("rich", "formatted", "plain")
NO_THREAD = "message thread not found"


class Posting:
    """Shows answers, and asks for a model where there is none."""

    def __init__(self, engine: Engine, outbox: Outbox, deliveries: Deliveries) -> None:
        self._engine = engine
        self._outbox = outbox
        self._deliveries = deliveries

    async def reader(self, question: Question, dialog: Dialog) -> User:
        """Who reads the answer: the author, or, where a guest of a group asked, the owner of the dialog."""
        users = self._engine.users
        user = await users.get(question.author_id) or await users.get(dialog.owner_id)
        return user or User(question.author_id, "", "asking", None, None, Preferences())

    async def show(self, question_id: int, error: BaseException | None = None) -> None:
        """Bring the last state of a question's answer onto the screen."""
        question = await self._engine.questions.get(question_id)
        delivery = await self._deliveries.get(question_id)
        dialog = await self._engine.dialogs.get(question.dialog_id) if question else None
        if question is None or delivery is None or dialog is None or question.state == "running":
            return
        user = await self.reader(question, dialog)
        texts = texts_for(user, self._engine.settings)
        if question.state == "waiting":
            await self.ask_for_model(question, delivery, dialog, texts)
        else:
            await self._show_answer(question, delivery, dialog, user, error)

    async def ask_for_model(self, question: Question, delivery: Delivery, dialog: Dialog, texts: Texts) -> None:
        """The picker, under the newest part of the question, in the message that the answer will take over."""
        if any(question.message_id < message_id for message_id in delivery.message_ids):
            return  # it stands under the question already
        await self.remove(delivery.place.chat_id, list(delivery.message_ids))
        picker = SendMessage(
            chat_id=delivery.place.chat_id,
            message_thread_id=delivery.place.thread_id,
            text=picker_text(self._engine.catalogue, texts, question_waits=True),
            reply_markup=await picker_keyboard(self._engine, texts, dialog, question.author_id),
        )
        sent = await self._outbox.call(delivery.place.chat_id, picker, repeat=True)
        await self._deliveries.record(question.id, [sent.message_id])
        await self._deliveries.done(question.id)

    async def remove(self, chat_id: int, message_ids: list[int]) -> None:
        """Take messages away; those that are gone already do not matter."""
        if message_ids:
            await self._outbox.attempt(chat_id, DeleteMessages(chat_id=chat_id, message_ids=message_ids))

    async def _show_answer(
        self, question: Question, delivery: Delivery, dialog: Dialog, user: User, error: BaseException | None
    ) -> None:
        """Rich if the person wants that, else with entities, and if Telegram refuses those, plain."""
        answer = await self._engine.answers.get(question.answer_id) if question.answer_id else None
        variants = await self._engine.answers.variants(question.id)
        texts = texts_for(user, self._engine.settings)
        goes_on = await self._goes_on(question, dialog)
        rich = user.preferences.rich and delivery.place.chat_id > 0
        for manner in MANNERS if rich else MANNERS[1:]:
            view = answer_view(
                question, answer, variants, dialog.settings, texts, error=error, goes_on=goes_on, manner=manner
            )
            try:
                await self._lay_somewhere(delivery, view, texts, dialog)
                break
            except TelegramBadRequest:
                if manner == "plain":
                    raise
                delivery = await self._deliveries.get(question.id) or delivery
        await self._deliveries.done(question.id)

    async def _goes_on(self, question: Question, dialog: Dialog) -> bool:
        """A pipeline broke off, and can go on from its last finished stage."""
        if question.state == "answered" or dialog.mode == "chat":
            return False
        session = await self._engine.sessions.last(question.id)
        return session is not None and session.state in UNFINISHED

    async def _lay_somewhere(self, delivery: Delivery, view: AnswerView, texts: Texts, dialog: Dialog) -> None:
        """In its topic; if that was deleted, of which Telegram tells nobody, the dialog goes on in the chat itself."""
        try:
            await self._lay(delivery, view, texts)
        except TelegramBadRequest as refusal:
            if NO_THREAD not in refusal.message:
                raise
            place = Place(dialog.place.chat_id)
            await self._engine.dialogs.move(dialog.id, place)
            await self._lay(await self._deliveries.begin(delivery.question_id, place, anew=True), view, texts)

    async def _lay(self, delivery: Delivery, view: AnswerView, texts: Texts) -> None:
        """Fill the messages there are, add what is missing, remove what is too many."""
        chat_id, ids = delivery.place.chat_id, list(delivery.message_ids)
        parts: list[dict[str, Any]] = [{"rich_message": part} for part in view.rich or []] or [
            {"text": part.text, "entities": list(part.entities)} for part in view.messages
        ]
        for index, part in enumerate(parts):
            markup = view.markup if index == len(parts) - 1 else None
            await self._fill(delivery, ids, index, {**part, "reply_markup": markup}, texts)
        if ids != list(delivery.message_ids) or len(ids) > len(parts):
            await self._deliveries.record(delivery.question_id, ids[: len(parts)])
        await self.remove(chat_id, ids[len(parts) :])
        await self._lay_file(delivery, view.file, texts)

    async def _lay_file(self, delivery: Delivery, file: Whole | None, texts: Texts) -> None:
        """Under a text too long for messages, a file with all of it; the file of another variant goes."""
        if delivery.file_of == (file.answer_id if file else None):
            return
        if delivery.file_id is not None:
            await self.remove(delivery.place.chat_id, [delivery.file_id])
        file_id = await self._send_file(delivery.place, file.text, texts) if file else None
        await self._deliveries.record_file(delivery.question_id, file_id, file.answer_id if file else None)

    async def _fill(
        self, delivery: Delivery, ids: list[int], index: int, content: dict[str, Any], texts: Texts
    ) -> None:
        """Put content into message `index`, placing it first if it is not there, or not there any more."""
        if index < len(ids):
            try:
                await self._edit(delivery.place.chat_id, ids[index], content)
                return
            except TelegramBadRequest as refusal:
                if not any(sign in refusal.message for sign in GONE):
                    raise
        placed = await self._outbox.call(delivery.place.chat_id, placeholder(delivery.place, texts), repeat=True)
        ids[index : index + 1] = [placed.message_id]
        if not await self._deliveries.record(delivery.question_id, ids):
            await self.remove(delivery.place.chat_id, [placed.message_id])
            return
        await self._edit(delivery.place.chat_id, placed.message_id, content)

    async def _edit(self, chat_id: int, message_id: int, content: dict[str, Any]) -> None:
        await self._outbox.call(chat_id, EditMessageText(chat_id=chat_id, message_id=message_id, **content))

    async def _send_file(self, place: Place, text: str, texts: Texts) -> int:
        document = BufferedInputFile(text.encode("utf-8", "replace"), filename=texts("answer-file-name") + ".md")
        method = SendDocument(chat_id=place.chat_id, message_thread_id=place.thread_id, document=document)
        return (await self._outbox.call(place.chat_id, method, repeat=True)).message_id  # rather twice than never


def placeholder(place: Place, texts: Texts) -> SendMessage:
    """A message that will be filled; sent twice, it only leaves an empty one behind."""
    return SendMessage(chat_id=place.chat_id, message_thread_id=place.thread_id, text=texts("answer-placeholder"))
