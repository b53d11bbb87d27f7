"""Who may enter: every update passes this door before any handler sees it.

Admitted people pass with `user`, `texts` and `place` for the handlers; members of an admitted group pass there as
guests. Everybody else meets bot.features.entrance and nothing more.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.types import TelegramObject, Update
from aiogram.types import User as Person

from bot.parts import Parts
from bot.people import texts_for
from bot.threads import place_of
from engine.dialogs import Place
from engine.users import Preferences, User

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Door(BaseMiddleware):
    """An outer middleware of all updates."""

    def __init__(self, parts: Parts) -> None:
        self._engine = parts.engine
        self._private_topics = parts.me.private_topics

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Update)
        context: EventContext = data["event_context"]
        if context.chat is None:
            return None
        user = await self._user(context.user, context.chat.id)
        if user is None:
            return None
        data |= {
            "user": user,
            "texts": texts_for(user, self._engine.settings),
            "place": self._place(event, context),
        }
        return await handler(event, data)

    async def _user(self, person: Person | None, chat_id: int) -> User | None:
        if person is None:  # a stop pressed in a draft names only the private chat
            return await self._engine.users.get(chat_id)
        user = await self._engine.users.get(person.id)
        return user

    def _place(self, event: Update, context: EventContext) -> Place:
        """Where it happened; by our own rules where there is a message."""
        assert context.chat is not None
        message = event.message or event.edited_message or (event.callback_query and event.callback_query.message)
        if message:
            return place_of(message, self._private_topics)
        return Place(context.chat.id, context.thread_id)


def guest(person: Person) -> User:
    """A member of an admitted group who was not admitted by themselves."""
    return User(person.id, person.full_name, "asking", None, person.language_code, Preferences())
