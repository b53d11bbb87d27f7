"""What a person does in Telegram: writes, presses, sends files, opens topics; used by tests and by the page.

Each act checks what a client app would not allow, changes the world and leaves an update for the bot. An act
returns when it is on disk.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.sandbox.acting import ImpossibleError
from bot.sandbox.methods.topics import rename_topic
from bot.sandbox.queries import Press
from bot.sandbox.standing import member_json
from bot.sandbox.values import Button, Chat, Json, Message, Topic
from bot.sandbox.views import chat_json, message_json, user_json
from bot.sandbox.writing import Writing

INACCESSIBLE_AFTER_S = 48 * 3600


@dataclass(frozen=True, slots=True)
class Person(Writing):
    """One user of the sandbox; get one from sandbox.person()."""

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
        draft = world.drafts.shown.get((chat.id, thread_id))
        if draft is None or not draft.can_stop:
            raise ImpossibleError("no draft with a stop button is shown here")
        world.drafts.stop(draft)
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


def find_button(message: Message, label: str) -> Button:
    """The button with this text or data; otherwise the only one whose text contains it."""
    exact = [button for button in message.buttons if button.data == label] or [
        button for button in message.buttons if button.text == label
    ]
    if exact:
        return exact[0]
    similar = [button for button in message.buttons if label in button.text]
    if len(similar) != 1:
        raise ImpossibleError(f"no button {label!r} among {[button.text for button in message.buttons]}")
    return similar[0]
