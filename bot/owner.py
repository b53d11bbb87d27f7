"""What the owner's screens share: who may see them, their buttons, the way back."""

from collections.abc import Callable
from typing import Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, TelegramObject

from bot.buttons import button
from bot.shortening import one_line
from engine.dialogs import Place
from engine.users import User

COMMANDS = ("admin", "users", "invite", "servers", "memory")
NAME_LENGTH = 40


class Admin(CallbackData, prefix="admin"):
    """The menu of the owner."""

    screen: Literal["menu", "memory"] = "menu"


class People(CallbackData, prefix="people"):
    """The list of people, and what is done with one of them."""

    action: Literal["list", "card", "remove", "removed"] = "list"
    user: int = 0
    page: int = 0


class Decide(CallbackData, prefix="decide"):
    """Whether somebody who asks may come in."""

    admit: bool
    user: int


class Invites(CallbackData, prefix="invite"):
    action: Literal["show", "make", "drop"] = "show"
    uses: int = 1
    hours: int = 24


class ServerList(CallbackData, prefix="servers"):
    page: int = 0
    refresh: bool = False


class ModelList(CallbackData, prefix="models"):
    page: int = 0
    refresh: bool = False


async def is_owner(event: TelegramObject, user: User, place: Place) -> bool:
    """A filter: the owner, in their private chat, where nobody reads along."""
    return user.role == "owner" and place.chat_id == user.id


def turns(page: int, last: int, to: Callable[[int], CallbackData]) -> list[InlineKeyboardButton]:
    """‹ and › where there are more pages; pages count from 0."""
    return [button(sign, to(other)) for sign, other in (("‹", page - 1), ("›", page + 1)) if 0 <= other <= last]


def shown_name(name: str) -> str:
    """A name on one line, not too long."""
    return one_line(name, NAME_LENGTH)
