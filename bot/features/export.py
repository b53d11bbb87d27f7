"""Export: a whole dialog as a file."""

import re

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.buttons import button, keyboard
from bot.dialog_views import titled
from bot.menus import DialogMenu, View, back
from bot.parts import Parts
from bot.replies import change, say, send_file, toast
from bot.texts import Texts
from bot.transcripts import FORMATS, Format, written
from engine.dialogs import Dialog, Place
from engine.transcripts import transcript

router = Router(name="export")


class Export(CallbackData, prefix="export"):
    """A format was chosen."""

    dialog: int
    format: Format


@router.message(Command("export"))
async def on_export(message: Message, command: CommandObject, parts: Parts, texts: Texts, place: Place) -> None:
    """`/export` offers the formats, `/export md` sends the dialog of this place in one."""
    words = (command.args or "").strip().lower().lstrip(".")
    wanted = next((name for name in FORMATS if name == words), None)
    dialog = await parts.engine.dialogs.at(place)
    if dialog is None:
        await say(parts, place, texts("dialog-none-here"))
    elif not words:
        await say(parts, place, *formats_view(texts, dialog))
    elif wanted is None:
        await say(parts, place, texts("export-unknown", words=words[:40], formats=", ".join(FORMATS)))
    else:
        await send(parts, place, texts, dialog, wanted)


@router.callback_query(DialogMenu.filter(F.screen == "export"))
async def on_export_button(
    callback: CallbackQuery, callback_data: DialogMenu, parts: Parts, texts: Texts, place: Place
) -> None:
    dialog = await parts.engine.dialogs.here(callback_data.dialog, place.chat_id)
    if dialog is None:
        await toast(parts, callback, texts("dialog-gone"), alert=True)
        return
    await toast(parts, callback)
    await change(parts, callback, *formats_view(texts, dialog))


@router.callback_query(Export.filter())
async def on_format(callback: CallbackQuery, callback_data: Export, parts: Parts, texts: Texts, place: Place) -> None:
    dialog = await parts.engine.dialogs.here(callback_data.dialog, place.chat_id)
    if dialog is None:
        await toast(parts, callback, texts("dialog-gone"), alert=True)
        return
    await toast(parts, callback)
    await send(parts, place, texts, dialog, callback_data.format)


async def send(parts: Parts, place: Place, texts: Texts, dialog: Dialog, file_format: Format) -> None:
    """The file, sent where it was asked for."""
    exchanges = await transcript(parts.engine.database, dialog.id)
    if not exchanges:
        await say(parts, place, texts("export-empty"))
        return
    title = titled(dialog, texts)
    content = written(file_format, title, exchanges, dialog.settings.system, texts)
    await send_file(parts, place, f"{file_name(title)}.{file_format}", content.encode("utf-8", "replace"))


def file_name(title: str) -> str:
    """The title as a file name that every system takes."""
    return re.sub(r"[^\w\- ]+", "", title).strip() or "dialog"


def formats_view(texts: Texts, dialog: Dialog) -> View:
    buttons = [button(f".{name}", Export(dialog=dialog.id, format=name)) for name in FORMATS]
    text = texts("export-head", title=titled(dialog, texts))
    return text, keyboard(buttons, back(texts, DialogMenu(screen="card", dialog=dialog.id)))
