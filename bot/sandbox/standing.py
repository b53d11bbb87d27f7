"""Who somebody is in a chat: owner, admin, member or out; and which messages of a group the bot may see."""

from __future__ import annotations

from bot.sandbox.values import Chat, Json, Message
from bot.sandbox.views import user_json
from bot.sandbox.world import World

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
    "can_manage_topics",
)


def member_json(world: World, chat: Chat, user_id: int) -> Json:
    """A ChatMember of the kind that fits."""
    user = user_json(world.users[user_id])
    if user_id == world.bot.id:
        return _bot_json(chat, user)
    if chat.kind == "private":
        return {"status": "member" if user_id == chat.id else "left", "user": user}
    if user_id in chat.admin_ids[:1]:
        return {"status": "creator", "user": user, "is_anonymous": False}
    if user_id in chat.admin_ids:
        return _admin_json(user)
    return {"status": "member" if user_id in chat.member_ids else "left", "user": user}


def _bot_json(chat: Chat, bot: Json) -> Json:
    match chat.bot_status:
        case "administrator":
            return _admin_json(bot)
        case "kicked":
            return {"status": "kicked", "user": bot, "until_date": 0}
        case status:
            return {"status": "kicked" if chat.is_blocked else status, "user": bot, "until_date": 0}


def _admin_json(user: Json) -> Json:
    return {
        "status": "administrator",
        "user": user,
        "can_be_edited": False,
        "is_anonymous": False,
        **dict.fromkeys(ADMIN_RIGHTS, True),
    }


def bot_sees(world: World, chat: Chat, message: Message) -> bool:
    """Privacy mode: an ordinary member gets commands, mentions, replies to itself and service messages."""
    if chat.kind == "private":
        return not chat.is_blocked
    if chat.bot_status not in ("member", "administrator"):
        return False
    if chat.bot_status == "administrator" or message.service is not None or message.text.startswith("/"):
        return True
    if f"@{world.bot.username}".lower() in message.text.lower():
        return True
    target = world.messages[chat.id].get(message.reply_to or 0)
    return target is not None and target.sender_id == world.bot.id
