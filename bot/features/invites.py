"""Invites: links that let people in, for a number of them and for a time."""

import time

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.buttons import button, keyboard
from bot.features.entrance import TELEGRAM_URL
from bot.menus import View, back
from bot.owner import Admin, Invites, is_owner
from bot.parts import Parts
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Place

router = Router(name="invites")

HOUR_S = 3600
USES_AT_MOST = 100
HOURS_AT_MOST = 24 * 30
SHOWN_AT_MOST = 30
OFFERS = ((1, 24), (5, 24 * 7))
"""Uses and hours of the invites that have a button."""


@router.message(Command("invite"), is_owner)
async def on_invite(message: Message, command: CommandObject, parts: Parts, texts: Texts, place: Place) -> None:
    """`/invite [uses] [hours]`"""
    wanted = wanted_invite(command.args or "")
    if wanted is None:
        wrong = texts("invites-bad", value=(command.args or "")[:60], uses=USES_AT_MOST, hours=HOURS_AT_MOST)
        await say(parts, place, wrong)
        return
    await say(parts, place, *await made_view(parts, texts, *wanted))


@router.callback_query(Invites.filter(F.action == "show"), is_owner)
async def on_show(callback: CallbackQuery, parts: Parts, texts: Texts) -> None:
    await toast(parts, callback)
    await change(parts, callback, *await invites_view(parts, texts))


@router.callback_query(Invites.filter(F.action == "make"), is_owner)
async def on_make(callback: CallbackQuery, callback_data: Invites, parts: Parts, texts: Texts) -> None:
    await toast(parts, callback)
    uses, hours = min(callback_data.uses, USES_AT_MOST), min(callback_data.hours, HOURS_AT_MOST)
    await change(parts, callback, *await made_view(parts, texts, uses, hours))


@router.callback_query(Invites.filter(F.action == "drop"), is_owner)
async def on_drop(callback: CallbackQuery, parts: Parts, texts: Texts) -> None:
    """Make all links void."""
    count = await parts.engine.users.drop_invites()
    await toast(parts, callback, texts("invites-dropped", count=count))
    await change(parts, callback, *await invites_view(parts, texts))


def wanted_invite(args: str) -> tuple[int, int] | None:
    """Uses and hours; None if they cannot be."""
    words = args.split()
    if len(words) > 2 or not all(word.isascii() and word.isdecimal() and len(word) < 6 for word in words):
        return None
    uses, hours = (int(given) for given in [*words, *("1", "24")[len(words) :]])
    return (uses, hours) if 0 < uses <= USES_AT_MOST and 0 < hours <= HOURS_AT_MOST else None


async def made_view(parts: Parts, texts: Texts, uses: int, hours: int) -> View:
    """A new link, and how many it can really let in."""
    code = await parts.engine.users.invite(uses, time.time() + hours * HOUR_S)
    text = texts(
        "invites-made",
        link=f"{TELEGRAM_URL}/{parts.me.username}?start={code}",
        command=f"/start {code}",
        uses=uses,
        hours=hours,
        places=await parts.engine.users.places_left(),
    )
    return text, keyboard([button(texts("invites-button-show"), Invites())], back(texts, Admin()))


async def invites_view(parts: Parts, texts: Texts) -> View:
    """The open invites, and buttons for new ones."""
    invites = await parts.engine.users.open_invites()
    lines = [texts("invites-head", count=len(invites), places=await parts.engine.users.places_left())]
    for invite in invites[:SHOWN_AT_MOST]:
        hours = max(1, round(((invite.expires_at or 0) - time.time()) / HOUR_S))
        lines.append("• " + texts("invites-open", uses=invite.uses_left, hours=hours))
    offers = [
        button(texts("invites-button-make", uses=uses, hours=hours), Invites(action="make", uses=uses, hours=hours))
        for uses, hours in OFFERS
    ]
    drop = [button(texts("invites-button-drop"), Invites(action="drop"))] if invites else []
    return "\n".join(lines), keyboard(*([offer] for offer in offers), drop, back(texts, Admin()))
