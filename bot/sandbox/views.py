"""Values as the JSON that a bot receives. Reads the world, changes nothing."""

from __future__ import annotations

from bot.sandbox.values import Button, Chat, Entity, Json, Media, Message, Topic, User
from bot.sandbox.world import World


def user_json(user: User) -> Json:
    result: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    if user.last_name:
        result["last_name"] = user.last_name
    if user.username:
        result["username"] = user.username
    if not user.is_bot:
        result["language_code"] = user.language_code
    return result


def chat_json(world: World, chat: Chat) -> Json:
    if chat.kind == "private":
        person = user_json(world.users[chat.id])
        return {"type": "private", **{key: person[key] for key in person if key not in ("is_bot", "language_code")}}
    result: Json = {"id": chat.id, "type": chat.kind, "title": chat.title}
    if chat.is_forum:
        result["is_forum"] = True
    if chat.kind == "group":
        result["all_members_are_administrators"] = False
    return result


def entity_json(world: World, entity: Entity) -> Json:
    result: Json = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    for name in ("url", "language", "custom_emoji_id", "unix_time", "date_time_format"):
        if (value := getattr(entity, name)) is not None:
            result[name] = value
    if entity.user_id is not None:
        known = world.users.get(entity.user_id)
        result["user"] = user_json(known) if known else {"id": entity.user_id, "is_bot": False, "first_name": ""}
    return result


def button_json(button: Button) -> Json:
    result: Json = {"text": button.text}
    if button.data is not None:
        result["callback_data"] = button.data
    if button.url is not None:
        result["url"] = button.url
    if button.copy_text is not None:
        result["copy_text"] = {"text": button.copy_text}
    if button.style is not None:
        result["style"] = button.style
    return result


def topic_json(topic: Topic) -> Json:
    result: Json = {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.icon_color}
    if topic.icon_custom_emoji_id:
        result["icon_custom_emoji_id"] = topic.icon_custom_emoji_id
    if topic.is_name_implicit:
        result["is_name_implicit"] = True
    return result


def media_json(media: Media) -> object:
    """The object under "photo", "document", ...; a photo is a list of sizes."""
    result: Json = {"file_id": media.file_id, "file_unique_id": unique_id(media), "file_size": media.size_bytes}
    if media.kind == "photo":
        return [{**result, "width": media.width, "height": media.height}]
    if media.kind in ("video", "animation"):
        result |= {"width": media.width, "height": media.height}
    if media.kind != "document":
        result["duration"] = media.duration_s
    if media.kind != "voice":
        result["file_name"] = media.name
    return {**result, "mime_type": media.mime}


def unique_id(media: Media) -> str:
    return f"u{media.file_id[-12:]}"


def message_json(world: World, message: Message, *, with_reply: bool = True) -> Json:
    chat = world.chats[message.chat_id]
    result: Json = {
        "message_id": message.id,
        "date": message.date,
        "chat": chat_json(world, chat),
        "from": user_json(world.users[message.sender_id]),
    }
    if message.thread_id is not None:
        result["message_thread_id"] = message.thread_id
    if message.is_topic:
        result["is_topic_message"] = True
    if message.edit_date is not None:
        result["edit_date"] = message.edit_date
    if message.media_group_id is not None:
        result["media_group_id"] = message.media_group_id
    result |= _content(world, message)
    result |= _forwarded(world, message)
    if message.keyboard:
        rows = [[button_json(button) for button in row] for row in message.keyboard]
        result["reply_markup"] = {"inline_keyboard": rows}
    if with_reply:
        result |= _reply(world, message)
    return result


def _content(world: World, message: Message) -> Json:
    if message.service is not None:
        return message.service
    if message.rich is not None:
        return {"rich_message": message.rich}
    entities = [entity_json(world, entity) for entity in message.entities]
    if message.media is None:
        return {"text": message.text} | ({"entities": entities} if entities else {})
    result: Json = {message.media.kind: media_json(message.media)}
    if message.media.kind == "animation":
        result["document"] = result["animation"]
    if message.text:
        result["caption"] = message.text
    if entities:
        result["caption_entities"] = entities
    return result


def _forwarded(world: World, message: Message) -> Json:
    if message.forwarded_from is None:
        return {}
    sender = world.users[message.forwarded_from]
    return {"forward_origin": {"type": "user", "date": message.date, "sender_user": user_json(sender)}}


def _reply(world: World, message: Message) -> Json:
    """The message replied to; inside a topic a plain message replies to the topic's first one, as Telegram shows it."""
    known = world.messages[message.chat_id]
    target = known.get(message.reply_to) if message.reply_to else None
    if target is None and message.is_topic and message.thread_id != message.id:
        target = known.get(message.thread_id or 0)
    if target is None:
        return {}
    result: Json = {"reply_to_message": message_json(world, target, with_reply=False)}
    if message.quote:
        result["quote"] = {"text": message.quote, "position": 0, "is_manual": True}
    return result
