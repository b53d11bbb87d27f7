"""What strangers meet: a private bot, one button that asks for access, and the ways in by a link.

Nothing that a stranger writes is stored or shown to anybody; their name is, when they ask for access.
"""

import asyncio
from typing import assert_never

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import LeaveChat, SendMessage
from aiogram.types import CallbackQuery, Chat, InlineKeyboardMarkup, Message, Update

from bot.buttons import button, keyboard
from bot.commands import announce_to
from bot.features.requests import tell_owner
from bot.hearing import COMMAND, SAID
from bot.parts import Parts
from bot.people import texts_for
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Place
from engine.errors import InviteSpent, NoPlacesLeft
from engine.users import Role, User

router = Router(name="entrance")

TELEGRAM_URL = "https://t.me"
MIGRATION_S = 3.0
"""A group that becomes a supergroup looks for a moment like one that a stranger added the bot to."""


class Enter(CallbackData, prefix="enter"):
    """The button that asks for access."""


@router.callback_query(Enter.filter())
async def on_enter_again(callback: CallbackQuery, parts: Parts, user: User, texts: Texts) -> None:
    """The button is still there when its person is in already."""
    await toast(parts, callback, texts("entrance-welcome-member" if user.admitted else "entrance-not-yours"))


class Entrance:
    """Receives everybody whom the door does not let pass."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._users = parts.engine.users
        self._answered_now: set[int] = set()

    async def meet(self, event: Update, user: User, place: Place) -> None:
        """A stranger in their private chat; while one answer to them waits its turn, no second one is made."""
        texts = self._texts(user)
        if event.callback_query:
            await self._pressed(event.callback_query, user, texts)
        elif event.message and event.message.content_type in SAID and user.id not in self._answered_now:
            self._answered_now.add(user.id)
            try:
                await say(self._parts, place, texts(private_text(user.role)), ask_button(user.role, texts))
            finally:
                self._answered_now.discard(user.id)

    async def accept(self, code: str, event: Update, user: User, place: Place) -> User | None:
        """Let somebody in by the code of a link; None if it does not, which they are told."""
        texts = self._texts(user)
        try:
            accepted = await self._users.accept(code, user.id, user.name)
        except InviteSpent:
            if user.admitted:
                return user
            await say(self._parts, place, texts("entrance-invite-spent"), ask_button(user.role, texts))
            return None
        except NoPlacesLeft:
            await self._ask_with_invite(event, user)
            await say(self._parts, place, texts("entrance-no-places"))
            return None
        if accepted.role == "owner":
            await announce_to(self._parts, accepted, texts.language)
        if accepted.role != user.role:
            await say(self._parts, place, texts(f"entrance-welcome-{accepted.role}"))
        return await self._users.seen(accepted, user.name, user.client_language)

    async def opens_group(self, event: Update, user: User, place: Place) -> bool:
        """Whether this is how an admitted person lets the bot into a group; strangers are told that they cannot."""
        if event.my_chat_member:
            is_added = event.my_chat_member.new_chat_member.status in ("member", "administrator")
            if is_added and not user.admitted:
                await self._leave(event.my_chat_member.chat, user)
            return is_added and user.admitted
        if not event.message or not is_start(event.message, self._parts.me.username):
            return False
        if not user.admitted:
            await say(self._parts, place, self._texts(user)("entrance-group-private"))
        return user.admitted

    async def _leave(self, chat: Chat, user: User) -> None:
        if chat.type == "supergroup":
            await asyncio.sleep(MIGRATION_S)
        if await self._parts.engine.groups.get(chat.id):
            return
        sentence = SendMessage(chat_id=chat.id, text=self._texts(user)("entrance-group-leaving"))
        await self._parts.outbox.attempt(chat.id, sentence)
        await self._parts.outbox.attempt(chat.id, LeaveChat(chat_id=chat.id))

    async def _pressed(self, press: CallbackQuery, user: User, texts: Texts) -> None:
        """The button asks for access, once; any other button is not for strangers."""
        if press.data != Enter().pack():
            await toast(self._parts, press, texts("entrance-not-yours"))
            return
        is_new = await self._users.ask(user.id, user.name, user.client_language)
        known = await self._users.get(user.id) or user
        if known.admitted:  # the owner was quicker
            await toast(self._parts, press, texts("entrance-welcome-member"))
            return
        text = texts("entrance-asked") if is_new else texts(private_text(known.role))
        await toast(self._parts, press, text)
        if is_new:
            await tell_owner(self._parts, known, press.from_user.username)
            await change(self._parts, press, text)

    async def _ask_with_invite(self, event: Update, user: User) -> None:
        """Somebody with an invite finds every place taken: the owner is told once."""
        if await self._users.ask(user.id, user.name, user.client_language):
            person = event.message.from_user if event.message else None
            await tell_owner(self._parts, user, person.username if person else None, came_by_invite=True)

    def _texts(self, user: User) -> Texts:
        return texts_for(user, self._parts.engine.settings)


def private_text(role: Role) -> str:
    """The id of what somebody before the door is told."""
    match role:
        case "asking":
            return "entrance-asked-already"
        case "refused":
            return "entrance-refused"
        case "guest" | "member" | "owner":
            return "entrance-private"
    assert_never(role)


def ask_button(role: Role, texts: Texts) -> InlineKeyboardMarkup | None:
    return keyboard([button(texts("entrance-button-ask"), Enter())]) if role == "guest" else None


def start_code(message: Message | None) -> str | None:
    """The code in `/start CODE`, which a link makes the client send."""
    command, _, code = ((message and message.text) or "").partition(" ")
    return code.strip() or None if command == "/start" else None


def is_start(message: Message, username: str) -> bool:
    """`/start` in a group, for us or for nobody in particular."""
    command = COMMAND.match(message.text or "")
    named = ((command and command["bot"]) or "").casefold()
    return command is not None and command["name"] == "start" and named in ("", username.casefold())


async def owner_link(parts: Parts, base_url: str = TELEGRAM_URL) -> str | None:
    """A link that makes whoever opens it first the owner; None if there is an owner, or the settings name one."""
    users = parts.engine.users
    if parts.engine.settings.bot_owner_id is not None or await users.owner():
        return None
    return f"{base_url}/{parts.me.username}?start={await users.invite(1, None, kind='owner')}"
