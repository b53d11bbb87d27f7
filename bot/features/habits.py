"""Habits: what a person has in all their dialogs: the model of new ones, the way answers grow, rich messages.

Drafts and rich messages look wrong in some of Telegram's apps, and Telegram does not tell in which; so each is
shown once, and switched on if the person says that it looked well. Private chats only.
"""

import asyncio

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendMessageDraft, SendRichMessage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from bot.buttons import button, keyboard
from bot.features.settings import is_private
from bot.markdown import rich_blocks
from bot.menus import Habit, Setting, View, back
from bot.parts import Parts
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Place
from engine.users import User

router = Router(name="habits")

PAGE_SIZE = 8
DEMO_DRAFT_ID = 2_000_000_000
"""Other drafts carry the ids of questions, which begin at 1."""
DEMO_FRAMES = 5
FRAME_PAUSE_S = 0.6


@router.callback_query(Habit.filter(F.screen == "menu"))
async def on_menu(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    if await may(callback, parts, user, texts, place):
        await toast(parts, callback)
        await change(parts, callback, *habits_view(parts, user, texts))


@router.callback_query(Habit.filter(F.screen == "models"))
async def on_models(
    callback: CallbackQuery, callback_data: Habit, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    if await may(callback, parts, user, texts, place):
        await toast(parts, callback)
        await change(parts, callback, *models_view(parts, user, texts, callback_data.value))


@router.callback_query(Habit.filter(F.screen == "model"))
async def on_model(
    callback: CallbackQuery, callback_data: Habit, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """The model that new dialogs begin with; 0 asks each time."""
    if not await may(callback, parts, user, texts, place):
        return
    model = parts.engine.catalogue.get(callback_data.value)
    if callback_data.value and model is None:
        await toast(parts, callback, texts("model-gone"), alert=True)
        return
    await save(callback, parts, user, texts, model_id=model.id if model else None)


@router.callback_query(Habit.filter(F.screen.in_({"edits", "smooth", "plain", "seen"})))
async def on_choice(
    callback: CallbackQuery, callback_data: Habit, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A way of showing answers was chosen, or confirmed after its demonstration."""
    if not await may(callback, parts, user, texts, place):
        return
    match callback_data.screen:
        case "edits":
            await save(callback, parts, user, texts, streaming="edits")
        case "smooth":
            await save(callback, parts, user, texts, streaming="drafts")
        case "plain":
            await save(callback, parts, user, texts, rich=False)
        case _:
            await save(callback, parts, user, texts, rich=True)


@router.callback_query(Habit.filter(F.screen == "drafts"))
async def on_try_drafts(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """A real draft that grows for about three seconds; then: was it smooth?"""
    if not await may(callback, parts, user, texts, place):
        return
    await toast(parts, callback)
    text = texts("drafts-demo")
    if await play_draft(parts, place, text):
        question = f"{text}\n\n{texts('drafts-question')}"
        await say(parts, place, question, yes_or_no(texts, Habit(screen="smooth"), Habit(screen="edits")))
    else:
        await say(parts, place, texts("demo-refused"), keyboard(back(texts, Habit(screen="menu"))))


@router.callback_query(Habit.filter(F.screen == "rich"))
async def on_try_rich(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """A real rich message with a table and a formula; then: is it all there?"""
    if not await may(callback, parts, user, texts, place):
        return
    await toast(parts, callback)
    try:
        for message in rich_blocks(texts("rich-demo")):
            method = SendRichMessage(chat_id=place.chat_id, message_thread_id=place.thread_id, rich_message=message)
            await parts.outbox.call(place.chat_id, method)
    except TelegramBadRequest:
        await say(parts, place, texts("demo-refused"), keyboard(back(texts, Habit(screen="menu"))))
        return
    await say(parts, place, texts("rich-question"), yes_or_no(texts, Habit(screen="seen"), Habit(screen="plain")))


async def may(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> bool:
    """Only admitted people have habits, and only their private chat shows them; others are told so."""
    if is_private(user, place):
        return True
    await toast(parts, callback, texts("private-only"), alert=True)
    return False


async def save(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, **changes: object) -> None:
    user = await parts.engine.users.set_preferences(user, **changes)
    await toast(parts, callback, texts("setting-saved"))
    await change(parts, callback, *habits_view(parts, user, texts))


async def play_draft(parts: Parts, place: Place, text: str) -> bool:
    """Let the text grow; False if Telegram refuses drafts here."""
    words = text.split(" ")
    for frame in range(1, DEMO_FRAMES + 1):
        so_far = " ".join(words[: len(words) * frame // DEMO_FRAMES])
        method = SendMessageDraft(
            chat_id=place.chat_id, message_thread_id=place.thread_id, draft_id=DEMO_DRAFT_ID, text=so_far
        )
        if not await parts.outbox.attempt(place.chat_id, method):
            return False
        await asyncio.sleep(FRAME_PAUSE_S)
    return True


def habits_view(parts: Parts, user: User, texts: Texts) -> View:
    habits = user.preferences
    drafts, rich = habits.streaming == "drafts", habits.rich
    model = texts("habit-ask") if habits.model_id is None else parts.engine.catalogue.key_of(habits.model_id)[1]
    rows = [
        [button(texts("button-habit-model", model=model), Habit(screen="models"))],
        [
            choice(texts("button-edits"), Habit(screen="edits"), is_chosen=not drafts),
            choice(texts("button-drafts"), Habit(screen="drafts"), is_chosen=drafts),
        ],
        [
            choice(texts("button-plain"), Habit(screen="plain"), is_chosen=not rich),
            choice(texts("button-rich"), Habit(screen="rich"), is_chosen=rich),
        ],
        back(texts, Setting(dialog=0)),
    ]
    return texts("habits-head"), keyboard(*rows)


def models_view(parts: Parts, user: User, texts: Texts, page: int) -> View:
    """The models that a new dialog may begin with."""
    models = parts.engine.catalogue.models()
    last = max(0, (len(models) - 1) // PAGE_SIZE)
    page = max(0, min(page, last))
    chosen = user.preferences.model_id
    rows = [
        [choice(f"{model.name} · {model.server}", Habit(screen="model", value=model.id), is_chosen=model.id == chosen)]
        for model in models[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    ]
    turns = [
        button(sign, Habit(screen="models", value=to))
        for sign, to in (("‹", page - 1), ("›", page + 1))
        if 0 <= to <= last
    ]
    ask = [choice(texts("habit-ask"), Habit(screen="model"), is_chosen=chosen is None)]
    return texts("habit-model-head"), keyboard(ask, *rows, turns, back(texts, Habit(screen="menu")))


def choice(text: str, data: Habit, *, is_chosen: bool) -> InlineKeyboardButton:
    return button(("✓ " if is_chosen else "") + text, data)


def yes_or_no(texts: Texts, yes: Habit, no: Habit) -> InlineKeyboardMarkup:
    return keyboard([button(texts("button-looked-well"), yes), button(texts("button-looked-bad"), no)])
