"""Models: `/model` and the picker's buttons."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.buttons import PickModel
from bot.dialog_views import SHOWN_WORDS
from bot.here import owner_of
from bot.parts import Parts
from bot.picker import picker_keyboard, picker_text
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.catalogue import Model
from engine.dialogs import Dialog, Place
from engine.users import User

router = Router(name="models")
REFRESH = -1


@router.message(Command("model"))
async def on_model(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """`/model` shows the picker, `/model words` chooses the one model that has the words in its name."""
    dialog = await parts.engine.dialogs.open(place, await owner_of(parts, user, place), user.preferences.model_id)
    words = (command.args or "").strip()
    if not words:
        await show_picker(parts, place, dialog, user, texts)
        return
    found = parts.engine.catalogue.find(words)
    if len(found) != 1:
        names = ", ".join(model.name for model in found[:10])
        text = texts("model-many" if found else "model-none", words=words[:SHOWN_WORDS], names=names)
        await say(parts, place, text, await picker_keyboard(parts.engine, texts, dialog, user.id))
        return
    await choose(parts, dialog, found[0])
    await say(parts, place, texts("model-chosen", model=found[0].name, server=found[0].server))


@router.callback_query(PickModel.filter(F.model > 0))
async def on_pick(callback: CallbackQuery, callback_data: PickModel, parts: Parts, texts: Texts, place: Place) -> None:
    """A model was chosen: the dialog has it from now on, and what waits for it is answered."""
    dialog = await parts.engine.dialogs.here(callback_data.dialog, place.chat_id)
    model = parts.engine.catalogue.get(callback_data.model)
    if dialog is None or model is None:
        await toast(parts, callback, texts("dialog-gone" if dialog is None else "model-gone"), alert=True)
        return
    await toast(parts, callback)
    if not await choose(parts, dialog, model, callback.message.message_id if callback.message else None):
        await change(parts, callback, texts("model-chosen", model=model.name, server=model.server))


@router.callback_query(PickModel.filter(F.model <= 0))
async def on_page(
    callback: CallbackQuery, callback_data: PickModel, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """Another page of the picker, or a fresh look at all servers."""
    dialog = await parts.engine.dialogs.here(callback_data.dialog, place.chat_id)
    if dialog is None:
        await toast(parts, callback, texts("dialog-gone"), alert=True)
        return
    if callback_data.model == REFRESH:
        await parts.engine.catalogue.refresh()
    await toast(parts, callback)
    dialog = await parts.engine.dialogs.here(dialog.id, place.chat_id) or dialog
    pressed = callback.message.message_id if callback.message else None
    if dialog.mode == "chat" and dialog.stands_in and await parts.live.chosen(dialog.id, pressed):
        return
    waits = await parts.engine.questions.next(dialog.id) is not None
    markup = await picker_keyboard(parts.engine, texts, dialog, user.id, page=callback_data.page)
    await change(parts, callback, picker_text(parts.engine.catalogue, texts, question_waits=waits), markup)


async def choose(parts: Parts, dialog: Dialog, model: Model, pressed: int | None = None) -> bool:
    """True if what waits is answered in the message that was pressed."""
    await parts.engine.dialogs.choose_model(dialog.id, model.id)
    return await parts.live.chosen(dialog.id, pressed)


async def show_picker(parts: Parts, place: Place, dialog: Dialog, user: User, texts: Texts) -> None:
    markup = await picker_keyboard(parts.engine, texts, dialog, user.id)
    await say(parts, place, picker_text(parts.engine.catalogue, texts, question_waits=False), markup)
