"""Dialogs: /new, /dialogs and /rename; a list by pages, a card for each dialog, a way into it.

Where a chat has topics a dialog is a topic, and opening it means to be heard there; elsewhere it becomes the
current one. Deleting has a file of its own.
"""

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject
from aiogram.methods import EditForumTopic
from aiogram.types import CallbackQuery, Message
from aiogram.types import Chat as TelegramChat

from bot.buttons import keyboard
from bot.dialog_views import card_view, here_text, list_button, list_view, titled
from bot.features.chat import new_topic
from bot.guide import shown_name
from bot.here import owner_of
from bot.menus import DialogMenu, back
from bot.parts import Parts
from bot.picker import picker_keyboard, picker_text
from bot.posting import NO_THREAD
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Dialog, Place, shortened
from engine.users import User

router = Router(name="dialogs")


@router.message(Command("new"))
async def on_new(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """`/new [title]`: a topic where the chat has topics, else a new current dialog."""
    title = (command.args or "").strip()
    await begin(parts, user, place, texts, title, forum=has_topics(parts, message.chat))


@router.callback_query(DialogMenu.filter(F.screen == "new"))
async def on_new_button(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    chat = callback.message.chat if callback.message else None
    await toast(parts, callback)
    await begin(parts, user, place, texts, "", forum=has_topics(parts, chat))


@router.message(Command("dialogs", "chats"))
async def on_dialogs(message: Message, command: CommandObject, parts: Parts, texts: Texts, place: Place) -> None:
    """`/dialogs [words]`: all dialogs of the chat, or those with the words in their titles."""
    await say(parts, place, *await list_view(parts, texts, place, words=(command.args or "").strip()))


@router.callback_query(DialogMenu.filter(F.screen == "list"))
async def on_list(callback: CallbackQuery, callback_data: DialogMenu, parts: Parts, texts: Texts, place: Place) -> None:
    await toast(parts, callback)
    await change(parts, callback, *await list_view(parts, texts, place, page=callback_data.page))


@router.callback_query(DialogMenu.filter(F.screen == "card"))
async def on_card(callback: CallbackQuery, callback_data: DialogMenu, parts: Parts, texts: Texts, place: Place) -> None:
    dialog = await parts.engine.dialogs.here(callback_data.dialog, place.chat_id)
    if dialog is None:
        await toast(parts, callback, texts("dialog-gone"), alert=True)
        return
    await toast(parts, callback)
    await change(parts, callback, *await card_view(parts, texts, dialog))


@router.callback_query(DialogMenu.filter(F.screen == "open"))
async def on_open(callback: CallbackQuery, callback_data: DialogMenu, parts: Parts, texts: Texts, place: Place) -> None:
    """Go on with a dialog: it speaks up in its topic, gets a new topic for a lost one, or becomes the current one."""
    dialog = await parts.engine.dialogs.here(callback_data.dialog, place.chat_id)
    if dialog is None:
        await toast(parts, callback, texts("dialog-gone"), alert=True)
        return
    if dialog.place.thread_id is None and not (place.chat_id > 0 and parts.me.private_topics):
        await parts.engine.dialogs.switch(dialog)
        await toast(parts, callback)
        await change(parts, callback, await here_text(parts, texts, dialog), keyboard(back(texts, list_button())))
        return
    found = await speak_up(parts, texts, dialog)
    await toast(parts, callback, texts("dialog-look" if found else "dialog-is-current", title=titled(dialog, texts)))


@router.message(Command("rename"))
async def on_rename(message: Message, command: CommandObject, parts: Parts, texts: Texts, place: Place) -> None:
    """`/rename TITLE`: the dialog of this place, and its topic."""
    dialog = await parts.engine.dialogs.at(place)
    title = shortened(command.args or "")
    if dialog is None or not title:
        await say(parts, place, texts("rename-empty" if dialog else "dialog-none-here"))
        return
    await parts.engine.dialogs.rename(dialog.id, title, "person")
    if place.thread_id is not None:
        method = EditForumTopic(chat_id=place.chat_id, message_thread_id=place.thread_id, name=title)
        await parts.outbox.attempt(place.chat_id, method)
    await say(parts, place, texts("renamed", title=title))


async def begin(parts: Parts, user: User, place: Place, texts: Texts, title: str, *, forum: bool) -> None:
    """A new dialog, which says hello in its place."""
    fresh = await fresh_place(parts, place, shortened(title) or texts("dialog-untitled"), forum=forum)
    if fresh is None:
        await say(parts, place, texts("new-topic-refused"))
        return
    owner_id = await owner_of(parts, user, place)
    dialog = await parts.engine.dialogs.new(fresh, owner_id, title, user.preferences.model_id)
    if fresh.thread_id is not None:
        await say(parts, place, texts("new-topic-made", title=titled(dialog, texts)))
    model = parts.engine.catalogue.get(dialog.model_id)
    if model is not None:
        await say(parts, fresh, texts("new-dialog-ready", model=shown_name(model.name, texts)))
        return
    text = picker_text(parts.engine.catalogue, texts, question_waits=False)
    await say(
        parts,
        fresh,
        f"{texts('new-dialog')}\n\n{text}",
        await picker_keyboard(parts.engine, texts, dialog, user.id),
    )


async def fresh_place(parts: Parts, place: Place, title: str, *, forum: bool) -> Place | None:
    """Where a new dialog begins: a topic where the chat has topics, else the chat; None if a group refuses one."""
    chat = Place(place.chat_id)
    fresh = await new_topic(parts, chat, title) if forum else chat
    return None if forum and fresh.thread_id is None and place.chat_id < 0 else fresh


def has_topics(parts: Parts, chat: TelegramChat | None) -> bool:
    return bool(chat and (chat.is_forum or (chat.id > 0 and parts.me.private_topics)))


async def speak_up(parts: Parts, texts: Texts, dialog: Dialog) -> bool:
    """Say in the dialog's topic that it is here; False if there can be no topic and it became current instead."""
    text = await here_text(parts, texts, dialog)
    if dialog.place.thread_id is not None:
        try:
            await say(parts, dialog.place, text)
            return True
        except TelegramBadRequest as refusal:
            if NO_THREAD not in refusal.message:
                raise
    place = await new_topic(parts, Place(dialog.place.chat_id), titled(dialog, texts))
    await parts.engine.dialogs.move(dialog.id, place)
    if place.thread_id is None:
        await parts.engine.dialogs.switch(dialog)
    await say(parts, place, text)
    return place.thread_id is not None
