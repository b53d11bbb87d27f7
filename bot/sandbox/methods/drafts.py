"""Previews of an answer in the making: sendMessageDraft and sendRichMessageDraft."""

from __future__ import annotations

from bot.sandbox.entities import TEXT_LIMIT, Formatted, formatted
from bot.sandbox.errors import bad_request
from bot.sandbox.methods.api import Api, check_thread, known_chat
from bot.sandbox.methods.sending import read_rich_of
from bot.sandbox.params import Params
from bot.sandbox.values import Draft, Json


def send_message_draft(api: Api, params: Params) -> bool:
    body = formatted(
        params.text("text"),
        params.optional_text("parse_mode"),
        params.entities("entities"),
        TEXT_LIMIT,
        "message is too long",
    )
    return _show(api, params, body, None)


def send_rich_message_draft(api: Api, params: Params) -> bool:
    return _show(api, params, Formatted(""), read_rich_of(api, params, is_draft=True))


def _show(api: Api, params: Params, body: Formatted, rich: Json | None) -> bool:
    chat = known_chat(api, params)
    if chat.is_group:
        raise bad_request("drafts can be sent to private chats only")
    draft_id = params.integer("draft_id")
    if not draft_id:
        raise bad_request("draft_id must be non-zero")
    thread_id = params.integer("message_thread_id")
    if thread_id:
        check_thread(api, chat, thread_id)
    api.world.drafts.show(
        Draft(
            chat_id=chat.id,
            thread_id=thread_id or None,
            draft_id=draft_id,
            text=body.text,
            entities=body.entities,
            rich=rich,
            can_stop=params.flag("can_stop"),
            keep_on_stop=params.flag("keep_on_stop"),
        )
    )
    return True
