"""The Bot API methods this server knows, by name, and what each costs of the chat's pace."""

from __future__ import annotations

from bot.sandbox.methods import chats, drafts, editing, files, profile, receiving, sending, topics
from bot.sandbox.methods.api import Api, Method

METHODS: dict[str, Method] = {
    "getMe": chats.get_me,
    "logOut": receiving.yes,
    "close": receiving.yes,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "answerCallbackQuery": receiving.answer_callback_query,
    "sendMessage": sending.send_message,
    "sendRichMessage": sending.send_rich_message,
    "sendDice": sending.send_dice,
    "sendChatAction": sending.send_chat_action,
    "copyMessage": sending.copy_message,
    "copyMessages": sending.copy_messages,
    "forwardMessage": sending.forward_message,
    "forwardMessages": sending.forward_messages,
    "sendMessageDraft": drafts.send_message_draft,
    "sendRichMessageDraft": drafts.send_rich_message_draft,
    "sendPhoto": files.sender("photo"),
    "sendDocument": files.sender("document"),
    "sendVoice": files.sender("voice"),
    "sendAudio": files.sender("audio"),
    "sendVideo": files.sender("video"),
    "sendAnimation": files.sender("animation"),
    "sendMediaGroup": files.send_media_group,
    "getFile": files.get_file,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
    "unpinAllChatMessages": editing.unpin_all_chat_messages,
    "setMessageReaction": editing.set_message_reaction,
    "createForumTopic": topics.create_forum_topic,
    "editForumTopic": topics.edit_forum_topic,
    "deleteForumTopic": topics.delete_forum_topic,
    "closeForumTopic": topics.close_forum_topic,
    "reopenForumTopic": topics.reopen_forum_topic,
    "unpinAllForumTopicMessages": topics.unpin_all_forum_topic_messages,
    "getForumTopicIconStickers": topics.get_forum_topic_icon_stickers,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "getChatAdministrators": chats.get_chat_administrators,
    "getChatMemberCount": chats.get_chat_member_count,
    "leaveChat": chats.leave_chat,
    "getUserProfilePhotos": chats.get_user_profile_photos,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.text_setter("name"),
    "getMyName": profile.text_getter("name"),
    "setMyDescription": profile.text_setter("description"),
    "getMyDescription": profile.text_getter("description"),
    "setMyShortDescription": profile.text_setter("short_description"),
    "getMyShortDescription": profile.text_getter("short_description"),
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
}
BY_NAME: dict[str, Method] = {name.lower(): method for name, method in METHODS.items()}
"""Telegram does not mind the case of a method's name."""
FREE = frozenset({"setchatmenubutton", "getforumtopiciconstickers", "leavechat"})
DRAFTS = frozenset({"sendmessagedraft", "sendrichmessagedraft"})

__all__ = ["BY_NAME", "DRAFTS", "METHODS", "Api", "Method", "is_paced"]


def is_paced(method: str) -> bool:
    """Whether a method (in lower case) counts against the pace of its chat."""
    return not method.startswith("get") and method not in FREE
