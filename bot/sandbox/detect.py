"""Finds what Telegram marks by itself in any text: commands, mentions, links, e-mail addresses, hashtags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.sandbox.utf16 import units
from bot.sandbox.values import Entity

PATTERN = re.compile(
    r"(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"
    r"|(?P<url>(?<![\w@./])(?:(?:https?|tg)://[^\s<>\"«»]+"
    r"|(?:[a-z0-9-]+\.)+(?:com|org|net|ru|me|io|dev|info)(?![\w.-])(?:/[^\s<>\"«»]*)?))"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z]\w{2,31}(?!\w))"
    r"|(?P<bot_command>(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?(?![\w/]))"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)",
    re.IGNORECASE,
)
TAIL = ".,:;!?)]}'"
"""Signs that end a sentence, not a link."""
CLOSED = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"})
"""Nothing is looked for inside these."""


def detect(text: str, taken: Iterable[Entity]) -> Iterator[Entity]:
    """Entities that Telegram adds to a text on its own."""
    if not any(sign in text for sign in "/@.#"):
        return
    closed = [entity for entity in taken if entity.type in CLOSED]
    offset = 0
    at = 0
    for match in PATTERN.finditer(text):
        kind = str(match.lastgroup)
        piece = match.group().rstrip(TAIL) if kind == "url" else match.group()
        offset += units(text[at : match.start()])
        at = match.start()
        entity = Entity(kind, offset, units(piece))
        if not any(other.offset < entity.end and entity.offset < other.end for other in closed):
            yield entity
