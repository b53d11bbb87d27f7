"""What a person does in Telegram: writes, presses, sends files, opens topics; used by tests and by the page.

Each act checks what a client app would not allow, changes the world and leaves an update for the bot. An act
returns when it is on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT, as_written
from bot.sandbox.methods.api import Api, reply_thread
from bot.sandbox.methods.files import KINDS, UPLOAD_LIMIT_BYTES, new_media
from bot.sandbox.methods.topics import rename_topic
from bot.sandbox.params import Upload
from bot.sandbox.queries import Press
from bot.sandbox.standing import bot_sees, member_json
from bot.sandbox.utf16 import borders, units
from bot.sandbox.values import Button, Chat, Json, MediaKind, Message, Topic, User
from bot.sandbox.views import chat_json, message_json, user_json
from bot.sandbox.world import ICON_COLORS

NEW_TOPIC_NAME = "New Chat"
INACCESSIBLE_AFTER_S = 48 * 3600
Thread = Topic | int | Literal["new"] | None
"""A topic, its id, "new" for a fresh private topic, or outside topics."""


class ImpossibleError(Exception):
    """A client app would not let the person do this."""


@dataclass(frozen=True, slots=True)
class Person:
    """One user of the sandbox; get one from sandbox.person()."""

    user: User
    api: Api

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    async def say(
        self,
        chat: Chat,
        text: str,
        *,
        thread: Thread = None,
        reply_to: Message | None = None,
        client_key: str | None = None,
    ) -> Message:
        """Write a text of up to 4096 UTF-16 units."""
        body = as_written(text)
        if not body.text or units(body.text) > TEXT_LIMIT:
            raise ImpossibleError("a message has 1 to 4096 characters; use paste() for longer ones")
        message = self._new(chat, thread, reply_to)
        return await self._sent(replace(message, text=body.text, entities=body.entities, client_key=client_key))

    async def paste(self, chat: Chat, text: str, *, thread: Thread = None) -> list[Message]:
        """Write a text of any length: the client cuts it into messages of 4096 units."""
        return [await self.say(chat, part, thread=thread) for part in split_text(text)]

    async def start(self, chat: Chat, payload: str = "", *, thread: Thread = None) -> Message:
        """Press Start, or open a https://t.me/bot?start=payload link."""
        return await self.say(chat, f"/start {payload}".strip(), thread=thread)

    async def send_file(
        self,
        chat: Chat,
        kind: MediaKind,
        name: str,
        data: bytes,
        *,
        caption: str = "",
        mime: str = "",
        thread: Thread = None,
        reply_to: Message | None = None,
        group_id: str | None = None,
        client_key: str | None = None,
    ) -> Message:
        """Send one file as a photo, document, voice, ..."""
        body = as_written(caption)
        if units(body.text) > CAPTION_LIMIT:
            raise ImpossibleError("a caption has at most 1024 characters")
        if not 0 < len(data) <= 40 * UPLOAD_LIMIT_BYTES:
            raise ImpossibleError("a file has 1 byte to 2 GB")
        message = self._new(chat, thread, reply_to)
        media = new_media(kind, Upload(name, mime, data))
        self.api.world.put_file(media, data)
        return await self._sent(
            replace(
                message,
                text=body.text,
                entities=body.entities,
                media=media,
                media_group_id=group_id,
                client_key=client_key,
            )
        )

    async def send_document(
        self, chat: Chat, name: str, data: bytes, *, caption: str = "", thread: Thread = None
    ) -> Message:
        return await self.send_file(chat, "document", name, data, caption=caption, thread=thread)

    async def send_photo(self, chat: Chat, data: bytes, *, caption: str = "", thread: Thread = None) -> Message:
        return await self.send_file(chat, "photo", "photo.jpg", data, caption=caption, thread=thread)

    async def send_album(
        self, chat: Chat, files: Sequence[tuple[str, bytes]], *, caption: str = "", thread: Thread = None
    ) -> list[Message]:
        """Several files as one album: photos if all names are pictures', documents otherwise."""
        group_id = self.api.world.count("media_group", first=10_000_000_001)
        are_photos = all(name.lower().endswith((".png", ".jpg", ".jpeg", ".webp")) for name, _ in files)
        return [
            await self.send_file(
                chat,
                KINDS["photo" if are_photos else "document"],
                name,
                data,
                caption="" if number else caption,
                thread=thread,
                group_id=str(group_id),
            )
            for number, (name, data) in enumerate(files)
        ]

    async def edit(self, message: Message, text: str) -> Message:
        """Change one's own text or caption."""
        current = self._own(message)
        body = as_written(text)
        edited = replace(current, text=body.text, entities=body.entities, edit_date=self.api.world.now())
        self.api.world.put_message(edited)
        self._tell_bot("edited_message", edited)
        await self._settle()
        return edited

    async def delete(self, message: Message) -> None:
        """Delete for everyone; in a private chat also what the bot wrote. The bot is not told."""
        chat = self._chat(message.chat_id)
        is_allowed = not chat.is_group or message.sender_id == self.id or self.id in chat.admin_ids
        if not is_allowed:
            raise ImpossibleError("only one's own messages can be deleted here")
        self.api.world.delete_messages(chat.id, [message.id])
        await self._settle()

    async def press(self, message: Message, label: str) -> Press:
        """Press an inline button, found by its text, its data, or a part of its text."""
        current = self._current(message)
        button = find_button(current, label)
        if button.data is None:
            raise ImpossibleError(f"the button {button.text!r} opens something and tells the bot nothing")
        query_id = str(self.api.world.count("callback_query", first=7_000_000_001))
        press = self.api.queries.open(query_id, self.id, current.chat_id, current.id, button.data)
        payload: Json = {
            "id": query_id,
            "from": user_json(self.user),
            "message": self._accessible(current),
            "chat_instance": str(current.chat_id),
            "data": button.data,
        }
        self.api.updates.push("callback_query", payload)
        await self._settle()
        return press

    def _accessible(self, message: Message) -> Json:
        world = self.api.world
        if world.now() - message.date < INACCESSIBLE_AFTER_S:
            return message_json(world, message)
        return {"chat": chat_json(world, world.chats[message.chat_id]), "message_id": message.id, "date": 0}

    async def react(self, message: Message, *emoji: str) -> None:
        """Set one's reactions on a message; none takes them back."""
        current = self._current(message)
        before = [sign for user_id, sign in current.reactions if user_id == self.id]
        others = tuple(pair for pair in current.reactions if pair[0] != self.id)
        self.api.world.put_message(replace(current, reactions=(*others, *((self.id, sign) for sign in emoji))))
        chat = self._chat(current.chat_id)
        if not chat.is_group or chat.bot_status == "administrator":
            payload: Json = {
                "chat": chat_json(self.api.world, chat),
                "message_id": current.id,
                "user": user_json(self.user),
                "date": self.api.world.now(),
                "old_reaction": [{"type": "emoji", "emoji": sign} for sign in before],
                "new_reaction": [{"type": "emoji", "emoji": sign} for sign in emoji],
            }
            self.api.updates.push("message_reaction", payload)
        await self._settle()

    async def forward(self, message: Message, to: Chat, *, thread: Thread = None) -> Message:
        origin = message.forwarded_from or message.sender_id
        copy = self._new(to, thread, None)
        return await self._sent(
            replace(copy, text=message.text, entities=message.entities, media=message.media, forwarded_from=origin)
        )

    async def open_topic(self, chat: Chat, name: str) -> Topic:
        """Make a topic with a name of one's own."""
        current = self._writable(chat)
        if not current.holds_topics:
            raise ImpossibleError("this chat has no topics")
        topic = self._new_topic(current, name, is_name_implicit=False)
        await self._settle()
        return topic

    async def rename_topic(self, topic: Topic, name: str) -> Topic:
        world = self.api.world
        before = world.topics[topic.chat_id][topic.id]
        after = replace(before, name=name.strip() or before.name, is_name_implicit=False)
        message_id = rename_topic(self.api, world.chats[topic.chat_id], before, after, self.id)
        self._tell_bot("message", world.messages[topic.chat_id][message_id])
        await self._settle()
        return after

    async def delete_topic(self, topic: Topic) -> None:
        """The topic goes with all its messages; Telegram does not tell the bot."""
        self.api.world.drop_topic(topic)
        await self._settle()

    async def stop_draft(self, chat: Chat, thread: Topic | int | None = None) -> None:
        """Press Telegram's own stop button under a draft."""
        world = self.api.world
        thread_id = thread.id if isinstance(thread, Topic) else thread
        draft = world.drafts.get((chat.id, thread_id))
        if draft is None or not draft.can_stop:
            raise ImpossibleError("no draft with a stop button is shown here")
        world.stopped_drafts.add((chat.id, draft.draft_id))
        if draft.keep_on_stop:
            world.put_draft(replace(draft, can_stop=False))
        else:
            world.drop_draft(chat.id, thread_id)
        payload: Json = {"chat": chat_json(world, world.chats[chat.id]), "draft_id": draft.draft_id}
        if thread_id is not None:
            payload["message_thread_id"] = thread_id
        self.api.updates.push("stopped_message_generation", payload)
        await self._settle()

    async def block(self) -> None:
        """Block the bot in the private chat."""
        await self._set_blocked(is_blocked=True)

    async def unblock(self) -> None:
        await self._set_blocked(is_blocked=False)

    async def _set_blocked(self, *, is_blocked: bool) -> None:
        before = self._chat(self.id)
        after = replace(before, is_blocked=is_blocked)
        self.api.world.put_chat(after)
        self.tell_standing(before, after)
        await self._settle()

    def tell_standing(self, before: Chat, after: Chat) -> None:
        """The update my_chat_member: this person changed the bot's standing."""
        world = self.api.world
        payload: Json = {
            "chat": chat_json(world, after),
            "from": user_json(self.user),
            "date": world.now(),
            "old_chat_member": member_json(world, before, world.bot.id),
            "new_chat_member": member_json(world, after, world.bot.id),
        }
        self.api.updates.push("my_chat_member", payload)

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

    def _own(self, message: Message) -> Message:
        current = self._current(message)
        if current.sender_id != self.id or current.forwarded_from is not None:
            raise ImpossibleError("only one's own messages can be edited")
        return current

    async def _settle(self) -> None:
        await self.api.world.records.store.settle()


def find_button(message: Message, label: str) -> Button:
    """The button with this text or data; otherwise the only one whose text contains it."""
    for button in message.buttons:
        if label in (button.text, button.data):
            return button
    similar = [button for button in message.buttons if label in button.text]
    if len(similar) != 1:
        raise ImpossibleError(f"no button {label!r} among {[button.text for button in message.buttons]}")
    return similar[0]


def split_text(text: str) -> list[str]:
    """A long text as a client cuts it: at a line break or a space where there is one."""
    parts = []
    rest = text.strip()
    while units(rest) > TEXT_LIMIT:
        places = borders(rest)
        end = places.get(TEXT_LIMIT) or places[TEXT_LIMIT - 1]
        cut = max(rest.rfind("\n", 0, end), rest.rfind(" ", 0, end))
        end = cut if cut > end // 2 else end
        parts.append(rest[:end])
        rest = rest[end:].strip()
    return [*parts, rest] if rest else parts
