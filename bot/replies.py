"""What handlers say: a message at a place, a change of the message under a pressed button, a toast."""

from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendDocument, SendMessage
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardMarkup, Message

from bot.parts import Parts
from engine.dialogs import Place

TOAST_LENGTH = 200


async def say(parts: Parts, place: Place, text: str, markup: InlineKeyboardMarkup | None = None) -> Message:
    """A new message of ours."""
    method = SendMessage(
        chat_id=place.chat_id, message_thread_id=place.thread_id, text=text, reply_markup=markup, parse_mode=None
    )
    return await parts.outbox.call(place.chat_id, method)


async def send_file(parts: Parts, place: Place, name: str, content: bytes, caption: str | None = None) -> Message:
    """A file of ours."""
    document = BufferedInputFile(content, filename=name)
    method = SendDocument(
        chat_id=place.chat_id, message_thread_id=place.thread_id, document=document, caption=caption, parse_mode=None
    )
    return await parts.outbox.call(place.chat_id, method)


async def change(parts: Parts, press: CallbackQuery, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    """Show something else in the message whose button was pressed; a new message if that one is too old."""
    if press.message is None:
        return
    chat_id = press.message.chat.id
    method = EditMessageText(
        chat_id=chat_id, message_id=press.message.message_id, text=text, reply_markup=markup, parse_mode=None
    )
    try:
        await parts.outbox.call(chat_id, method)
    except TelegramBadRequest:
        thread_id = press.message.message_thread_id if isinstance(press.message, Message) else None
        await say(parts, Place(chat_id, thread_id), text, markup)


async def toast(parts: Parts, press: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Answer a button press, with a few words or without; every press must be answered once."""
    short = text[:TOAST_LENGTH] if text else None
    await parts.outbox.tell(AnswerCallbackQuery(callback_query_id=press.id, text=short, show_alert=alert))
