"""The first screen: /start. What was found, and what to do next."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from bot.buttons import button, keyboard
from bot.commands import announce_to
from bot.features.downloads import may_fetch, offer_rows
from bot.features.models import show_picker
from bot.here import dialog_here, is_outside
from bot.menus import DialogMenu, Menu, Setting, View
from bot.parts import Parts
from bot.pipes.taps import Pipe
from bot.replies import change, say, toast
from bot.sizes import gib
from bot.texts import Texts
from engine.dialogs import Place
from engine.memory import free_memory
from engine.users import User

router = Router(name="start")


@router.message(Command("start"))
async def on_start(message: Message, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """The first screen; the owner's menu of commands, which Telegram takes only for a chat that there is."""
    await say(parts, place, *await first_view(parts, user, texts, place))
    if user.role == "owner":
        await announce_to(parts, user, texts.language)


@router.callback_query(Menu.filter(F.screen == "start"))
async def on_start_button(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    await toast(parts, callback)
    await change(parts, callback, *await first_view(parts, user, texts, place))


@router.callback_query(Menu.filter(F.screen == "model"))
async def on_model_button(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """The picker for the dialog of this place; outside of any, how to get one."""
    dialog = await dialog_here(parts, user, place)
    await toast(parts, callback, texts("dialog-none-here") if dialog is None else None, alert=dialog is None)
    if dialog is not None:
        await show_picker(parts, place, dialog, user, texts)


async def first_view(parts: Parts, user: User, texts: Texts, place: Place) -> View:
    """A greeting, what was found, the next step, and where to go."""
    text = "\n\n".join([texts("start-hello"), found(parts, texts), next_step(parts, user, texts)])
    outside = is_outside(parts, place) and await parts.engine.dialogs.at(place) is None
    new = button(texts("button-new-dialog"), DialogMenu(screen="new"))
    first = new if outside else button(texts("button-model"), Menu(screen="model"))
    rows = [
        *(offer_rows(parts, texts) if may_fetch(parts, user, place) else []),
        [first, button(texts("button-dialogs"), DialogMenu(screen="list"))],
        [
            button(texts("button-settings"), Setting(dialog=0)),
            button(texts("button-language"), Menu(screen="language")),
        ],
        [*pipelines_button(user, texts), button(texts("button-help"), Menu(screen="help"))],
    ]
    return text, keyboard(*rows)


def pipelines_button(user: User, texts: Texts) -> list[InlineKeyboardButton]:
    """Guests of a group have none."""
    return [button(texts("button-pipes-all"), Pipe(act="list"))] if user.admitted else []


def found(parts: Parts, texts: Texts) -> str:
    """Servers, models and free memory, a line each."""
    names = [state.name for state in parts.engine.servers.states() if state.is_well and state.listed]
    servers = texts("start-servers", names=", ".join(names)) if names else texts("start-no-servers")
    models = texts("start-models", models=len(parts.engine.catalogue.models()))
    free = free_memory()
    memory = texts("start-memory", ram=gib(free.ram))
    gpu = [texts("start-gpu", vram=gib(sum(free.vram)))] if free.vram else []
    return "\n".join([servers, models, memory, *gpu])


def next_step(parts: Parts, user: User, texts: Texts) -> str:
    """What to do now: it depends on what is missing, and on who can mend it."""
    step = missing_step(parts, user, texts)
    catalogue = parts.engine.catalogue
    guide = "step-guide" if catalogue.stand_in() is not None else "guide-waits" if catalogue.guide_waits() else None
    return f"{step}\n\n{texts(guide)}" if guide else step


def missing_step(parts: Parts, user: User, texts: Texts) -> str:
    if parts.engine.catalogue.models():
        return texts("step-write")
    if user.role != "owner":
        return texts("step-tell-owner")
    if parts.engine.downloads.offers:
        return texts("step-fetch")
    remote = [state for state in parts.engine.servers.states() if state.is_well and state.kind != "llama_cpp"]
    return texts("step-model" if remote else "step-server")
