"""Who and where: getMe, getChat, members, leaving; the bot's own standing."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.methods.api import Api, known_chat
from bot.sandbox.params import Params
from bot.sandbox.standing import member_json
from bot.sandbox.values import Chat, Json
from bot.sandbox.views import chat_json, message_json, user_json


def get_me(api: Api, params: Params) -> Json:
    return {
        **user_json(api.world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_guest_queries": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": bool(api.world.setting("has_topics", True)),
        "allows_users_to_create_topics": bool(api.world.setting("has_topics", True)),
        "can_manage_bots": False,
        "supports_join_request_queries": False,
    }


def get_chat(api: Api, params: Params) -> Json:
    chat = _visible_chat(api, params)
    result = chat_json(api.world, chat) | {
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if chat.pinned_ids:
        result["pinned_message"] = message_json(api.world, api.world.messages[chat.id][chat.pinned_ids[-1]])
    if chat.is_group:
        result["permissions"] = {"can_send_messages": True, "can_send_photos": True, "can_send_documents": True}
    return result


def get_chat_member(api: Api, params: Params) -> Json:
    chat = known_chat(api, params)
    user_id = params.user_id()
    if user_id not in api.world.users:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return member_json(api.world, chat, user_id)


def get_chat_administrators(api: Api, params: Params) -> list[Json]:
    chat = known_chat(api, params)
    if not chat.is_group:
        raise bad_request("there are no administrators in the private chat")
    return [member_json(api.world, chat, user_id) for user_id in chat.admin_ids]


def get_chat_member_count(api: Api, params: Params) -> int:
    chat = known_chat(api, params)
    return len(chat.member_ids) + 1


def leave_chat(api: Api, params: Params) -> bool:
    chat = known_chat(api, params)
    if not chat.is_group:
        raise bad_request("chat member status can't be changed in private chats")
    api.world.put_chat(replace(chat, bot_status="left"))
    api.world.add_service(chat, api.world.bot.id, {"left_chat_member": user_json(api.world.bot)})
    return True


def get_user_profile_photos(api: Api, params: Params) -> Json:
    if params.user_id() not in api.world.users:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}


def _visible_chat(api: Api, params: Params) -> Chat:
    """Reading about a person works although they have blocked the bot."""
    try:
        return known_chat(api, params)
    except ApiError as refusal:
        chat = api.world.chats.get(params.chat_id())
        if refusal.code == 403 and chat is not None and not chat.is_group:
            return chat
        raise
