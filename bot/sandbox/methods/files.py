"""Files in both directions: sendPhoto, sendDocument, sendMediaGroup, getFile and their size limits."""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Callable
from dataclasses import replace

from bot.sandbox.entities import CAPTION_LIMIT, Formatted, formatted, read_entities
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.images import picture_size
from bot.sandbox.keyboards import read_markup
from bot.sandbox.methods.api import EMPTY, Api, place_of, post
from bot.sandbox.params import Params, Upload
from bot.sandbox.values import Json, Media, MediaKind
from bot.sandbox.views import media_json, message_json, unique_id

DOWNLOAD_LIMIT_BYTES = 20 * 1024 * 1024
UPLOAD_LIMIT_BYTES = 50 * 1024 * 1024
PHOTO_LIMIT_BYTES = 10 * 1024 * 1024
PHOTO_SIDES_LIMIT = 10_000
PHOTO_RATIO_LIMIT = 20
ALBUM = range(2, 11)
KINDS: dict[str, MediaKind] = {
    "photo": "photo",
    "document": "document",
    "voice": "voice",
    "voice_note": "voice",
    "audio": "audio",
    "video": "video",
    "animation": "animation",
}
ALONE = frozenset({"document", "audio"})
"""Kinds that share an album only with their own."""


def sender(kind: MediaKind) -> Callable[[Api, Params], Json]:
    """The method that sends one file of a kind."""

    def send(api: Api, params: Params) -> Json:
        place = place_of(api, params)
        caption = _caption(params.text("caption"), params.optional_text("parse_mode"), params, "caption_entities")
        keyboard, markup = read_markup(params.record("reply_markup"))
        media = read_media(api, params, kind, params.text(kind), kind)
        message = replace(
            EMPTY,
            text=caption.text,
            entities=caption.entities,
            media=media,
            keyboard=keyboard,
            reply_markup=markup,
        )
        return message_json(api.world, post(api, place, message))

    return send


def send_media_group(api: Api, params: Params) -> list[Json]:
    place = place_of(api, params)
    items: list[Json] = params.array("media")
    if len(items) not in ALBUM:
        raise bad_request("wrong number of items in the media group: 2-10 expected")
    kinds = {item.get("type") for item in items}
    if len(kinds) > 1 and kinds & ALONE:
        raise bad_request(f"{min(str(kind) for kind in kinds & ALONE)} can't be mixed with other media types")
    messages = []
    for item in items:
        media = read_media(api, params, _kind(item.get("type")), str(item.get("media", "")))
        raw = str(item.get("caption") or "")
        given = tuple(read_entities(item.get("caption_entities") or []))
        body = formatted(raw, item.get("parse_mode"), given, CAPTION_LIMIT, "message caption is too long")
        messages.append(replace(EMPTY, text=body.text, entities=body.entities, media=media))
    group_id = str(api.world.count("media_group", first=10_000_000_001))
    posted = [post(api, place, replace(message, media_group_id=group_id)) for message in messages]
    return [message_json(api.world, message) for message in posted]


def _kind(name: object) -> MediaKind:
    if name not in ("photo", "document", "video", "audio"):
        raise bad_request("wrong type of the media in the media group")
    return KINDS[str(name)]


def _caption(text: str, parse_mode: str | None, params: Params, name: str) -> Formatted:
    return formatted(text, parse_mode, params.entities(name), CAPTION_LIMIT, "message caption is too long")


def read_media(api: Api, params: Params, kind: MediaKind, reference: str, field: str | None = None) -> Media:
    """An uploaded file, or a known one by its file_id."""
    upload = params.upload(field or "", reference)
    if upload is not None:
        return keep_upload(api, kind, upload)
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    known = api.world.media.get(reference)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if known.kind != kind and "photo" in (kind, known.kind):
        raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
    return known


def keep_upload(api: Api, kind: MediaKind, upload: Upload) -> Media:
    """Check a new file against the limits and store it."""
    check_size(len(upload.data), UPLOAD_LIMIT_BYTES)
    if not upload.data:
        raise bad_request("file must be non-empty")
    media = new_media(kind, upload)
    if kind == "photo":
        _check_photo(media)
    api.world.put_file(media, upload.data)
    return media


def new_media(kind: MediaKind, upload: Upload) -> Media:
    width, height = picture_size(upload.data) or (0, 0)
    mime = mimetypes.guess_type(upload.name)[0] or upload.mime or "application/octet-stream"
    return Media(kind, f"{kind[:2]}-{secrets.token_urlsafe(24)}", upload.name, mime, len(upload.data), width, height)


def check_size(size_bytes: int, limit_bytes: int) -> None:
    if size_bytes > limit_bytes:
        raise ApiError(413, "Request Entity Too Large")


def _check_photo(media: Media) -> None:
    if media.size_bytes > PHOTO_LIMIT_BYTES:
        raise bad_request("too big for a photo")
    if not media.width or not media.height:
        raise bad_request("IMAGE_PROCESS_FAILED")
    longer, shorter = max(media.width, media.height), min(media.width, media.height)
    if media.width + media.height > PHOTO_SIDES_LIMIT or longer > PHOTO_RATIO_LIMIT * shorter:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def stored_media(api: Api, params: Params, kind: str, raw: Json) -> object:
    """What a rich message keeps of the media in a block."""
    return media_json(read_media(api, params, KINDS[kind], str(raw.get("media", ""))))


def get_file(api: Api, params: Params) -> Json:
    media = api.world.media.get(params.text("file_id"))
    if media is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if media.size_bytes > DOWNLOAD_LIMIT_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": media.file_id,
        "file_unique_id": unique_id(media),
        "file_size": media.size_bytes,
        "file_path": f"{media.kind}s/{media.file_id}",
    }
