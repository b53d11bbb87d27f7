"""Model answers as Telegram messages: markdown in, texts with entities (or rich blocks) out.

Pure functions of a string. They accept any string, never raise, and never lose what can be read;
they know nothing of chats, bots and sending.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiogram.types import InputRichMessage, MessageEntity

from bot.markdown.clean import cleaned, utf16_len
from bot.markdown.layout import lay_out
from bot.markdown.page import Page, Span
from bot.markdown.parse import parse
from bot.markdown.rich import rich_messages
from bot.markdown.split import split, utf16_places
from bot.markdown.tree import Paragraph, Run

__all__ = ["TEXT_LIMIT", "Formatted", "format_markdown", "format_plain", "rich_blocks", "utf16_len"]

TEXT_LIMIT = 4096
_LEAST_LIMIT = 16
_LONGEST_PARSED = 150_000
"""Characters; a longer answer is forty messages and more, and goes out as it was written."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """One Telegram message: what to pass as text and entities (with parse_mode=None)."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


def format_markdown(text: str, limit: int = TEXT_LIMIT) -> list[Formatted]:
    """The whole answer as messages of at most `limit` UTF-16 units; an answer with nothing to see gives none."""
    if len(text) > _LONGEST_PARSED:
        return format_plain(text, limit)
    return _messages(lay_out(parse(text)), limit)


def format_plain(text: str, limit: int = TEXT_LIMIT) -> list[Formatted]:
    """The same without any formatting: for when Telegram refuses the formatted answer."""
    return _messages(Page(cleaned(text).expandtabs(4), (), (), ()), limit)


def rich_blocks(text: str) -> list[InputRichMessage]:
    """The whole answer as rich messages made of blocks; for people who chose them."""
    if len(text) > _LONGEST_PARSED:
        return rich_messages((Paragraph((Run(cleaned(text)),)),))
    return rich_messages(parse(text))


def _messages(page: Page, limit: int) -> list[Formatted]:
    messages = []
    for piece in split(page, max(limit, _LEAST_LIMIT)):
        places = utf16_places(piece.text)
        entities = tuple(
            _entity(span, places[span.start], places[span.end] - places[span.start]) for span in piece.spans
        )
        messages.append(Formatted(piece.text, entities))
    return messages


def _entity(span: Span, offset: int, length: int) -> MessageEntity:
    match span.kind:
        case "text_link":
            return MessageEntity(type=span.kind, offset=offset, length=length, url=span.value)
        case "pre":
            return MessageEntity(type=span.kind, offset=offset, length=length, language=span.value or None)
        case _:
            return MessageEntity(type=span.kind, offset=offset, length=length)
