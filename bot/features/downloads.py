"""Fetching a model: what is offered while there is none, how far it is, and a way to stop. The owner's affair."""

import asyncio
import time
from contextlib import aclosing
from typing import Literal

from aiogram import F, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import EditMessageText
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.buttons import button, keyboard
from bot.errors import reported, sentence
from bot.menus import Menu, View, back
from bot.owner import is_owner
from bot.parts import Parts
from bot.picker import SIGNS
from bot.replies import change, say, toast
from bot.sizes import gib
from bot.texts import Texts
from config.downloads_file import Download
from engine.dialogs import Place
from engine.downloads import Progress, room_of
from engine.fitting import Free, Room, best, fits, nearest
from engine.users import User

router = Router(name="downloads")

SHOWN_EVERY_S = 3.0


class Fetch(CallbackData, prefix="fetch"):
    """`offer` is the place of the model in config/downloads.yaml."""

    action: Literal["list", "ask", "start", "stop"]
    offer: int = 0


def may_fetch(parts: Parts, user: User, place: Place) -> bool:
    """The owner, in private, while there is no model yet."""
    return user.role == "owner" and place.chat_id == user.id and not parts.engine.catalogue.models()


def offer_rows(parts: Parts, texts: Texts) -> list[list[InlineKeyboardButton]]:
    """For the first screen: the largest model that fits, in one tap, and the way to the others."""
    free = parts.engine.catalogue.free_for_load()
    fitting = [
        (index, offer)
        for index, offer in enumerate(parts.engine.downloads.offers)
        if sign(offer, free) != SIGNS["too big"]
    ]
    if not parts.engine.downloads.offers:
        return []
    others = button(texts("fetch-button-list"), Fetch(action="list"))
    if not fitting:
        return [[others]]
    index, offer = max(fitting, key=lambda pair: pair[1].size_bytes)
    text = texts("fetch-button-offer", name=offer.name, gib=gib(offer.size_bytes))
    return [[button(text, Fetch(action="start", offer=index))], [others]]


@router.callback_query(Fetch.filter(F.action == "list"), is_owner)
async def on_list(callback: CallbackQuery, parts: Parts, texts: Texts) -> None:
    await toast(parts, callback)
    await change(parts, callback, *list_view(parts, texts))


@router.callback_query(Fetch.filter(F.action == "start"), is_owner)
@router.callback_query(Fetch.filter(F.action == "ask"), is_owner)
async def on_start(callback: CallbackQuery, callback_data: Fetch, parts: Parts, texts: Texts, place: Place) -> None:
    """Fetch it; what would not fit into the memory only after the person has seen the sum."""
    offer = offered(parts, callback_data)
    if offer is None or parts.engine.downloads.is_running(offer):
        await toast(parts, callback, texts("fetch-runs" if offer else "fetch-gone"))
        return
    await toast(parts, callback)
    room, free = room_of(offer), parts.engine.catalogue.free_for_load()
    if callback_data.action == "ask" and nearest(room, free) is None:
        await change(parts, callback, *too_big_view(callback_data.offer, offer, room, free, texts))
        return
    message = await say(parts, place, texts("fetch-begins", name=offer.name), stop_button(callback_data.offer, texts))
    parts.outbox.start(fetch(parts, texts, offer, callback_data.offer, message))


@router.callback_query(Fetch.filter(F.action == "stop"), is_owner)
async def on_stop(callback: CallbackQuery, callback_data: Fetch, parts: Parts, texts: Texts) -> None:
    offer = offered(parts, callback_data)
    stopped = offer is not None and parts.engine.downloads.stop(offer)
    await toast(parts, callback, None if stopped else texts("fetch-stopped-already"))


async def fetch(parts: Parts, texts: Texts, offer: Download, index: int, message: Message) -> None:
    """Fetch it and show how it goes, to its end or its trouble."""
    downloads = parts.engine.downloads
    again = keyboard([button(texts("fetch-button-again"), Fetch(action="start", offer=index))])

    async def tell(error: BaseException) -> None:
        await show(parts, message, f"⚠️ {offer.name}: {sentence(error, texts)}", again)

    async with reported(tell):
        try:
            with downloads.scope(offer):
                await fetch_shown(parts, texts, offer, index, message)
        except asyncio.CancelledError:
            if downloads.was_stopped(offer):
                have = gib(downloads.fetched_bytes(offer))
                await show(parts, message, texts("fetch-stopped", name=offer.name, have=have), again)
            raise
        await parts.engine.catalogue.refresh("llama_cpp")
        await show(parts, message, texts("fetch-done", name=offer.name), keyboard())


async def fetch_shown(parts: Parts, texts: Texts, offer: Download, index: int, message: Message) -> None:
    began_at = shown_at = time.monotonic()
    first: Progress | None = None
    async with aclosing(parts.engine.downloads.fetch(offer)) as news:
        async for progress in news:
            first = first or progress
            now = time.monotonic()
            if now - shown_at < SHOWN_EVERY_S:
                continue
            shown_at = now
            speed = (progress.done_bytes - first.done_bytes) / (now - began_at)
            await show(parts, message, how_far(offer, progress, speed, texts), stop_button(index, texts))


async def show(parts: Parts, message: Message, text: str, markup: InlineKeyboardMarkup) -> None:
    method = EditMessageText(
        chat_id=message.chat.id, message_id=message.message_id, text=text, reply_markup=markup, parse_mode=None
    )
    await parts.outbox.attempt(message.chat.id, method)


def how_far(offer: Download, progress: Progress, bytes_per_s: float, texts: Texts) -> str:
    """`⬇️ Qwen3 1.7B: 45 % (0.8 of 1.8 GB), about 2 minutes more`"""
    left = progress.total_bytes - progress.done_bytes
    return texts(
        "fetch-goes",
        name=offer.name,
        percent=int(100 * progress.done_bytes / progress.total_bytes),
        done=gib(progress.done_bytes),
        total=gib(progress.total_bytes),
        minutes=max(1, round(left / bytes_per_s / 60)) if bytes_per_s > 0 else 0,
    )


def list_view(parts: Parts, texts: Texts) -> View:
    """Every offer with its size, licence and whether it fits; below, a button for each."""
    downloads, free = parts.engine.downloads, parts.engine.catalogue.free_for_load()
    lines, rows = [], []
    for index, offer in enumerate(downloads.offers):
        have = downloads.fetched_bytes(offer)
        facts = [offer.name, texts("models-size", gib=gib(offer.size_bytes)), offer.licence]
        if downloads.is_here(offer):
            facts.append(texts("fetch-is-here"))
        elif have:
            facts.append(texts("fetch-have", percent=int(100 * have / offer.size_bytes)))
        lines.append(f"{sign(offer, free)} {' · '.join(facts)}")
        if not downloads.is_here(offer):
            rows.append([button(f"⬇️ {offer.name}", Fetch(action="ask", offer=index))])
    text = "\n\n".join([texts("fetch-head"), "\n".join(lines), texts("models-legend")])
    return text, keyboard(*rows, back(texts, Menu(screen="start")))


def too_big_view(index: int, offer: Download, room: Room, free: Free, texts: Texts) -> View:
    """The sum, before anything is fetched."""
    need = best(room, free).all
    parts = {"weights": gib(need.weights), "context": gib(need.context), "work": gib(need.work)}
    text = texts("fetch-too-big", name=offer.name, need=gib(need.total), free=gib(free.total), **parts)
    anyway = button(texts("fetch-button-anyway"), Fetch(action="start", offer=index))
    return text, keyboard([anyway], back(texts, Fetch(action="list")))


def stop_button(index: int, texts: Texts) -> InlineKeyboardMarkup:
    return keyboard([button(texts("button-stop"), Fetch(action="stop", offer=index))])


def offered(parts: Parts, data: Fetch) -> Download | None:
    offers = parts.engine.downloads.offers
    return offers[data.offer] if 0 <= data.offer < len(offers) else None


def sign(offer: Download, free: Free) -> str:
    """Green: fits with its usual window; yellow: with a smaller one; red: not at all."""
    room = room_of(offer)
    if fits(best(room, free), free):
        return SIGNS["fits"]
    return SIGNS["slow"] if nearest(room, free) else SIGNS["too big"]
