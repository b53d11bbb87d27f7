"""What the chat page may ask for, by name: each request becomes an act of a person.

A request is JSON with "do" and the fields of that act; unknown chats and messages end in ImpossibleError.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.sandbox.acting import ImpossibleError, Thread
from bot.sandbox.page_views import history_view, user_view
from bot.sandbox.people import Person
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.values import BotStatus, Chat, Json, Message, Topic
from bot.sandbox.writing import split_text


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the page, with the person who makes it."""

    sandbox: Sandbox
    person: Person
    fields: Json

    def text(self, name: str) -> str:
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        value = self.fields.get(name)
        return value if isinstance(value, int) else 0

    @property
    def chat(self) -> Chat:
        chat = self.sandbox.world.chats.get(self.number("chat"))
        if chat is None or self.person.id not in chat.member_ids:
            raise ImpossibleError("no such chat")
        return chat

    @property
    def message(self) -> Message:
        message = self.sandbox.world.messages[self.chat.id].get(self.number("id"))
        if message is None:
            raise ImpossibleError("the message is gone")
        return message

    @property
    def topic(self) -> Topic:
        topic = self.sandbox.world.topics[self.chat.id].get(self.number("thread"))
        if topic is None:
            raise ImpossibleError("the topic is gone")
        return topic

    @property
    def thread(self) -> Thread:
        return "new" if self.fields.get("thread") == "new" else self.number("thread") or None


Act = Callable[[Request], Awaitable[Json]]


async def say(request: Request) -> Json:
    """A text of any length; a repeated key is a repeated send after a broken connection and does nothing."""
    key = request.text("key")
    known = sent_before(request.sandbox, request.chat, key)
    if known is not None:
        return {"id": known.id, "thread": known.topic_id or 0}
    replied = request.sandbox.world.messages[request.chat.id].get(request.number("reply"))
    thread = request.thread
    first: Message | None = None
    for part in split_text(request.text("text")):
        sent = await request.person.say(request.chat, part, thread=thread, reply_to=replied, client_key=key or None)
        first = first or sent
        thread, replied, key = sent.topic_id, None, ""
    if first is None:
        raise ImpossibleError("an empty message")
    return {"id": first.id, "thread": first.topic_id or 0}


def sent_before(sandbox: Sandbox, chat: Chat, key: str) -> Message | None:
    recent = reversed(sandbox.world.messages[chat.id].values())
    return next((message for message in recent if key and message.client_key == key), None)


async def edit(request: Request) -> Json:
    await request.person.edit(request.message, request.text("text"))
    return {}


async def delete(request: Request) -> Json:
    await request.person.delete(request.message)
    return {}


async def press(request: Request) -> Json:
    pressed = await request.person.press(request.message, request.text("data"))
    return {"query": pressed.id}


async def react(request: Request) -> Json:
    emoji = request.text("emoji")
    await request.person.react(request.message, *([emoji] if emoji else []))
    return {}


async def open_topic(request: Request) -> Json:
    topic = await request.person.open_topic(request.chat, request.text("name"))
    return {"thread": topic.id}


async def rename_topic(request: Request) -> Json:
    await request.person.rename_topic(request.topic, request.text("name"))
    return {}


async def delete_topic(request: Request) -> Json:
    await request.person.delete_topic(request.topic)
    return {}


async def stop(request: Request) -> Json:
    await request.person.stop_draft(request.chat, request.number("thread") or None)
    return {}


async def read(request: Request) -> Json:
    world = request.sandbox.world
    world.mark_read(request.person.id, request.chat.id, request.number("thread"), request.number("id"))
    return {}


async def history(request: Request) -> Json:
    return {"messages": history_view(request.sandbox.world, request.chat.id, request.number("before"))}


async def block(request: Request) -> Json:
    await (request.person.block() if request.fields.get("on") else request.person.unblock())
    return {}


async def topics(request: Request) -> Json:
    """Switch topics on or off in the person's private chat."""
    request.sandbox.private_chat(request.person, topics=bool(request.fields.get("on")))
    return {}


async def bot(request: Request) -> Json:
    """Add the bot to a group (in a forum as an admin), or remove it."""
    joined: BotStatus = "administrator" if request.chat.is_forum else "member"
    request.sandbox.set_bot_status(request.chat, request.person, joined if request.fields.get("on") else "kicked")
    return {}


async def add_person(request: Request) -> Json:
    name = request.text("name").strip()
    if not name:
        raise ImpossibleError("a person needs a name")
    person = request.sandbox.person(name[:64], language=request.text("language") or "en")
    request.sandbox.private_chat(person, topics=bool(request.fields.get("topics")))
    return {"person": user_view(person.user)}


async def add_group(request: Request) -> Json:
    """A new group of the person with everybody else in it; the bot is added later."""
    others = [person for person in request.sandbox.people() if person.id != request.person.id]
    title = request.text("name").strip()[:128] or "Group"
    forum = bool(request.fields.get("topics"))
    chat = request.sandbox.group(title, [request.person, *others], forum=forum, with_bot=False)
    return {"chat": chat.id}


ACTS: dict[str, Act] = {
    "say": say,
    "edit": edit,
    "delete": delete,
    "press": press,
    "react": react,
    "openTopic": open_topic,
    "renameTopic": rename_topic,
    "deleteTopic": delete_topic,
    "stop": stop,
    "read": read,
    "history": history,
    "block": block,
    "topics": topics,
    "bot": bot,
    "addPerson": add_person,
    "addGroup": add_group,
}
