"""Values as the JSON that the chat page draws. Reads the world, changes nothing."""

from __future__ import annotations

from dataclasses import asdict

from bot.sandbox.methods.profile import commands_for
from bot.sandbox.values import Chat, Draft, Entity, Json, Media, Message, Topic, User
from bot.sandbox.world import World

SHOWN_AT_ONCE = 300
"""Messages of a chat in the first picture; older ones are asked for."""


def state_view(world: World, person: User) -> Json:
    """Everything a person's client shows when it opens."""
    chats = [chat_view(world, chat, person) for chat in world.chats.values() if person.id in chat.member_ids]
    return {
        "type": "state",
        "me": user_view(person),
        "bot": user_view(world.bot),
        "about": world.setting(f"description/{person.language_code}") or world.setting("description/") or "",
        "people": [user_view(user) for user in world.users.values() if not user.is_bot],
        "chats": [{**view, "messages": history_view(world, view["id"])} for view in chats],
    }


def user_view(user: User) -> Json:
    return {"id": user.id, "name": user.name, "username": user.username, "language": user.language_code}


def chat_view(world: World, chat: Chat, person: User) -> Json:
    members = [user_view(world.users[user_id]) for user_id in chat.member_ids]
    return {
        "id": chat.id,
        "kind": chat.kind,
        "title": chat.title or world.bot.name,
        "hasTopics": chat.holds_topics,
        "isForum": chat.is_forum,
        "isStarted": chat.is_started,
        "isBlocked": chat.is_blocked,
        "botStatus": chat.bot_status,
        "members": members,
        "isAdmin": person.id in chat.admin_ids,
        "pinned": list(chat.pinned_ids),
        "topics": [topic_view(topic) for topic in world.topics[chat.id].values()],
        "reads": reads_view(world, person.id, chat.id),
        "commands": commands_for(world, chat.id, person.id, person.language_code),
        "drafts": [draft_view(draft) for draft in world.drafts.shown.values() if draft.chat_id == chat.id],
    }


def reads_view(world: World, user_id: int, chat_id: int) -> Json:
    """How far the person has read, by topic (0: outside topics)."""
    marks = world.reads.items()
    return {str(thread): upto for (reader, chat, thread), upto in marks if (reader, chat) == (user_id, chat_id)}


def topic_view(topic: Topic) -> Json:
    return {"id": topic.id, "name": topic.name, "color": topic.icon_color, "isClosed": topic.is_closed}


def history_view(world: World, chat_id: int, before: int | None = None) -> list[Json]:
    """The last messages of a chat, or those before one."""
    every = [message for message in world.transcript(chat_id) if before is None or message.id < before]
    return [message_view(world, message) for message in every[-SHOWN_AT_ONCE:]]


def message_view(world: World, message: Message) -> Json:
    sender = world.users[message.sender_id]
    result: Json = {
        "id": message.id,
        "chat": message.chat_id,
        "from": sender.id,
        "name": sender.name,
        "date": message.date,
        "text": message.text,
        "thread": message.topic_id or 0,
    }
    optional: Json = {
        "entities": [entity_view(entity) for entity in message.entities],
        "editDate": message.edit_date,
        "reply": message.reply_to,
        "quote": message.quote,
        "media": message.media and media_view(message.media),
        "group": message.media_group_id,
        "keyboard": [[asdict(button) for button in row] for row in message.keyboard],
        "markup": message.reply_markup,
        "rich": message.rich,
        "service": message.service,
        "forwarded": message.forwarded_from and world.users[message.forwarded_from].name,
        "reactions": list(message.reactions),
        "key": message.client_key,
    }
    return result | {name: value for name, value in optional.items() if value}


def entity_view(entity: Entity) -> Json:
    return {name: value for name, value in asdict(entity).items() if value is not None}


def media_view(media: Media) -> Json:
    return {
        "kind": media.kind,
        "id": media.file_id,
        "name": media.name,
        "mime": media.mime,
        "size": media.size_bytes,
        "width": media.width,
        "height": media.height,
    }


def draft_view(draft: Draft) -> Json:
    return {
        "id": draft.draft_id,
        "chat": draft.chat_id,
        "thread": draft.thread_id or 0,
        "text": draft.text,
        "entities": [entity_view(entity) for entity in draft.entities],
        "rich": draft.rich,
        "canStop": draft.can_stop,
    }
