"""sendMessage, sendRichMessage, copying, forwarding, chat actions."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT, Formatted, formatted
from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import read_markup
from bot.sandbox.methods.api import EMPTY, Api, Place, known_chat, known_message, place_of, post
from bot.sandbox.methods.files import stored_media
from bot.sandbox.params import Params
from bot.sandbox.rich import read_rich
from bot.sandbox.values import Json, Message
from bot.sandbox.views import message_json

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
COPY_LIMIT = 100


def read_text(params: Params) -> Formatted:
    """The text of sendMessage or editMessageText, ready to store."""
    body = formatted(
        params.text("text"),
        params.optional_text("parse_mode"),
        params.entities("entities"),
        TEXT_LIMIT,
        "message is too long",
    )
    if not body.text:
        raise bad_request("text must be non-empty" if params.text("text") else "message text is empty")
    return body


def read_caption(params: Params) -> Formatted:
    return formatted(
        params.text("caption"),
        params.optional_text("parse_mode"),
        params.entities("caption_entities"),
        CAPTION_LIMIT,
        "message caption is too long",
    )


def read_rich_of(api: Api, params: Params, *, is_draft: bool = False) -> Json:
    return read_rich(
        params.record("rich_message"), lambda kind, media: stored_media(api, params, kind, media), is_draft=is_draft
    )


def send_message(api: Api, params: Params) -> Json:
    place = place_of(api, params)
    body = read_text(params)
    return _posted(api, params, place, replace(EMPTY, text=body.text, entities=body.entities))


def send_rich_message(api: Api, params: Params) -> Json:
    place = place_of(api, params)
    return _posted(api, params, place, replace(EMPTY, rich=read_rich_of(api, params)))


def send_dice(api: Api, params: Params) -> Json:
    value = api.world.count("dice") % 6 + 1
    dice = {"dice": {"emoji": params.text("emoji", "🎲"), "value": value}}
    return _posted(api, params, place_of(api, params), replace(EMPTY, service=dice))


def _posted(api: Api, params: Params, place: Place, message: Message) -> Json:
    keyboard, markup = read_markup(params.record("reply_markup"))
    return message_json(api.world, post(api, place, replace(message, keyboard=keyboard, reply_markup=markup)))


def copy_message(api: Api, params: Params) -> Json:
    place = place_of(api, params)
    message = _copied(api, params, params.integer("message_id"))
    if params.has("caption") and message.media is not None:
        body = read_caption(params)
        message = replace(message, text=body.text, entities=body.entities)
    return {"message_id": _posted(api, params, place, message)["message_id"]}


def copy_messages(api: Api, params: Params) -> list[Json]:
    place = place_of(api, params)
    messages = [_copied(api, params, message_id) for message_id in _ids(params)]
    return [{"message_id": post(api, place, message).id} for message in messages]


def forward_message(api: Api, params: Params) -> Json:
    place = place_of(api, params)
    message = _forwarded(api, params, params.integer("message_id"))
    return message_json(api.world, post(api, place, message))


def forward_messages(api: Api, params: Params) -> list[Json]:
    place = place_of(api, params)
    messages = [_forwarded(api, params, message_id) for message_id in _ids(params)]
    return [{"message_id": post(api, place, message).id} for message in messages]


def _copied(api: Api, params: Params, message_id: int | None) -> Message:
    source = known_message(api, known_chat(api, params, "from_chat_id"), message_id, "copy")
    if source.service is not None:
        raise bad_request("message can't be copied")
    return replace(EMPTY, text=source.text, entities=source.entities, media=source.media, rich=source.rich)


def _forwarded(api: Api, params: Params, message_id: int | None) -> Message:
    source = known_message(api, known_chat(api, params, "from_chat_id"), message_id, "forward")
    if source.service is not None:
        raise bad_request("message can't be forwarded")
    origin = source.forwarded_from or source.sender_id
    return replace(
        EMPTY, text=source.text, entities=source.entities, media=source.media, rich=source.rich, forwarded_from=origin
    )


def _ids(params: Params) -> list[int]:
    ids = [int(item) for item in params.array("message_ids")]
    if not 1 <= len(ids) <= COPY_LIMIT:
        raise bad_request("wrong number of message identifiers specified")
    return ids


def send_chat_action(api: Api, params: Params) -> bool:
    place = place_of(api, params)
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    api.world.changes.tell("typing", place.chat.id, (place.thread_id, params.text("action")))
    return True
