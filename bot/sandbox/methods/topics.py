"""Topics: createForumTopic, editForumTopic, deleteForumTopic and their kin."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.api import Api, known_chat, need_admin
from bot.sandbox.params import Params
from bot.sandbox.utf16 import units
from bot.sandbox.values import Chat, Json, Topic
from bot.sandbox.views import topic_json
from bot.sandbox.world import ICON_COLORS

NAME_LIMIT = 128


def create_forum_topic(api: Api, params: Params) -> Json:
    chat = _forum(api, params)
    color = params.integer("icon_color")
    if color is not None and color not in ICON_COLORS:
        raise bad_request("invalid icon color specified")
    topic, _ = api.world.new_topic(
        chat,
        api.world.bot.id,
        _name(params.text("name")),
        color or ICON_COLORS[api.world.count("topic_color") % len(ICON_COLORS)],
        icon_custom_emoji_id=params.optional_text("icon_custom_emoji_id"),
    )
    return topic_json(topic)


def edit_forum_topic(api: Api, params: Params) -> bool:
    chat, topic = _topic(api, params)
    changed = topic
    if params.text("name").strip():
        changed = replace(changed, name=_name(params.text("name")), is_name_implicit=False)
    if params.has("icon_custom_emoji_id"):
        changed = replace(changed, icon_custom_emoji_id=params.text("icon_custom_emoji_id") or None)
    if changed == topic:
        raise bad_request("TOPIC_NOT_MODIFIED")
    rename_topic(api, chat, topic, changed, api.world.bot.id)
    return True


def rename_topic(api: Api, chat: Chat, before: Topic, after: Topic, editor_id: int) -> int:
    """Store the changed topic with its service message; gives that message's id."""
    edited: Json = {}
    if after.name != before.name:
        edited["name"] = after.name
    if after.icon_custom_emoji_id != before.icon_custom_emoji_id:
        edited["icon_custom_emoji_id"] = after.icon_custom_emoji_id or ""
    api.world.put_topic(after)
    return api.world.add_service(chat, editor_id, {"forum_topic_edited": edited}, after.id).id


def delete_forum_topic(api: Api, params: Params) -> bool:
    _, topic = _topic(api, params)
    api.world.drop_topic(topic)
    return True


def close_forum_topic(api: Api, params: Params) -> bool:
    return _set_closed(api, params, is_closed=True)


def reopen_forum_topic(api: Api, params: Params) -> bool:
    return _set_closed(api, params, is_closed=False)


def _set_closed(api: Api, params: Params, *, is_closed: bool) -> bool:
    chat, topic = _topic(api, params)
    if not chat.is_group:
        raise bad_request("the chat is not a supergroup forum")
    if topic.is_closed == is_closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    api.world.put_topic(replace(topic, is_closed=is_closed))
    service: Json = {"forum_topic_closed": {}} if is_closed else {"forum_topic_reopened": {}}
    api.world.add_service(chat, api.world.bot.id, service, topic.id)
    return True


def unpin_all_forum_topic_messages(api: Api, params: Params) -> bool:
    chat, topic = _topic(api, params)
    kept = tuple(item for item in chat.pinned_ids if api.world.messages[chat.id][item].topic_id != topic.id)
    api.world.put_chat(replace(chat, pinned_ids=kept))
    return True


def get_forum_topic_icon_stickers(api: Api, params: Params) -> list[Json]:
    return []


def _forum(api: Api, params: Params) -> Chat:
    chat = known_chat(api, params)
    if not chat.holds_topics:
        raise bad_request("the chat is not a forum")
    need_admin(chat, "not enough rights to create a topic")
    return chat


def _topic(api: Api, params: Params) -> tuple[Chat, Topic]:
    chat = _forum(api, params)
    topic = api.world.topics[chat.id].get(params.integer("message_thread_id") or 0)
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    return chat, topic


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise bad_request("topic name must be non-empty")
    if units(name) > NAME_LIMIT:
        raise bad_request("topic name is too long")
    return name
