"""The ground under everything a person does: where they may write, and how the bot learns of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from bot.sandbox.methods.api import Api, reply_thread
from bot.sandbox.standing import bot_sees
from bot.sandbox.values import Chat, Json, Message, Topic, User
from bot.sandbox.views import message_json
from bot.sandbox.world import ICON_COLORS

NEW_TOPIC_NAME = "New Chat"
Thread = Topic | int | Literal["new"] | None
"""A topic, its id, "new" for a fresh private topic, or outside topics."""


class ImpossibleError(Exception):
    """A client app would not let the person do this."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody with an account: checks and steps that all acts share."""

    user: User
    api: Api

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    async def _sent(self, message: Message) -> Message:
        self.api.world.put_message(message)
        self.api.world.mark_read(self.id, message.chat_id, message.topic_id or 0, message.id)
        self._tell_bot("message", message)
        await self._settle()
        return message

    def _tell_bot(self, kind: str, message: Message) -> None:
        world = self.api.world
        if bot_sees(world, world.chats[message.chat_id], message):
            self.api.updates.push(kind, self._as_update(message))

    def _as_update(self, message: Message) -> Json:
        world = self.api.world
        result = message_json(world, message)
        is_first = message.is_topic and message.id == (message.thread_id or 0) + 1
        if is_first and message.service is None and world.setting("fresh_topic_lacks_flag", False):
            result.pop("is_topic_message")
        return result

    def _new(self, chat: Chat, thread: Thread, reply_to: Message | None) -> Message:
        """A message in its place, with nothing in it yet."""
        world = self.api.world
        current = self._writable(chat)
        thread_id = self._thread_id(current, thread)
        is_topic = thread_id is not None
        target = world.messages[current.id].get(reply_to.id) if reply_to else None
        if target is not None and not is_topic:
            thread_id = target.thread_id if target.is_topic else reply_thread(current, target)
            is_topic = target.is_topic
        return Message(
            chat_id=current.id,
            id=world.next_message_id(current),
            sender_id=self.id,
            date=world.now(),
            thread_id=thread_id,
            is_topic=is_topic,
            reply_to=target.id if target else None,
        )

    def _thread_id(self, chat: Chat, thread: Thread) -> int | None:
        if thread is None:
            return None
        if not chat.holds_topics:
            raise ImpossibleError("this chat has no topics")
        if thread == "new":
            return self._new_topic(chat, NEW_TOPIC_NAME, is_name_implicit=True).id
        thread_id = thread.id if isinstance(thread, Topic) else thread
        if thread_id not in self.api.world.topics[chat.id]:
            raise ImpossibleError("this topic is gone")
        return thread_id

    def _new_topic(self, chat: Chat, name: str, *, is_name_implicit: bool) -> Topic:
        world = self.api.world
        color = ICON_COLORS[world.count("topic_color") % len(ICON_COLORS)]
        topic, service = world.new_topic(chat, self.id, name, color, is_name_implicit=is_name_implicit)
        self._tell_bot("message", service)
        return topic

    def _writable(self, chat: Chat) -> Chat:
        current = self._chat(chat.id)
        if current.is_blocked:
            raise ImpossibleError("the bot is blocked; unblock it first")
        if not current.is_started:
            current = replace(current, is_started=True)
            self.api.world.put_chat(current)
        return current

    def _chat(self, chat_id: int) -> Chat:
        chat = self.api.world.chats[chat_id]
        if self.id not in chat.member_ids:
            raise ImpossibleError(f"{self.name} is not in this chat")
        return chat

    def _current(self, message: Message) -> Message:
        current = self.api.world.messages[self._chat(message.chat_id).id].get(message.id)
        if current is None:
            raise ImpossibleError("the message is gone")
        return current

    async def _settle(self) -> None:
        await self.api.world.records.store.settle()
