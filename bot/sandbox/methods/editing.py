"""Changing what was sent: edits, deletions, pins, reactions."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import read_keyboard
from bot.sandbox.methods.api import Api, known_chat, known_message, need_admin
from bot.sandbox.methods.files import KINDS, read_media
from bot.sandbox.methods.sending import read_caption, read_rich_of, read_text
from bot.sandbox.params import Params
from bot.sandbox.values import Chat, Json, Keyboard, Message
from bot.sandbox.views import message_json

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
DELETE_WITHIN_S = 48 * 3600
DELETE_LIMIT = 100
REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐"
    "🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)


def edit_message_text(api: Api, params: Params) -> Json:
    message = _editable(api, params)
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    if params.has("rich_message"):
        return _changed(api, params, message, replace(message, rich=read_rich_of(api, params), text="", entities=()))
    body = read_text(params)
    return _changed(api, params, message, replace(message, text=body.text, entities=body.entities, rich=None))


def edit_message_caption(api: Api, params: Params) -> Json:
    message = _editable(api, params)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit")
    body = read_caption(params)
    return _changed(api, params, message, replace(message, text=body.text, entities=body.entities))


def edit_message_media(api: Api, params: Params) -> Json:
    message = _editable(api, params)
    raw = params.record("media") or {}
    kind = KINDS.get(str(raw.get("type")))
    if kind is None:
        raise bad_request("wrong type of the media")
    media = read_media(api, params, kind, str(raw.get("media", "")))
    caption = Params({**raw, "caption": raw.get("caption") or ""})
    body = read_caption(caption)
    return _changed(
        api, params, message, replace(message, media=media, text=body.text, entities=body.entities, rich=None)
    )


def edit_message_reply_markup(api: Api, params: Params) -> Json:
    message = _editable(api, params)
    return _changed(api, params, message, message)


def _editable(api: Api, params: Params) -> Message:
    if params.has("inline_message_id"):
        raise bad_request("message to edit not found")
    chat = known_chat(api, params)
    message = known_message(api, chat, params.integer("message_id"), "edit")
    if message.sender_id != api.world.bot.id or message.service is not None or message.forwarded_from is not None:
        raise bad_request("message can't be edited")
    return message


def _changed(api: Api, params: Params, before: Message, after: Message) -> Json:
    after = replace(after, keyboard=_keyboard(params))
    if after == before:
        raise bad_request(NOT_MODIFIED)
    is_text_new = (after.text, after.entities, after.rich, after.media) != (
        before.text,
        before.entities,
        before.rich,
        before.media,
    )
    edit_date = api.world.now() if is_text_new else before.edit_date
    return message_json(api.world, api.world.put_message(replace(after, edit_date=edit_date)))


def _keyboard(params: Params) -> Keyboard:
    """An edit without a keyboard takes the keyboard away."""
    markup = params.record("reply_markup")
    return read_keyboard(markup) if markup else ()


def delete_message(api: Api, params: Params) -> bool:
    chat = known_chat(api, params)
    message = known_message(api, chat, params.integer("message_id"), "delete")
    if not _is_deletable(api, chat, message):
        raise bad_request("message can't be deleted for everyone")
    api.world.delete_messages(chat.id, [message.id])
    return True


def delete_messages(api: Api, params: Params) -> bool:
    """Messages that are not there or may not be deleted are passed over."""
    chat = known_chat(api, params)
    ids = [int(item) for item in params.array("message_ids")]
    if not 1 <= len(ids) <= DELETE_LIMIT:
        raise bad_request("wrong number of message identifiers specified")
    found = (api.world.messages[chat.id].get(message_id) for message_id in ids)
    api.world.delete_messages(
        chat.id, [message.id for message in found if message is not None and _is_deletable(api, chat, message)]
    )
    return True


def _is_deletable(api: Api, chat: Chat, message: Message) -> bool:
    is_topic_opening = message.service is not None and "forum_topic_created" in message.service
    is_own = message.sender_id == api.world.bot.id
    is_allowed = chat.bot_status == "administrator" if chat.is_group and not is_own else True
    is_fresh = api.world.now() - message.date < DELETE_WITHIN_S
    return is_allowed and is_fresh and not is_topic_opening


def pin_chat_message(api: Api, params: Params) -> bool:
    chat = known_chat(api, params)
    need_admin(chat, "not enough rights to manage pinned messages in the chat")
    message = known_message(api, chat, params.integer("message_id"), "pin")
    pinned = tuple(pinned_id for pinned_id in chat.pinned_ids if pinned_id != message.id)
    api.world.put_chat(replace(chat, pinned_ids=(*pinned, message.id)))
    shown = {"pinned_message": message_json(api.world, message, with_reply=False)}
    service = api.world.add_service(chat, api.world.bot.id, shown, message.topic_id)
    api.updates.push("message", message_json(api.world, service))
    return True


def unpin_chat_message(api: Api, params: Params) -> bool:
    chat = known_chat(api, params)
    need_admin(chat, "not enough rights to manage pinned messages in the chat")
    message_id = params.integer("message_id") or (chat.pinned_ids[-1] if chat.pinned_ids else None)
    if message_id not in chat.pinned_ids:
        raise bad_request("message to unpin not found")
    api.world.put_chat(replace(chat, pinned_ids=tuple(item for item in chat.pinned_ids if item != message_id)))
    return True


def unpin_all_chat_messages(api: Api, params: Params) -> bool:
    chat = known_chat(api, params)
    need_admin(chat, "not enough rights to manage pinned messages in the chat")
    api.world.put_chat(replace(chat, pinned_ids=()))
    return True


def set_message_reaction(api: Api, params: Params) -> bool:
    chat = known_chat(api, params)
    message = known_message(api, chat, params.integer("message_id"), "react")
    emoji = [str(item.get("emoji", "")).removesuffix("\ufe0f") for item in params.array("reaction")]
    if len(emoji) > 1 or any(sign not in REACTIONS for sign in emoji):
        raise bad_request("REACTION_INVALID")
    others = tuple(pair for pair in message.reactions if pair[0] != api.world.bot.id)
    own = tuple((api.world.bot.id, sign) for sign in emoji)
    api.world.put_message(replace(message, reactions=(*others, *own)))
    return True
