"""What a Bot API method gets to work with, and where its messages go: chat, topic, reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.sandbox.errors import bad_request, forbidden
from bot.sandbox.params import Params
from bot.sandbox.queries import Queries
from bot.sandbox.updates import Updates
from bot.sandbox.values import Chat, Message
from bot.sandbox.world import World

GENERAL_TOPIC = 1


@dataclass(frozen=True, slots=True)
class Api:
    world: World
    updates: Updates
    queries: Queries


Method = Callable[[Api, Params], object]


@dataclass(frozen=True, slots=True)
class Place:
    chat: Chat
    thread_id: int | None = None
    is_topic: bool = False
    reply_to: int | None = None
    quote: str | None = None


def known_chat(api: Api, params: Params, name: str = "chat_id") -> Chat:
    """A chat that the bot may write to. Raises 400 and 403 as Telegram does."""
    chat_id = params.chat_id(name)
    chat = api.world.chats.get(chat_id)
    if chat is None or not _was_met(api, chat):
        raise bad_request("chat not found")
    if chat.kind == "private":
        if chat.is_blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.is_started:
            raise forbidden("bot can't initiate conversation with a user")
    elif chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    elif chat.bot_status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def _was_met(api: Api, chat: Chat) -> bool:
    """A person is known to the bot when they have written, or share a group with it."""
    if chat.is_group or chat.is_started or chat.is_blocked:
        return True
    return any(other.is_group and chat.id in other.member_ids for other in api.world.chats.values())


def place_of(api: Api, params: Params) -> Place:
    chat = known_chat(api, params)
    place = Place(chat)
    thread_id = params.integer("message_thread_id")
    if thread_id:
        check_thread(api, chat, thread_id)
        place = replace(place, thread_id=thread_id, is_topic=True)
    return _with_reply(api, params, place)


def check_thread(api: Api, chat: Chat, thread_id: int) -> None:
    topic = api.world.topics[chat.id].get(thread_id)
    if topic is None or not chat.holds_topics:
        raise bad_request("message thread not found")
    if topic.is_closed and chat.bot_status != "administrator":
        raise bad_request("TOPIC_CLOSED")


def _with_reply(api: Api, params: Params, place: Place) -> Place:
    reply = params.record("reply_parameters") or {}
    message_id = reply.get("message_id") or params.integer("reply_to_message_id")
    if not message_id:
        return place
    target = api.world.messages[place.chat.id].get(int(message_id))
    if target is None:
        if reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
            return place
        raise bad_request("message to be replied not found")
    quote = reply.get("quote") or None
    if quote and quote not in target.text:
        raise bad_request("quote text is invalid")
    place = replace(place, reply_to=target.id, quote=quote)
    if place.thread_id is None and target.is_topic:
        return replace(place, thread_id=target.thread_id, is_topic=True)
    return place if place.is_topic else replace(place, thread_id=reply_thread(place.chat, target))


def reply_thread(chat: Chat, target: Message) -> int | None:
    """Supergroups put a chain of replies into a thread that is not a topic."""
    if chat.kind != "supergroup":
        return None
    return target.thread_id or target.id


def known_message(api: Api, chat: Chat, message_id: int | None, what: str) -> Message:
    message = api.world.messages[chat.id].get(message_id or 0)
    if message is None:
        raise bad_request(f"message to {what} not found")
    return message


def need_admin(chat: Chat, reason: str) -> None:
    if chat.is_group and chat.bot_status != "administrator":
        raise bad_request(reason)


def post(api: Api, place: Place, message: Message) -> Message:
    """Put the bot's message into its place; a draft there is over."""
    stored = api.world.put_message(
        replace(
            message,
            chat_id=place.chat.id,
            id=api.world.next_message_id(place.chat),
            sender_id=api.world.bot.id,
            date=api.world.now(),
            thread_id=place.thread_id,
            is_topic=place.is_topic,
            reply_to=place.reply_to,
            quote=place.quote,
        )
    )
    api.world.drafts.drop(place.chat.id, stored.topic_id)
    return stored


EMPTY = Message(chat_id=0, id=0, sender_id=0, date=0)
"""A message before it has a place; post() gives it one."""
