"""Requests: somebody asks for access, the owner admits or refuses, the asker hears of it."""

from aiogram import Router
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.buttons import button, keyboard
from bot.owner import Decide, People, is_owner, shown_name
from bot.parts import Parts
from bot.people import texts_for
from bot.replies import change, toast
from bot.texts import Texts
from engine.errors import NoPlacesLeft
from engine.users import User

router = Router(name="requests")


@router.callback_query(Decide.filter(), is_owner)
async def on_decide(callback: CallbackQuery, callback_data: Decide, parts: Parts, texts: Texts) -> None:
    """Admit or refuse; when all places are taken the request stays."""
    users = parts.engine.users
    asker = await users.get(callback_data.user)
    if asker is None or asker.admitted:
        await toast(parts, callback)
        await change(parts, callback, texts("requests-over"), keyboard(list_row(texts)))
        return
    try:
        after = await decide(parts, asker, admit=callback_data.admit)
    except NoPlacesLeft as error:
        await toast(parts, callback, texts("requests-no-places", places=error.places), alert=True)
        return
    await toast(parts, callback)
    text = texts(f"requests-{after}", name=shown_name(asker.name), places=await users.places_left())
    await change(parts, callback, text, keyboard(list_row(texts)))


async def decide(parts: Parts, asker: User, *, admit: bool) -> str:
    """Do it and tell the asker; raises NoPlacesLeft. Returns `admitted` or `refused`."""
    if admit:
        await parts.engine.users.admit(asker.id, asker.name)
    else:
        await parts.engine.users.refuse(asker.id)
    outcome = "admitted" if admit else "refused"
    await tell(parts, asker, texts_for(asker, parts.engine.settings)(f"entrance-{outcome}"))
    return outcome


async def tell_owner(parts: Parts, asker: User, username: str | None, *, came_by_invite: bool = False) -> None:
    """Show the request to the owner, if there is one and they can be reached; it stays in /users anyway."""
    owner = await parts.engine.users.owner()
    if owner is None:
        return
    texts = texts_for(owner, parts.engine.settings)
    text = texts(
        "requests-invited" if came_by_invite else "requests-new",
        name=shown_name(asker.name),
        username=f"@{username}" if username else "—",
        id=str(asker.id),
        places=await parts.engine.users.places_left(),
    )
    markup = keyboard(decide_row(asker.id, texts))
    await parts.outbox.attempt(owner.id, SendMessage(chat_id=owner.id, text=text, reply_markup=markup))


async def tell(parts: Parts, user: User, text: str) -> None:
    """A word to somebody in their private chat; they may have blocked the bot."""
    await parts.outbox.attempt(user.id, SendMessage(chat_id=user.id, text=text))


def decide_row(user_id: int, texts: Texts) -> list[InlineKeyboardButton]:
    return [
        button(texts("requests-button-admit"), Decide(admit=True, user=user_id)),
        button(texts("requests-button-refuse"), Decide(admit=False, user=user_id)),
    ]


def list_row(texts: Texts) -> list[InlineKeyboardButton]:
    return [button(texts("people-button-list"), People())]
