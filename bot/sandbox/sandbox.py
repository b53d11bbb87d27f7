"""The whole sandbox in one hand: opens the store, the server and the page; makes people and chats; waits.

This is what the bot's start and the tests use. It holds the parts together and has no rules of its own.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.sandbox.faults import Faults
from bot.sandbox.flood import Flood
from bot.sandbox.methods.api import Api
from bot.sandbox.people import Person
from bot.sandbox.queries import Queries
from bot.sandbox.records import Records
from bot.sandbox.rich import rich_text
from bot.sandbox.server import BotServer
from bot.sandbox.store import Store
from bot.sandbox.updates import Updates
from bot.sandbox.values import BotStatus, Call, Chat, Draft, Message, Topic, User, Violation
from bot.sandbox.views import message_json, user_json
from bot.sandbox.world import World

HOST = "127.0.0.1"
FIRST_PERSON_ID = 500_000_001
FIRST_GROUP_ID = 4_100_000_001
SUPERGROUP_OFFSET = -1_000_000_000_000
Found = TypeVar("Found")


class Sandbox:
    """A running sandbox; use open_sandbox()."""

    def __init__(self, store: Store, flood: Flood, token: str | None, bot: User) -> None:
        records = Records(store)
        self.world = World(records, bot)
        self.updates = Updates(self.world, records, self.world.load())
        self.world.bot = self.world.users.setdefault(bot.id, bot)
        self.api = Api(self.world, self.updates, Queries(self.world))
        self._reopen_presses()
        self.token = token or self.world.setting("token") or f"{bot.id}:{secrets.token_urlsafe(26)}"
        self.world.set("token", self.token)
        self.server = BotServer(self.api, self.token, flood)
        self.port = 0

    @property
    def api_url(self) -> str:
        """For aiogram: TelegramAPIServer.from_base(sandbox.api_url)."""
        return f"http://{HOST}:{self.port}"

    @property
    def page_url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    @property
    def faults(self) -> Faults:
        return self.server.faults

    @property
    def calls(self) -> deque[Call]:
        """What the bot called, oldest first; clear() it as you like. Successful getUpdates are left out."""
        return self.server.calls

    @property
    def violations(self) -> list[Violation]:
        """Every 429 that the bot earned by calling too often."""
        return self.server.violations

    @property
    def fresh_topic_lacks_flag(self) -> bool:
        """Some clients' first message of a fresh private topic lacks is_topic_message; True imitates them."""
        return bool(self.world.setting("fresh_topic_lacks_flag", False))

    @fresh_topic_lacks_flag.setter
    def fresh_topic_lacks_flag(self, lacks: bool) -> None:
        self.world.set("fresh_topic_lacks_flag", lacks)

    # People and chats

    def person(
        self, name: str, *, language: str = "en", username: str | None = None, last_name: str | None = None
    ) -> Person:
        """A new person with a private chat that they have not opened yet."""
        user_id = self.world.count("user_id", first=FIRST_PERSON_ID)
        user = User(user_id, name, last_name, username, language)
        self.world.put_user(user)
        person = Person(user, self.api)
        self.world.put_chat(Chat(user_id, "private", member_ids=(user_id,), is_started=False))
        return person

    def people(self) -> list[Person]:
        return [Person(user, self.api) for user in self.world.users.values() if not user.is_bot]

    def known_person(self, user_id: int) -> Person:
        return Person(self.world.users[user_id], self.api)

    def private_chat(self, person: Person, *, topics: bool | None = None) -> Chat:
        """The person's chat with the bot; topics are off until switched on here."""
        chat = self.world.chats[person.id]
        if topics is not None and topics != chat.has_topics:
            chat = replace(chat, has_topics=topics)
            self.world.put_chat(chat)
        return chat

    def group(
        self,
        title: str,
        members: Sequence[Person],
        *,
        forum: bool = False,
        supergroup: bool | None = None,
        bot_is_admin: bool | None = None,
        with_bot: bool = True,
    ) -> Chat:
        """A group that the first member makes (and owns) and to which they add the bot, unless told otherwise.

        A forum is always a supergroup; in a forum the bot is an admin unless told otherwise, elsewhere it is
        an ordinary member in privacy mode.
        """
        is_supergroup = forum if supergroup is None else supergroup or forum
        number = self.world.count("group_id", first=FIRST_GROUP_ID)
        is_admin = forum if bot_is_admin is None else bot_is_admin
        chat = Chat(
            id=SUPERGROUP_OFFSET - number if is_supergroup else -number,
            kind="supergroup" if is_supergroup else "group",
            title=title,
            member_ids=tuple(member.id for member in members),
            admin_ids=(members[0].id,),
            is_forum=forum,
            bot_status="left",
        )
        self.world.put_chat(chat)
        if with_bot:
            self.set_bot_status(chat, members[0], "administrator" if is_admin else "member")
        return self.chat(chat)

    def set_bot_status(self, chat: Chat, by: Person, status: BotStatus) -> None:
        """A member adds, promotes or kicks the bot."""
        before = self.chat(chat)
        after = replace(before, bot_status=status)
        self.world.put_chat(after)
        by.tell_standing(before, after)
        is_new = before.bot_status in ("left", "kicked") and status in ("member", "administrator")
        if is_new:
            service = self.world.add_service(after, by.id, {"new_chat_members": [user_json(self.world.bot)]})
            self.updates.push("message", message_json(self.world, service))

    def add_member(self, chat: Chat, person: Person) -> Chat:
        before = self.chat(chat)
        self.world.put_chat(replace(before, member_ids=(*before.member_ids, person.id)))
        self.world.add_service(before, person.id, {"new_chat_members": [user_json(person.user)]})
        return self.chat(chat)

    def chat(self, chat: Chat) -> Chat:
        """The chat as it is now."""
        return self.world.chats[chat.id]

    # What a client would show

    def transcript(self, chat: Chat, thread: Topic | int | None = None) -> list[Message]:
        """All messages in order; with a thread only that topic's."""
        return self.world.transcript(chat.id, thread.id if isinstance(thread, Topic) else thread)

    def answers(self, chat: Chat, thread: Topic | int | None = None) -> list[Message]:
        """The bot's messages, service messages aside."""
        every = self.transcript(chat, thread)
        return [message for message in every if message.sender_id == self.world.bot.id and message.service is None]

    def topics(self, chat: Chat) -> list[Topic]:
        return list(self.world.topics[chat.id].values())

    def message(self, message: Message) -> Message | None:
        """The message as it is now; None when it was deleted."""
        return self.world.messages[message.chat_id].get(message.id)

    def draft(self, chat: Chat, thread: Topic | int | None = None) -> Draft | None:
        """The preview shown now in a private chat."""
        return self.world.drafts.shown.get((chat.id, thread.id if isinstance(thread, Topic) else thread))

    def age(self, message: Message, *, hours: float) -> Message:
        """Make a message older than it is."""
        current = self.world.messages[message.chat_id][message.id]
        return self.world.put_message(replace(current, date=current.date - int(hours * 3600)))

    # Waiting

    async def until(self, found: Callable[[], Found], timeout_s: float = 10.0) -> Found:
        """Wait until found() gives something true and return it; asked again after every change.

        Raises TimeoutError when nothing true came in time.
        """
        async with asyncio.timeout(timeout_s):
            while not (result := found()):
                await self.world.changes.next()
            return result

    async def answer(
        self,
        chat: Chat,
        part: str = "",
        *,
        thread: Topic | int | None = None,
        after: Message | None = None,
        timeout_s: float = 10.0,
    ) -> Message:
        """Wait for a message of the bot that contains a text; `after` skips everything up to a message."""
        first = after.id + 1 if after else 0

        def found() -> Message | None:
            fitting = (item for item in self.answers(chat, thread) if item.id >= first and part in shown_text(item))
            return next(fitting, None)

        result = await self.until(found, timeout_s)
        assert result is not None
        return result

    def _reopen_presses(self) -> None:
        """Presses that the bot has not seen yet can still be answered after a restart."""
        for update in self.updates.pending:
            if update.kind == "callback_query":
                query = update.payload
                message = query["message"]
                self.api.queries.open(
                    query["id"], query["from"]["id"], message["chat"]["id"], message["message_id"], query["data"]
                )


def shown_text(message: Message) -> str:
    """The text of a message, also of a rich one."""
    return rich_text(message.rich["blocks"]) if message.rich else message.text
