"""Admin: the owner's menu and the free memory; and one sentence for others who try the owner's commands."""

import asyncio

from aiogram import F, Router
from aiogram.filters import Command, or_f
from aiogram.types import CallbackQuery, Message

from bot.buttons import button, keyboard
from bot.menus import View, back
from bot.owner import COMMANDS, Admin, Decide, Invites, ModelList, People, ServerList, is_owner
from bot.parts import Parts
from bot.picker import GIB
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Place
from engine.memory import free_ram_bytes, free_vram_bytes

router = Router(name="admin")

LOADED_AT_MOST = 20
OWNERS_BUTTONS = (Admin, People, Decide, Invites, ServerList)


@router.message(Command("admin"), is_owner)
async def on_admin(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    await say(parts, place, *await menu_view(parts, texts))


@router.callback_query(Admin.filter(F.screen == "menu"), is_owner)
async def on_menu(callback: CallbackQuery, parts: Parts, texts: Texts) -> None:
    await toast(parts, callback)
    await change(parts, callback, *await menu_view(parts, texts))


@router.message(Command("memory"), is_owner)
async def on_memory(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    await say(parts, place, *await memory_view(parts, texts))


@router.callback_query(Admin.filter(F.screen == "memory"), is_owner)
async def on_memory_button(callback: CallbackQuery, parts: Parts, texts: Texts) -> None:
    await toast(parts, callback)
    await change(parts, callback, *await memory_view(parts, texts))


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


async def memory_view(parts: Parts, texts: Texts) -> View:
    """Free RAM and VRAM, and the models that are loaded now."""
    ram, vram = await asyncio.to_thread(lambda: (free_ram_bytes(), free_vram_bytes()))
    lines = [texts("memory-ram", gib=ram / GIB)]
    lines.append(texts("memory-vram", gib=vram / GIB) if vram else texts("memory-no-vram"))
    loaded = [model for model in parts.engine.catalogue.models() if model.info.loaded]
    lines += ["", texts("memory-loaded", count=len(loaded))]
    for model in loaded[:LOADED_AT_MOST]:
        size = texts("models-size", gib=model.info.size_bytes / GIB) if model.info.size_bytes else ""
        lines.append(" · ".join(part for part in (f"🔵 {model.name[:60]}", size, model.server) if part))
    refresh = button(texts("servers-button-refresh"), Admin(screen="memory"))
    return "\n".join(lines), keyboard([refresh], back(texts, Admin()))
