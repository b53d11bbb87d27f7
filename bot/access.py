"""Who may enter: every update passes this door before any handler sees it.

Admitted people pass with `user`, `texts` and `place` for the handlers; in an admitted group everybody does, those
who were not admitted themselves as guests, and only with what is meant for the bot. Everybody else meets
bot.features.entrance and nothing more.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.types import Chat, TelegramObject, Update
from aiogram.types import User as Person

from bot.commands import announce_to
from bot.features.entrance import Entrance, start_code
from bot.hearing import is_for_us
from bot.parts import Parts
from bot.people import language_for, texts_for
from bot.pipes.links import shared_code
from bot.replies import toast
from bot.threads import place_of
from engine.dialogs import Place
from engine.users import Preferences, User

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Door(BaseMiddleware):
    """An outer middleware of all updates; `commands` are those that some handler knows."""

    def __init__(self, parts: Parts, commands: frozenset[str]) -> None:
        self._parts = parts
        self._engine = parts.engine
        self._commands = commands
        self._entrance = Entrance(parts)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update)
        context: EventContext = data["event_context"]
        user = await self._user(context)
        if user is None or context.chat is None:
            return None
        place = self._place(event, context.chat, context.thread_id)
        admitted = await self._let_in(event, context.chat, user, place)
        if admitted is None:
            return None
        data |= {"user": admitted, "texts": texts_for(admitted, self._engine.settings), "place": place}
        result = await handler(event, data)
        if result is UNHANDLED and event.callback_query:
            await toast(self._parts, event.callback_query)  # an old button, of a version before
        return result

    async def _user(self, context: EventContext) -> User | None:
        """Who it is, with the name they have now; nobody, if it is the bot itself.

        A stop pressed in a draft names only the private chat.
        """
        chat, person, users = context.chat, context.user, self._engine.users
        if person is None:
            return await users.get(chat.id) if chat and chat.type == "private" else None
        if person.id == self._parts.me.id:
            return None
        user = await users.get(person.id)
        if person.id == self._engine.settings.bot_owner_id and (user is None or user.role != "owner"):
            user = await users.make_owner(person.id, person.full_name)
            await announce_to(self._parts, user, language_for(user, self._engine.settings))
        return await users.seen(user, person.full_name, person.language_code) if user else guest(person)

    async def _let_in(self, event: Update, chat: Chat, user: User, place: Place) -> User | None:
        """The user as handlers see them, or None if nothing may get to a handler."""
        if chat.type == "private":
            return await self._let_in_private(event, user, place)
        if chat.type in ("group", "supergroup"):
            return user if await self._let_in_group(event, chat, user, place) else None
        return None

    async def _let_in_private(self, event: Update, user: User, place: Place) -> User | None:
        code = start_code(event.message)
        if code and user.role != "owner" and shared_code(code) is None:
            return await self._entrance.accept(code, event, user, place)
        if user.admitted:
            return user
        await self._entrance.meet(event, user, place)
        return None

    async def _let_in_group(self, event: Update, chat: Chat, user: User, place: Place) -> bool:
        group = await self._engine.groups.get(chat.id)
        if group is None:
            return await self._entrance.opens_group(event, user, place)
        if event.message is None:
            return True
        return is_for_us(event.message, self._parts.me, self._commands, answers_all=group.answers_all)

    def _place(self, event: Update, chat: Chat, thread_id: int | None) -> Place:
        """Where it happened; by our own rules where there is a message."""
        message = event.message or event.edited_message or (event.callback_query and event.callback_query.message)
        return place_of(message, self._parts.me.private_topics) if message else Place(chat.id, thread_id)


def guest(person: Person) -> User:
    """Somebody who never asked to come in, in a group or before the door."""
    return User(person.id, person.full_name, "guest", None, person.language_code, Preferences())
