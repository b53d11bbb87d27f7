"""Modes: who answers in a dialog: one model, the base pipeline, or one made by hand. `/mode` and its buttons."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from bot.buttons import button, keyboard
from bot.dialog_views import model_name, titled
from bot.features.models import show_picker
from bot.here import dialog_here
from bot.menus import DialogMenu, View, back
from bot.parts import Parts
from bot.pipes.desk import Desk
from bot.pipes.problems import problem_text
from bot.pipes.taps import Base, Mode, Pipe
from bot.pipes.words import short
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Dialog, Place
from engine.pipelines.base import BaseState
from engine.pipelines.store import SavedPipeline
from engine.users import User

router = Router(name="modes")

WORDS = ("chat", "base", "manual")
SHOWN_MISSING = 10


@router.message(Command("mode"))
async def on_mode(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """`/mode` shows the choice, `/mode base` chooses."""
    desk = Desk(parts, user, texts, place)
    dialog = await dialog_here(parts, user, place)
    word = (command.args or "").strip().lower()
    if dialog is None:
        await say(parts, place, texts("dialog-none-here"))
    elif not word:
        await say(parts, place, *await mode_view(desk, dialog))
    elif word == "chat":
        await choose_chat(desk, dialog)
    elif word == "base":
        await choose_base(desk, dialog)
    elif word == "manual":
        await choose_manual(desk, dialog)
    else:
        await say(parts, place, texts("mode-unknown", word=word[:40], allowed=", ".join(WORDS)))


@router.callback_query(Mode.filter(F.mode == "menu"))
async def on_menu(
    callback: CallbackQuery, callback_data: Mode, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    dialog = await dialog_of(callback, callback_data, parts, texts, place)
    if dialog is not None:
        await toast(parts, callback)
        await change(parts, callback, *await mode_view(Desk(parts, user, texts, place), dialog))


@router.callback_query(Mode.filter(F.mode == "chat"))
async def on_chat(
    callback: CallbackQuery, callback_data: Mode, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """One model again: the one the dialog had, or the picker."""
    dialog = await dialog_of(callback, callback_data, parts, texts, place)
    if dialog is None:
        return
    await parts.engine.dialogs.choose_mode(dialog.id, "chat")
    await toast(parts, callback)
    await settled(callback, Desk(parts, user, texts, place), dialog.id)
    if dialog.model_id is None:
        await show_picker(parts, place, dialog, user, texts)


@router.callback_query(Mode.filter(F.mode == "base"))
async def on_base(
    callback: CallbackQuery, callback_data: Mode, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """The base pipeline, or why it cannot be."""
    dialog = await dialog_of(callback, callback_data, parts, texts, place)
    if dialog is None:
        return
    state = parts.engine.base_pipeline.state()
    if not state.is_ready:
        await toast(parts, callback, why_not(texts, state), alert=True)
        return
    await parts.engine.dialogs.choose_mode(dialog.id, "base")
    await toast(parts, callback)
    await settled(callback, Desk(parts, user, texts, place), dialog.id)


@router.callback_query(Mode.filter(F.mode == "manual"))
async def on_manual(
    callback: CallbackQuery, callback_data: Mode, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A pipeline of one's own; the one the dialog had may be somebody else's."""
    dialog = await dialog_of(callback, callback_data, parts, texts, place)
    if dialog is None:
        return
    saved = await parts.engine.pipelines.get(callback_data.pipe)
    if saved is None or (saved.owner_id != user.id and saved.id != dialog.pipeline_id):
        await toast(parts, callback, texts("pipe-gone"), alert=True)
        return
    await parts.engine.dialogs.choose_mode(dialog.id, "manual", saved.id)
    await toast(parts, callback)
    await settled(callback, Desk(parts, user, texts, place), dialog.id)


async def dialog_of(callback: CallbackQuery, data: Mode, parts: Parts, texts: Texts, place: Place) -> Dialog | None:
    dialog = await parts.engine.dialogs.here(data.dialog, place.chat_id)
    if dialog is None:
        await toast(parts, callback, texts("dialog-gone"), alert=True)
    return dialog


async def settled(callback: CallbackQuery, desk: Desk, dialog_id: int) -> None:
    """A mode was chosen: what waits is answered, in the pressed message if that was made for it."""
    parts = desk.parts
    becomes_answer = await parts.live.chosen(dialog_id, callback.message.message_id if callback.message else None)
    dialog = await parts.engine.dialogs.here(dialog_id, desk.place.chat_id)
    if dialog is not None and not becomes_answer:
        await change(parts, callback, *await mode_view(desk, dialog))


async def choose_chat(desk: Desk, dialog: Dialog) -> None:
    await desk.parts.engine.dialogs.choose_mode(dialog.id, "chat")
    if dialog.model_id is None:
        await show_picker(desk.parts, desk.place, dialog, desk.user, desk.texts)
        return
    await chosen(desk, dialog.id)


async def choose_base(desk: Desk, dialog: Dialog) -> None:
    state = desk.parts.engine.base_pipeline.state()
    if not state.is_ready:
        text = desk.texts("mode-base-not", why=why_not(desk.texts, state))
        await say(desk.parts, desk.place, text, (await mode_view(desk, dialog))[1])
        return
    await desk.parts.engine.dialogs.choose_mode(dialog.id, "base")
    await chosen(desk, dialog.id)


async def choose_manual(desk: Desk, dialog: Dialog) -> None:
    """The pipeline that the dialog had; without one, the way to make it."""
    if dialog.pipeline_id is None:
        to_list = [button(desk.texts("button-pipes-all"), Pipe(act="list"))]
        await say(desk.parts, desk.place, desk.texts("mode-manual-none"), keyboard(to_list))
        return
    await desk.parts.engine.dialogs.choose_mode(dialog.id, "manual")
    await chosen(desk, dialog.id)


async def chosen(desk: Desk, dialog_id: int) -> None:
    """Say who answers now, and let that begin."""
    await desk.parts.live.chosen(dialog_id)
    dialog = await desk.parts.engine.dialogs.here(dialog_id, desk.place.chat_id)
    if dialog is not None:
        await say(desk.parts, desk.place, *await mode_view(desk, dialog))


async def mode_view(desk: Desk, dialog: Dialog) -> View:
    """The three ways, with what each would be; the chosen one is ticked."""
    texts, state = desk.texts, desk.parts.engine.base_pipeline.state()
    saved = await desk.parts.engine.pipelines.get(dialog.pipeline_id) if dialog.pipeline_id else None
    lines = [texts("mode-head", title=titled(dialog, texts)), now_line(desk, dialog, saved)]
    if not state.is_ready:
        lines.append(texts("mode-base-not", why=why_not(texts, state)))
    rows = [
        [ticked(texts("button-mode-chat"), Mode(mode="chat", dialog=dialog.id), is_chosen=dialog.mode == "chat")],
        base_row(desk, dialog, state),
        own_row(desk, dialog, saved),
        [button(texts("button-pipes-all"), Pipe(act="list"))],
        back(texts, DialogMenu(screen="card", dialog=dialog.id)),
    ]
    return "\n\n".join(lines), keyboard(*rows)


def now_line(desk: Desk, dialog: Dialog, saved: SavedPipeline | None) -> str:
    texts = desk.texts
    match dialog.mode:
        case "base":
            return texts("mode-now-base")
        case "manual" if saved is not None:
            return texts("mode-now-manual", name=short(saved.name))
        case "manual":
            return texts("mode-manual-none")
        case _ if dialog.model_id is None:
            return texts("mode-now-nobody")
        case _:
            return texts("mode-now-chat", model=model_name(desk.parts, texts, dialog.model_id))


def base_row(desk: Desk, dialog: Dialog, state: BaseState) -> list[InlineKeyboardButton]:
    texts, data = desk.texts, Mode(mode="base", dialog=dialog.id)
    if not state.is_ready:
        return [button("⚠️ " + texts("button-mode-base"), data)]
    look = button(texts("button-pipe-look"), Base(act="open"))
    return [ticked(texts("button-mode-base"), data, is_chosen=dialog.mode == "base"), look]


def own_row(desk: Desk, dialog: Dialog, saved: SavedPipeline | None) -> list[InlineKeyboardButton]:
    if saved is None:
        return []
    use = Mode(mode="manual", dialog=dialog.id, pipe=saved.id)
    look = button(desk.texts("button-pipe-look"), Pipe(act="open", pipe=saved.id))
    return [ticked("🧩 " + short(saved.name), use, is_chosen=dialog.mode == "manual"), look]


def ticked(text: str, data: Mode, *, is_chosen: bool) -> InlineKeyboardButton:
    return button(("✓ " if is_chosen else "") + text, data)


def why_not(texts: Texts, state: BaseState) -> str:
    """Why the base pipeline cannot answer: what is missing by name, or the line of the mistake."""
    if state.problem is not None:
        return problem_text(state.problem, texts)
    if state.pipeline is None:
        return texts("mode-base-no-file")
    names = ", ".join(short(name) for name in state.missing[:SHOWN_MISSING])
    return texts("mode-base-missing", names=names, count=len(state.missing))
