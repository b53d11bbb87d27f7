"""Telegram's rules for a text with entities, written down apart from the code that must keep them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aiogram.types import MessageEntity

KNOWN = {
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "code",
    "pre",
    "text_link",
    "blockquote",
    "expandable_blockquote",
}
QUOTES = {"blockquote", "expandable_blockquote"}
CODE = {"code", "pre"}
MENDED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u030a\u0333\u033f]")
"""Characters that Telegram drops or replaces, which would move the offsets or surprise."""
NOTHING = re.compile(r"[\s\u200b-\u200f\u2800\ufeff\ufffc]*")


def broken_rule(text: str, entities: Sequence[MessageEntity], limit: int = 4096) -> str | None:
    """The first rule that a message breaks, or None."""
    try:
        raw = text.encode("utf-16-le")
    except UnicodeEncodeError:
        return "half of a surrogate pair"
    total = len(raw) // 2
    if NOTHING.fullmatch(text):
        return "nothing to see"
    if total > limit:
        return f"{total} units"
    if MENDED.search(text):
        return "a character Telegram would mend"
    if text != text.rstrip() or (text != text.lstrip() and not _starts_with_code(entities)):
        return "white space at the edge"
    if len(entities) > 100:
        return f"{len(entities)} entities"
    return next((rule for entity in entities if (rule := _broken_alone(raw, entity))), None) or _broken_together(
        entities
    )


def _starts_with_code(entities: Sequence[MessageEntity]) -> bool:
    """Telegram trims up to the first entity only: the indent of code stays."""
    return any(entity.type == "pre" and entity.offset == 0 for entity in entities)


def _broken_alone(raw: bytes, entity: MessageEntity) -> str | None:
    start, end = entity.offset, entity.offset + entity.length
    if entity.type not in KNOWN:
        return f"unknown type {entity.type}"
    if entity.length <= 0 or start < 0 or 2 * end > len(raw):
        return f"{entity.type} out of bounds"
    try:
        inside = raw[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        return f"{entity.type} tears a surrogate pair"
    if not inside.strip():
        return f"{entity.type} over white space"
    if entity.type not in CODE | QUOTES and inside != inside.strip():
        return f"{entity.type} with white space at its edge"
    if (entity.type == "text_link") != (entity.url is not None) or (entity.language and entity.type != "pre"):
        return f"{entity.type} with a foreign field"
    if entity.type == "text_link" and not re.match(r"(https?://[^/?#@]+\.[^/?#@]+|tg://(?!user\b))", str(entity.url)):
        return f"bad address {entity.url}"
    return None


def _broken_together(entities: Sequence[MessageEntity]) -> str | None:
    around: list[MessageEntity] = []
    last = (0, -1_000_000)
    for entity in entities:
        if (entity.offset, -entity.length) < last:
            return "out of order"
        last = (entity.offset, -entity.length)
        around = [outer for outer in around if outer.offset + outer.length > entity.offset]
        for outer in around:
            if entity.offset + entity.length > outer.offset + outer.length:
                return f"{outer.type} and {entity.type} cross"
            if outer.type in CODE or (entity.type in CODE and outer.type not in QUOTES):
                return f"{entity.type} inside {outer.type}"
            if outer.type == entity.type or {outer.type, entity.type} <= QUOTES:
                return f"{entity.type} inside itself"
            if entity.type in QUOTES:
                return f"quote inside {outer.type}"
        around.append(entity)
    return None
