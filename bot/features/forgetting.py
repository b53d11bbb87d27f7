"""Forgetting: /clear empties a dialog, /delete removes it; each asks once, then leaves no trace in any file.

Telegram's messages of the bot go too, as far as Telegram allows.
"""

import time
from typing import Literal

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import DeleteForumTopic
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.buttons import button, keyboard
from bot.dialog_views import SHOWN_WORDS, card_view, list_button, titled
from bot.menus import DialogMenu, View, back
from bot.parts import Parts
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Dialog, Place

router = Router(name="forgetting")

ENDS_WITHIN_S = 10.0
"""A stopped run closes its connection first; what it stores later than this meets no row any more."""
DELETABLE_FOR_S = 48 * 3600 - 60
"""Telegram lets a bot delete its messages for two days."""
DELETED_AT_ONCE = 100
CHOICES = 10


class Forget(CallbackData, prefix="forget"):
    """The answer to "really?"."""

    what: Literal["delete", "clear", "keep"]
    dialog: int


@router.message(Command("clear", "reset"))
async def on_clear(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    """Ask whether to forget what was said in the dialog of this place."""
    dialog = await parts.engine.dialogs.at(place)
    if dialog is None:
        await say(parts, place, texts("dialog-none-here"))
        return
    text = texts("clear-really", title=titled(dialog, texts))
    await say(parts, place, text, really(texts, "clear", dialog, texts("button-clear")))


@router.message(Command("delete"))
async def on_delete(message: Message, command: CommandObject, parts: Parts, texts: Texts, place: Place) -> None:
    """`/delete [ID or title]`: ask whether to delete that dialog, or the one of this place."""
    words = (command.args or "").strip()
    found = await wanted(parts, place, words)
    if len(found) == 1:
        await say(parts, place, *await delete_view(parts, texts, found[0]))
    elif found:
        await say(parts, place, *choice_view(texts, found))
    else:
        none = texts("delete-none", words=words[:SHOWN_WORDS]) if words else texts("dialog-none-here")
        await say(parts, place, none)


@router.callback_query(DialogMenu.filter(F.screen == "delete"))
async def on_delete_button(
    callback: CallbackQuery, callback_data: DialogMenu, parts: Parts, texts: Texts, place: Place
) -> None:
    dialog = await parts.engine.dialogs.here(callback_data.dialog, place.chat_id)
    if dialog is None:
        await toast(parts, callback, texts("dialog-gone"), alert=True)
        return
    await toast(parts, callback)
    await change(parts, callback, *await delete_view(parts, texts, dialog))


@router.callback_query(Forget.filter())
async def on_really(callback: CallbackQuery, callback_data: Forget, parts: Parts, texts: Texts, place: Place) -> None:
    """Do it, or leave it."""
    dialog = await parts.engine.dialogs.here(callback_data.dialog, place.chat_id)
    if dialog is None:
        await toast(parts, callback, texts("dialog-gone"), alert=True)
        return
    match callback_data.what:
        case "keep":
            await toast(parts, callback, texts("kept"))
            await change(parts, callback, *await card_view(parts, texts, dialog))
        case "clear":
            await parts.engine.runs.end(dialog.id, "deleted", ENDS_WITHIN_S)
            await parts.engine.dialogs.clear(dialog.id)
            await toast(parts, callback, texts("cleared"))
            await change(parts, callback, texts("cleared"))
        case "delete":
            topic_gone = await delete_dialog(parts, dialog)
            await toast(parts, callback, texts("deleted"))
            if not (topic_gone and place == dialog.place):
                await change(parts, callback, texts("deleted"), keyboard(back(texts, list_button())))


async def wanted(parts: Parts, place: Place, words: str) -> list[Dialog]:
    """The dialogs that `/delete words` may mean: by number, by whole title, by words of the title."""
    dialogs = parts.engine.dialogs
    if not words:
        here = await dialogs.at(place)
        return [here] if here else []
    number = words.lstrip("#№ ")
    if number.isdecimal() and (dialog := await dialogs.here(min(int(number), 2**63 - 1), place.chat_id)):
        return [dialog]
    found = await dialogs.list(place.chat_id, words)
    exact = [dialog for dialog in found if dialog.title.casefold() == words.casefold()]
    return exact or found


async def delete_dialog(parts: Parts, dialog: Dialog) -> bool:
    """End what runs, remove every trace, then the messages; True if the whole topic went."""
    await parts.engine.runs.end(dialog.id, "deleted", ENDS_WITHIN_S)
    since = time.time() - DELETABLE_FOR_S
    message_ids = await parts.deliveries.messages_since(dialog.id, since)
    message_ids += await parts.engine.duels.messages(dialog.id, since)
    await parts.engine.dialogs.delete(dialog.id)
    chat_id, thread_id = dialog.place.chat_id, dialog.place.thread_id
    if chat_id > 0 and thread_id is not None:
        method = DeleteForumTopic(chat_id=chat_id, message_thread_id=thread_id)
        if await parts.outbox.attempt(chat_id, method):
            return True
    for start in range(0, len(message_ids), DELETED_AT_ONCE):
        await parts.posting.remove(chat_id, message_ids[start : start + DELETED_AT_ONCE])
    return False


async def delete_view(parts: Parts, texts: Texts, dialog: Dialog) -> View:
    counts = await parts.engine.dialogs.question_counts(dialog.place.chat_id)
    questions = counts.get(dialog.id, 0)
    text = texts("delete-really", title=titled(dialog, texts), id=str(dialog.id), questions=questions)
    return text, really(texts, "delete", dialog, texts("button-delete"))


def choice_view(texts: Texts, found: list[Dialog]) -> View:
    """Several dialogs fit: each a button that asks."""
    rows = [
        [button(f"№ {dialog.id} · {titled(dialog, texts)}", DialogMenu(screen="delete", dialog=dialog.id))]
        for dialog in found[:CHOICES]
    ]
    return texts("delete-which", count=len(found)), keyboard(*rows, back(texts, list_button()))


def really(texts: Texts, what: Literal["delete", "clear"], dialog: Dialog, label: str) -> InlineKeyboardMarkup:
    return keyboard(
        [button(label, Forget(what=what, dialog=dialog.id))],
        [button(texts("button-keep"), Forget(what="keep", dialog=dialog.id))],
    )
