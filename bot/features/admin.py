"""Admin: the owner's menu; and one sentence for others who try the owner's commands."""

from aiogram import F, Router
from aiogram.filters import Command, or_f
from aiogram.types import CallbackQuery, Message

from bot.buttons import button, keyboard
from bot.menus import View
from bot.owner import COMMANDS, Admin, Decide, Invites, ModelList, People, ServerList, is_owner
from bot.parts import Parts
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Place

router = Router(name="admin")

OWNERS_BUTTONS = (Admin, People, Decide, Invites, ServerList)


@router.message(Command("admin"), is_owner)
async def on_admin(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    await say(parts, place, *await menu_view(parts, texts))


@router.callback_query(Admin.filter(F.screen == "menu"), is_owner)
async def on_menu(callback: CallbackQuery, parts: Parts, texts: Texts) -> None:
    await toast(parts, callback)
    await change(parts, callback, *await menu_view(parts, texts))


@router.message(Command(*COMMANDS))
async def on_not_owner(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    """Whoever gets here is not the owner."""
    await say(parts, place, texts("admin-owner-only"))


@router.callback_query(or_f(*(data.filter() for data in OWNERS_BUTTONS)))
async def on_not_owner_press(callback: CallbackQuery, parts: Parts, texts: Texts) -> None:
    await toast(parts, callback, texts("admin-owner-only"))


async def menu_view(parts: Parts, texts: Texts) -> View:
    """A few figures, and the ways to the rest."""
    engine = parts.engine
    states = engine.servers.states()
    asking = sum(user.role == "asking" for user in await engine.users.all())
    left = await engine.users.places_left()
    text = texts(
        "admin-head",
        taken=engine.users.places - left,
        places=engine.users.places,
        asking=asking,
        alive=sum(state.is_well for state in states),
        servers=len(states),
        models=len(engine.catalogue.models()),
        runs=len(engine.runs),
    )
    return text, keyboard(
        [button(texts("people-button-list"), People()), button(texts("people-button-invite"), Invites())],
        [button(texts("admin-button-servers"), ServerList()), button(texts("admin-button-models"), ModelList())],
        [button(texts("admin-button-memory"), Admin(screen="memory"))],
    )
