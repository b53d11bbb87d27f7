"""Rich messages: checks blocks against Telegram's limits and turns what a bot sends into what a message holds.

The shapes themselves are checked by aiogram's types. The html and markdown fields are not supported here:
in them signs of an ordinary text become syntax, so the bot builds blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from aiogram.types import InputRichMessage
from pydantic import ValidationError

from bot.sandbox.errors import bad_request
from bot.sandbox.utf16 import units
from bot.sandbox.values import Json

TEXT_LIMIT = 32_768
BLOCK_LIMIT = 500
DEPTH_LIMIT = 16
COLUMN_LIMIT = 20

ResolveMedia = Callable[[str, Json], Any]
"""Gives the stored photo, document, ... for a block's input media."""

MEDIA_BLOCKS = {"photo", "document", "video", "audio", "animation", "voice_note"}
TEXT_KEYS = ("text", "summary", "caption", "credit", "expression", "alternative_text")
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def read_rich(raw: Json | None, resolve: ResolveMedia, *, is_draft: bool) -> Json:
    """The RichMessage to store. Raises ApiError for a wrong shape or a crossed limit."""
    if not raw:
        raise bad_request("rich message must be non-empty")
    if "blocks" not in raw:
        raise bad_request("the sandbox takes rich messages as blocks only")
    try:
        message = InputRichMessage.model_validate(raw)
    except ValidationError as error:
        place = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise bad_request(f"can't parse rich message: {place}: {error.errors()[0]['msg']}") from None
    blocks: list[Json] = message.model_dump(mode="json", exclude_none=True)["blocks"]
    _check(blocks, is_draft=is_draft)
    result: Json = {"blocks": [_stored(block, resolve) for block in blocks]}
    if raw.get("is_rtl"):
        result["is_rtl"] = True
    return result


def rich_text(value: Any) -> str:
    """All visible text below a block or a piece of rich text."""
    return "".join(_texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key in (*TEXT_KEYS, "blocks", "items", "cells", "buttons", "button"):
            if key in value:
                yield from _texts(value[key])


def _check(blocks: list[Json], *, is_draft: bool) -> None:
    if not blocks:
        raise bad_request("RICH_MESSAGE_EMPTY")
    every = list(_blocks(blocks, 1))
    if len(every) > BLOCK_LIMIT:
        raise bad_request("RICH_MESSAGE_BLOCKS_TOO_MUCH")
    if any(depth > DEPTH_LIMIT for _, depth in every):
        raise bad_request("RICH_MESSAGE_DEPTH_TOO_MUCH")
    if units(rich_text(blocks)) > TEXT_LIMIT:
        raise bad_request("RICH_MESSAGE_TOO_LONG")
    for block, _ in every:
        _check_block(block, is_draft=is_draft)


def _check_block(block: Json, *, is_draft: bool) -> None:
    match block.get("type"):
        case "table" if any(_columns(row) > COLUMN_LIMIT for row in block["cells"]):
            raise bad_request("RICH_MESSAGE_TABLE_COLUMNS_TOO_MUCH")
        case "table" if not any(block["cells"]):
            raise bad_request("RICH_MESSAGE_TABLE_EMPTY")
        case "heading" if not 1 <= block["size"] <= 6:
            raise bad_request("RICH_MESSAGE_HEADING_SIZE_INVALID")
        case "thinking" if not is_draft:
            raise bad_request("RICH_MESSAGE_THINKING_INVALID")
        case "list" if not block["items"]:
            raise bad_request("RICH_MESSAGE_LIST_EMPTY")


def _columns(row: list[Json]) -> int:
    return sum(max(1, cell.get("colspan") or 1) for cell in row)


def _blocks(blocks: list[Json], depth: int) -> Iterator[tuple[Json, int]]:
    for block in blocks:
        yield block, depth
        yield from _blocks(block.get("blocks", []), depth + 1)
        for item in block.get("items", []):
            yield from _blocks(item["blocks"], depth + 1)


def _stored(block: Json, resolve: ResolveMedia) -> Json:
    stored = dict(block)
    kind = stored.get("type")
    if kind in MEDIA_BLOCKS and isinstance(stored.get(kind), dict):
        stored[kind] = resolve(kind, stored[kind])
    if "blocks" in stored:
        stored["blocks"] = [_stored(inner, resolve) for inner in stored["blocks"]]
    if "items" in stored:
        stored["items"] = _list_items(stored["items"], resolve)
    return stored


def _list_items(items: list[Json], resolve: ResolveMedia) -> list[Json]:
    result = []
    number = 0
    is_ordered = any("value" in item or "type" in item for item in items)
    for item in items:
        number = item.get("value", number + 1)
        label = _label(number, item.get("type") or "1") if is_ordered else "•"
        result.append({**item, "label": label, "blocks": [_stored(block, resolve) for block in item["blocks"]]})
    return result


def _label(number: int, style: str) -> str:
    match style:
        case "a" | "A" if 1 <= number <= 26:
            letter = chr(ord("a") + number - 1)
            return f"{letter.upper() if style == 'A' else letter}."
        case "i" | "I" if number >= 1:
            roman = _roman(number)
            return f"{roman.upper() if style == 'I' else roman}."
    return f"{number}."


def _roman(number: int) -> str:
    result = ""
    for value, sign in (*ROMAN, *ROMAN_SMALL):
        result += sign * (number // value)
        number %= value
    return result
