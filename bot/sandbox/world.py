"""All that Telegram would know: people, chats, topics, messages, files; one place where they change.

Every change is kept (records), shown (changes) and never judged: rules live with the methods and with people.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from bot.sandbox.changes import Changes
from bot.sandbox.drafts import Drafts
from bot.sandbox.records import PendingUpdate, ReadMark, Records, Setting
from bot.sandbox.values import Chat, Json, Media, Message, Topic, User

ICON_COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


class World:
    def __init__(self, records: Records, bot: User, clock: Callable[[], float] = time.time) -> None:
        self.records = records
        self.changes = Changes()
        self.bot = bot
        self.clock = clock
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.topics: dict[int, dict[int, Topic]] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.media: dict[str, Media] = {}
        self.reads: dict[tuple[int, int, int], int] = {}
        self.drafts = Drafts(self.changes)
        self._settings: dict[str, Any] = {}
        self._uses: dict[str, int] = {}

    def now(self) -> int:
        return int(self.clock())

    def load(self) -> list[PendingUpdate]:
        """Fill a new world from its records; gives back the updates that wait for the bot."""
        pending = []
        for record in self.records.load():
            if isinstance(record, PendingUpdate):
                pending.append(record)
            else:
                self._remember(record)
        for chat_id in self.chats:
            self.topics.setdefault(chat_id, {})
            self.messages[chat_id] = dict(sorted(self.messages.get(chat_id, {}).items()))
            for message in self.messages[chat_id].values():
                self._count_files(None, message)
        return sorted(pending, key=lambda update: update.update_id)

    def _remember(self, record: User | Chat | Topic | Message | Media | Setting | ReadMark) -> None:
        match record:
            case User():
                self.users[record.id] = record
            case Chat():
                self.chats[record.id] = record
            case Topic():
                self.topics.setdefault(record.chat_id, {})[record.id] = record
            case Message():
                self.messages.setdefault(record.chat_id, {})[record.id] = record
            case Media():
                self.media[record.file_id] = record
            case Setting():
                self._settings[record.name] = record.value
            case ReadMark():
                self.reads[record.user_id, record.chat_id, record.thread_id] = record.message_id

    # Settings and counters

    def setting(self, name: str, default: Any = None) -> Any:
        return self._settings.get(name, default)

    def set(self, name: str, value: Any) -> None:
        self._settings[name] = value
        self.records.put(Setting(name, value))

    def settings(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Settings whose name begins so; the name comes without the prefix."""
        for name, value in self._settings.items():
            if name.startswith(prefix) and value is not None:
                yield name.removeprefix(prefix), value

    def count(self, name: str, first: int = 1) -> int:
        """The next number of a counter; never the same twice, also after a restart."""
        number = int(self._settings.get(name, first - 1)) + 1
        self.set(name, number)
        return number

    def next_message_id(self, chat: Chat) -> int:
        """Private chats and small groups share one count; a supergroup has its own."""
        return self.count(f"message_id/{chat.id}" if chat.kind == "supergroup" else "message_id")

    # People and chats

    def put_user(self, user: User) -> None:
        self.users[user.id] = user
        self.records.put(user)
        self.changes.tell("user", 0, user)

    def put_chat(self, chat: Chat) -> None:
        self.chats[chat.id] = chat
        self.messages.setdefault(chat.id, {})
        self.topics.setdefault(chat.id, {})
        self.records.put(chat)
        self.changes.tell("chat", chat.id, chat)

    def is_member(self, chat: Chat, user_id: int) -> bool:
        return user_id in chat.member_ids

    # Topics

    def put_topic(self, topic: Topic) -> None:
        self.topics[topic.chat_id][topic.id] = topic
        self.records.put(topic)
        self.changes.tell("topic", topic.chat_id, topic)

    def new_topic(
        self,
        chat: Chat,
        creator_id: int,
        name: str,
        icon_color: int = ICON_COLORS[0],
        *,
        is_name_implicit: bool = False,
        icon_custom_emoji_id: str | None = None,
    ) -> tuple[Topic, Message]:
        """Make a topic together with the service message that opens it; both have one id."""
        message_id = self.next_message_id(chat)
        topic = Topic(
            chat.id,
            message_id,
            name,
            icon_color,
            creator_id,
            is_name_implicit=is_name_implicit,
            icon_custom_emoji_id=icon_custom_emoji_id,
        )
        created: Json = {"name": name, "icon_color": icon_color}
        if icon_custom_emoji_id:
            created["icon_custom_emoji_id"] = icon_custom_emoji_id
        if is_name_implicit:
            created["is_name_implicit"] = True
        self.put_topic(topic)
        service = self.add_service(chat, creator_id, {"forum_topic_created": created}, topic.id, message_id)
        return topic, service

    def drop_topic(self, topic: Topic) -> None:
        """The topic goes with all its messages."""
        del self.topics[topic.chat_id][topic.id]
        self.records.drop(topic)
        inside = [message.id for message in self.messages[topic.chat_id].values() if message.topic_id == topic.id]
        self.delete_messages(topic.chat_id, inside)
        self.drafts.drop(topic.chat_id, topic.id)
        self.changes.tell("topic_gone", topic.chat_id, topic)

    # Messages

    def put_message(self, message: Message) -> Message:
        """Store a message, new or changed."""
        before = self.messages[message.chat_id].get(message.id)
        self.messages[message.chat_id][message.id] = message
        self.records.put(message)
        self._count_files(before, message)
        self.changes.tell("message", message.chat_id, message)
        return message

    def add_service(
        self, chat: Chat, sender_id: int, service: Json, thread_id: int | None = None, message_id: int | None = None
    ) -> Message:
        return self.put_message(
            Message(
                chat_id=chat.id,
                id=message_id or self.next_message_id(chat),
                sender_id=sender_id,
                date=self.now(),
                thread_id=thread_id,
                is_topic=thread_id is not None,
                service=service,
            )
        )

    def delete_messages(self, chat_id: int, message_ids: Iterable[int]) -> None:
        for message_id in message_ids:
            message = self.messages[chat_id].pop(message_id, None)
            if message is not None:
                self.records.drop(message)
                self._count_files(message, None)
                self.changes.tell("message_gone", chat_id, message)
        chat = self.chats[chat_id]
        pinned = tuple(pinned_id for pinned_id in chat.pinned_ids if pinned_id in self.messages[chat_id])
        if pinned != chat.pinned_ids:
            self.put_chat(replace(chat, pinned_ids=pinned))

    def transcript(self, chat_id: int, thread_id: int | None = None) -> list[Message]:
        """Messages in order; of one topic, or of the whole chat."""
        every = self.messages.get(chat_id, {}).values()
        return [message for message in every if thread_id is None or message.topic_id == thread_id]

    # Files

    def put_file(self, media: Media, data: bytes) -> None:
        self.media[media.file_id] = media
        self.records.put(media)
        self.records.store.put_file(media.file_id, data)

    def _count_files(self, before: Message | None, after: Message | None) -> None:
        """A file lives as long as some message shows it."""
        for file_id in _file_ids(after):
            self._uses[file_id] = self._uses.get(file_id, 0) + 1
        for file_id in _file_ids(before):
            self._uses[file_id] = self._uses.get(file_id, 0) - 1
            if self._uses[file_id] <= 0:
                self._uses.pop(file_id)
                if media := self.media.pop(file_id, None):
                    self.records.drop(media)
                    self.records.store.drop_file(file_id)

    # Reading

    def mark_read(self, user_id: int, chat_id: int, thread_id: int, message_id: int) -> None:
        key = (user_id, chat_id, thread_id)
        if message_id > self.reads.get(key, 0):
            self.reads[key] = message_id
            self.records.put(ReadMark(*key, message_id))
            self.changes.tell("read", chat_id, key)


def _file_ids(value: Any) -> list[str]:
    match value:
        case Message():
            own = [value.media.file_id] if value.media else []
            return own + _file_ids(value.rich)
        case dict():
            own = [value["file_id"]] if "file_id" in value else []
            return own + [found for item in value.values() for found in _file_ids(item)]
        case list():
            return [found for item in value for found in _file_ids(item)]
    return []
